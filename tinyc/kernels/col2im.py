"""Kernel of col2im: the geometry of a transposed convolution with one weight of 1 for each tap."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from tinyc.kernels.predicates import linear
from tinyc.kernels.record import Field, Kernel, Params, Site, register
from tinyc.ops.col2im import Col2Im
from tinyc.ops.conv_transpose import MAX_SPATIAL_AXES


def _three(values: tuple[int, ...], missing: int = 1) -> tuple[int, ...]:
    return (missing,) * (MAX_SPATIAL_AXES - len(values)) + tuple(values)


def _params(site: Site) -> Params:
    operator, y = site.op.operator, site.type("y").shape
    assert isinstance(operator, Col2Im)
    window = operator.window
    fields: dict[str, Field] = {
        "batch": y[0],
        "in_length": _three(window.out_shape(operator.image)),
        "in_channels": site.type("x").shape[1],
        "out_length": _three(operator.image),
        "out_channels": y[1],
        "groups": y[1],
        "kernel": _three(window.kernel),
        "stride": _three(window.strides),
        "dilation": _three(window.dilations),
        "pad": _three(window.begin, 0),
    }
    return Params("tc_conv_nd_shape", fields)


def _work(site: Site) -> Mapping[str, int]:
    operator = site.op.operator
    assert isinstance(operator, Col2Im)
    return {"taps": site.type("y").elements * prod(operator.window.kernel), "outputs": site.type("y").elements}


register(
    Kernel(
        name="tc_col2im_f32_ref", op="col2im", source="conv/tc_col2im_f32_ref.c", reads={"x": "f32", "y": "f32"},
        fits=(linear("x", "y"),), params=_params, work=_work, cost={"taps": 40.0, "outputs": 40.0},
    )
)  # fmt: skip
