"""Kernels of convolution."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.access import in_groups, taps_inside, window_axes, windows
from tinyc.kernels.overlap import Access
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, register
from tinyc.kernels.weighted import float_fields, packed_weights, requant_fields
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.windows import Window


def shape_fields(site: Site) -> dict[str, Field]:
    """Members of tc_conv2d_shape; a one-dimensional convolution gets height 1."""
    conv = conv_of(site)
    return conv_shape(site, conv.window, conv.groups)


def conv_shape(site: Site, window: Window, groups: int) -> dict[str, Field]:
    """The same for any operator that moves a window over x."""
    x, y = site.type("x").shape, site.type("y").shape
    return {
        "batch": x[0],
        "in_height": _two(x[2:])[0],
        "in_width": _two(x[2:])[1],
        "in_channels": x[1],
        "out_height": _two(y[2:])[0],
        "out_width": _two(y[2:])[1],
        "out_channels": y[1],
        "groups": groups,
        "kernel_height": _two(window.kernel)[0],
        "kernel_width": _two(window.kernel)[1],
        "stride_height": _two(window.strides)[0],
        "stride_width": _two(window.strides)[1],
        "dilation_height": _two(window.dilations)[0],
        "dilation_width": _two(window.dilations)[1],
        "pad_top": _two(window.begin, missing=0)[0],
        "pad_left": _two(window.begin, missing=0)[1],
    }


def _two(values: tuple[int, ...], missing: int = 1) -> tuple[int, int]:
    return (missing, values[0]) if len(values) == 1 else (values[0], values[1])


def conv_of(site: Site) -> Conv2d:
    assert isinstance(site.op.operator, Conv2d)
    return site.op.operator


def filters(site: Site) -> Array:
    """Weights as [out_channels][kernel_height][kernel_width][in_channels / groups]."""
    weights = site.array("w")
    assert weights is not None
    return np.ascontiguousarray(np.moveaxis(weights, 1, -1))


def _weights(site: Site) -> Table:
    shape = list(filters(site).shape)
    return Table("weights", filters(site), f"weights {shape}: out, taps, in")


def _params_f32(site: Site) -> Params:
    conv = conv_of(site)
    fields: dict[str, Field] = {"shape": Params("tc_conv2d_shape", shape_fields(site)), "weights": _weights(site)}
    return Params("tc_conv2d_f32", fields | float_fields(site, conv.clamp, site.type("y").shape[1]))


def _packed_params(site: Site) -> Params:
    plain = _integer_params(site, "tc_conv2d_s8p")
    return Params(plain.c_type, {**plain.fields, "weights": packed_weights(site, filters(site))})


def _params_s8(site: Site) -> Params:
    return _integer_params(site, "tc_conv2d_s8")


def _params_s8w16(site: Site) -> Params:
    return _integer_params(site, "tc_conv2d_s8w16")


def _integer_params(site: Site, c_type: str) -> Params:
    conv = conv_of(site)
    fields: dict[str, Field] = {"shape": Params("tc_conv2d_shape", shape_fields(site)), "weights": _weights(site)}
    return Params(c_type, fields | requant_fields(site, conv.clamp, site.type("y").shape[1]))


def _work(site: Site) -> Mapping[str, int]:
    """Inside the input: `taps` and rows of taps of all channels."""
    x, y, axes = site.type("x").shape, site.type("y"), window_axes(shape_fields(site))
    channels = y.shape[0] * y.shape[1]
    taps, rows = channels * taps_inside(axes), channels * int(axes[0].inside.sum()) * axes[1].out_length
    return {"macs": taps * (x[1] // conv_of(site).groups), "taps": taps, "rows": rows, "outputs": y.elements}


def output_by_output(site: Site) -> Access:
    """Pixel by pixel, one channel after the other."""
    channels = in_groups(site.type("x").shape[1], site.type("y").shape[1], conv_of(site).groups)
    return windows(site, window_axes(shape_fields(site)), channels)


_COST = {"macs": 9.0, "taps": 16.0, "rows": 35.0, "outputs": 100.0}

_PLANE = Predicate("one or two spatial axes", lambda site: site.type("x").rank in (3, 4))
_FITS = (constant("w", "b"), channels_last("x", "y"), _PLANE)


def _integer(x: str, suffix: str, weights: str, params: Callable[[Site], Params]) -> Kernel:
    name = f"tc_conv2d_{x}{suffix}_ref"
    return Kernel(
        name=name, op="conv2d", source=f"conv/{name}.c", reads={"x": x, "w": weights, "y": x},
        fits=_FITS, params=params, overlap={"x": output_by_output}, work=_work, cost=_COST,
    )  # fmt: skip


register(
    Kernel(
        name="tc_conv2d_f32_ref", op="conv2d", source="conv/tc_conv2d_f32_ref.c",
        reads={"x": "f32", "w": "f32:dense", "y": "f32"}, fits=_FITS, params=_params_f32,
        overlap={"x": output_by_output}, work=_work, cost=_COST,
    ),
    *(_integer(x, "", "s8:dense", _params_s8) for x in ("s8", "s16")),
    *(_integer(x, "w16", "s16:dense", _params_s8w16) for x in ("s8", "s16")),
    *(_integer(x, "w4", "s8:packed4", _packed_params) for x in ("s8", "s16")),
    *(_integer(x, "w2", "s8:packed2", _packed_params) for x in ("s8", "s16")),
)  # fmt: skip
