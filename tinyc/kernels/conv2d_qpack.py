"""Kernels of convolution with weights of 4 and 2 bits for cores with DSP."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tinyc.ir.types import Array
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.pixels import window_runs
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.qpack import QPACK2, QPACK4, Qpack, qpack_fields, qpack_fits
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.ops.conv2d import Conv2d
from tinyc.targets.isa import Isa


def _rows(site: Site) -> Array:
    """Weights as [out_channels][taps * in_channels]."""
    weights = filters(site)
    return weights.reshape(len(weights), -1)


def _params(pack: Qpack) -> Callable[[Site], Params]:
    def params(site: Site) -> Params:
        x, packed = site.type("x"), qpack_fields(pack, site, _rows(site))
        assert x.quant is not None
        fields: dict[str, Field] = {
            "shape": Params("tc_conv2d_shape", shape_fields(site)),
            "weights": packed["weights"],
            "in_zero_point": x.quant.zero_point[0],
            "low": packed["low"],
            "high": packed["high"],
        }
        return Params("tc_conv2d_s8_qpack", fields)

    return params


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
        "gathered": gathered, "runs": window_runs(site, 2), "spills": pairs if channels % 4 else 0,
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


def _kernel(pack: Qpack) -> Kernel:
    name = f"tc_conv2d_s8w{pack.bits}_dsp"
    return Kernel(
        name=name, op="conv2d", source=f"conv/{name}.c", needs=Isa.DSP,
        reads={"x": "s8", "w": f"s8:{pack.encoding}", "y": "s8"}, fits=(*_FITS, *qpack_fits(pack)),
        params=_params(pack), scratch=lambda site: 24 * _quads(site), work=_work,
        cost={
            "macs": 0.94, "outputs": 12.0, "passes": 430.0, "quads": 19.0, "gathered": 1.1, "runs": 120.0,
            "spills": 215.0,
        },
    )  # fmt: skip


register(_kernel(QPACK4), _kernel(QPACK2))
