"""Kernel of deform_conv."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from tinyc.kernels.predicates import linear
from tinyc.kernels.record import Field, Kernel, Params, Site, register
from tinyc.ops.deform_conv import DeformConv


def _operator(site: Site) -> DeformConv:
    assert isinstance(site.op.operator, DeformConv)
    return site.op.operator


def _params(site: Site) -> Params:
    operator, x, y = _operator(site), site.type("x").shape, site.type("y").shape
    window = operator.window
    fields: dict[str, Field] = {
        "batch": x[0],
        "in_channels": x[1],
        "in_height": x[2],
        "in_width": x[3],
        "out_channels": y[1],
        "out_height": y[2],
        "out_width": y[3],
        "groups": operator.groups,
        "offset_groups": operator.offset_groups,
        "kernel_height": window.kernel[0],
        "kernel_width": window.kernel[1],
        "stride_height": window.strides[0],
        "stride_width": window.strides[1],
        "dilation_height": window.dilations[0],
        "dilation_width": window.dilations[1],
        "pad_top": window.begin[0],
        "pad_left": window.begin[1],
    }
    return Params("tc_deform_conv", fields)


def _work(site: Site) -> Mapping[str, int]:
    x, y, operator = site.type("x"), site.type("y"), _operator(site)
    samples = x.shape[0] * x.shape[1] * prod(y.shape[2:]) * prod(operator.window.kernel)
    return {"samples": samples, "macs": samples * y.shape[1] // operator.groups}


register(
    Kernel(
        name="tc_deform_conv_f32_ref", op="deform_conv", source="sample/tc_deform_conv_f32_ref.c",
        reads={"x": "f32", "w": "f32:dense", "offsets": "f32", "y": "f32"},
        passes=("x", "w", "offsets", "b?", "mask?"), fits=(linear("x", "w", "offsets", "y"),),
        params=_params, work=_work, cost={"samples": 80.0, "macs": 8.0},
    )
)  # fmt: skip
