"""Kernels of convolution and transposed convolution with any strides in up to three dimensions. The float ones take
weights that are computed at run time as well.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from tinyc.kernels.access import spatial_axes, taps_inside
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Site, Table, register
from tinyc.kernels.weighted import requant_fields
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.conv_transpose import MAX_SPATIAL_AXES, ConvTranspose


def _three(values: tuple[int, ...], missing: int = 1) -> tuple[int, ...]:
    return (missing,) * (MAX_SPATIAL_AXES - len(values)) + tuple(values)


def _shape(site: Site) -> Params:
    """Members of tc_conv_nd_shape; missing axes in front have length 1."""
    operator, x, y = site.op.operator, site.type("x").shape, site.type("y").shape
    assert isinstance(operator, Conv2d | ConvTranspose)
    geometry = operator.window if isinstance(operator, Conv2d) else operator
    fields: dict[str, Field] = {
        "batch": x[0],
        "in_length": _three(x[2:]),
        "in_channels": x[1],
        "out_length": _three(y[2:]),
        "out_channels": y[1],
        "groups": operator.groups,
        "kernel": _three(site.type("w").shape[2:]),
        "stride": _three(geometry.strides),
        "dilation": _three(geometry.dilations),
        "pad": _three(geometry.begin, 0),
    }
    return Params("tc_conv_nd_shape", fields)


def _params_f32(site: Site) -> Params:
    low, high = _clamp(site) or (-math.inf, math.inf)
    return Params("tc_conv_nd_f32", {"shape": _shape(site), "low": low, "high": high})


def _params_s8(site: Site) -> Params:
    weights = site.array("w")
    assert weights is not None
    filters = np.ascontiguousarray(np.moveaxis(weights, 1, -1))
    table = Table("weights", filters, f"weights {list(filters.shape)}: out, taps, in")
    fields: dict[str, Field] = {"shape": _shape(site), "weights": table}
    c_type = "tc_conv_nd_s8" if weights.dtype == np.int8 else "tc_conv_nd_s8w16"
    return Params(c_type, fields | requant_fields(site, _clamp(site), site.type("y").shape[1]))


def _clamp(site: Site) -> tuple[float, float] | None:
    operator = site.op.operator
    assert isinstance(operator, Conv2d | ConvTranspose)
    return operator.clamp


def _work(site: Site) -> Mapping[str, int]:
    """`macs` of taps inside the input; `taps` of any."""
    y, taps, operator = site.type("y"), math.prod(site.type("w").shape[2:]), site.op.operator
    macs = operator.macs(site.inputs, site.outputs)
    if isinstance(operator, Conv2d):
        inside = taps_inside(spatial_axes(site, operator.window))
        macs = y.shape[0] * y.shape[1] * inside * (site.type("x").shape[1] // operator.groups)
    return {"macs": macs, "taps": y.elements * taps, "outputs": y.elements}


_COST = {"macs": 9.5, "taps": 75.0, "outputs": 170.0}


def _float(op: str, stem: str) -> Kernel:
    return Kernel(
        name=f"{stem}_f32_ref", op=op, source=f"conv/{stem}_f32_ref.c", passes=("x", "w", "b?"),
        reads={"x": "f32", "w": "f32:dense", "y": "f32"}, fits=(channels_last("x", "w", "y"),),
        params=_params_f32, work=_work, cost=_COST,
    )  # fmt: skip


def _integer(op: str, stem: str, number: str, x: str, weights: str) -> Kernel:
    name = f"{stem}_{number}_ref"
    return Kernel(
        name=name, op=op, source=f"conv/{name}.c", reads={"x": x, "w": f"{weights}:dense", "y": x},
        fits=(constant("w", "b"), channels_last("x", "y")), params=_params_s8, work=_work, cost=_COST,
    )  # fmt: skip


for _op, _stem in (("conv2d", "tc_conv_nd"), ("conv_transpose", "tc_conv_transpose")):
    register(
        _float(_op, _stem), _integer(_op, _stem, "s8", "s8", "s8"), _integer(_op, _stem, "s8w16", "s8", "s16"),
        _integer(_op, _stem, "s16", "s16", "s8"),
    )  # fmt: skip
