"""Kernels of convolution for cores without DSP."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.ir.types import Array
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.pairs import PAIRS_FITS, pairs_fields
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.ops.conv2d import Conv2d


def _rows(site: Site) -> Array:
    """Weights as [out_channels][taps * in_channels]."""
    weights = filters(site)
    return weights.reshape(len(weights), -1)


def _params(site: Site) -> Params:
    x, packed = site.type("x"), pairs_fields(site, _rows(site))
    assert x.quant is not None
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
        "weights": packed["weights"],
        "constants": packed["constants"],
        "in_zero_point": x.quant.zero_point[0],
        "low": packed["low"],
        "high": packed["high"],
    }
    return Params("tc_conv2d_s8_pairs", fields)


def _quads(site: Site) -> int:
    inputs: int = _rows(site).shape[1]
    return -(-inputs // 4)


def _work(site: Site) -> Mapping[str, int]:
    """Of whole tiles: four pixels, four inputs."""
    channels = len(_rows(site))
    passes = -(-site.type("y").elements // channels // 4)
    outputs, inputs = passes * 4 * channels, 4 * _quads(site)
    return {"macs": outputs * inputs, "outputs": outputs, "passes": passes, "columns": passes * inputs}


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
        name="tc_conv2d_s8_scalar", op="conv2d", source="conv/tc_conv2d_s8_scalar.c",
        reads={"x": "s8", "w": "s8:dense", "y": "s8"}, fits=(*_FITS, *PAIRS_FITS), params=_params,
        scratch=lambda site: 32 * _quads(site) + site.type("x").shape[1], work=_work,
        cost={"macs": 2.2, "outputs": 20.0, "passes": 300.0, "columns": 12.0},
    )
)  # fmt: skip
