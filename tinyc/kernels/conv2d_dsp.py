"""Kernels of convolution for cores with DSP."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.ir.types import Array
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.kernels.tpack import TPACK_FITS, tpack_fields
from tinyc.ops.conv2d import Conv2d
from tinyc.targets.isa import Isa


def _rows(site: Site) -> Array:
    """Weights as [out_channels][taps * in_channels]."""
    weights = filters(site)
    return weights.reshape(len(weights), -1)


def _params(site: Site) -> Params:
    x, packed = site.type("x"), tpack_fields(site, _rows(site))
    assert x.quant is not None
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
        "weights": packed["weights"],
        "constants": packed["constants"],
        "in_zero_point": x.quant.zero_point[0],
        "low": packed["low"],
        "high": packed["high"],
    }
    return Params("tc_conv2d_s8_tpack", fields)


def _quads(site: Site) -> int:
    inputs: int = _rows(site).shape[1]
    return -(-inputs // 4)


def _work(site: Site) -> Mapping[str, int]:
    """Of whole tiles: four channels, two pixels, four inputs."""
    channels, y = len(_rows(site)), site.type("y")
    pairs = -(-y.elements // channels // 2)
    outputs = pairs * 2 * -(-channels // 4) * 4
    gathered = 0 if site.type("x").shape[1] % 4 == 0 else pairs * 8 * _quads(site)
    return {
        "macs": outputs * 4 * _quads(site), "outputs": outputs, "passes": pairs, "quads": pairs * _quads(site),
        "gathered": gathered,
    }  # fmt: skip


def _one_group(site: Site) -> bool:
    assert isinstance(site.op.operator, Conv2d)
    return site.op.operator.groups == 1


_FITS = (
    constant("w", "b"),
    channels_last("x", "y"),
    Predicate("one or two spatial axes", lambda site: site.type("x").rank in (3, 4)),
    Predicate("one group", _one_group),
)

register(
    Kernel(
        name="tc_conv2d_s8_dsp", op="conv2d", source="conv/tc_conv2d_s8_dsp.c", needs=Isa.DSP,
        reads={"x": "s8", "w": "s8:dense", "y": "s8"}, fits=(*_FITS, *TPACK_FITS), params=_params,
        scratch=lambda site: 24 * _quads(site), work=_work,
        cost={"macs": 0.95, "outputs": 10.0, "passes": 250.0, "quads": 14.0, "gathered": 6.0},
    )
)  # fmt: skip
