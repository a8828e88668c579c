"""Kernels of depthwise convolution for cores without DSP."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.access import lines, spatial_axes
from tinyc.kernels.conv2d import conv_of, filters, shape_fields
from tinyc.kernels.depthwise import out_channels
from tinyc.kernels.overlap import Access
from tinyc.kernels.pairs import REQUANT_FITS, requant_columns
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, register
from tinyc.kernels.requant_dsp import TwoStep, two_step
from tinyc.kernels.weighted import requant_fields


def pack_depthwise(taps: Array, step: TwoStep) -> Array:
    """int32 [channels][7] of int8 [channels][3][3]: bias, three words of a line each, multiplier, offset, k."""
    padded = np.pad(taps, ((0, 0), (0, 0), (0, 1))).astype(np.int8)
    words = np.ascontiguousarray(padded).view("<i4").reshape(-1, 3)
    return requant_columns(step, step.bias, *words.T).astype(np.int32)


def _params(site: Site) -> Params:
    x, channels, clamp = site.type("x"), out_channels(site), conv_of(site).clamp
    bounds, step = requant_fields(site, clamp, channels), two_step(site, clamp, channels)
    assert x.quant is not None
    taps = filters(site).reshape(channels, 3, 3)
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
        "stream": Table("weights", pack_depthwise(taps, step), f"weights [{channels}, 3, 3] with requantisation"),
        "line_bytes": line_elements(site),
        "in_zero_point": x.quant.zero_point[0],
        "low": bounds["low"],
        "high": bounds["high"],
    }
    return Params("tc_conv2d_s8_dw3x3_scalar", fields)


def line_elements(site: Site) -> int:
    """A row of input between its borders, to the end of the last window at least."""
    window, in_width, out_width = conv_of(site).window, site.type("x").shape[3], site.type("y").shape[3]
    pad_left = window.begin[1]
    return out_channels(site) * max(pad_left + in_width, (out_width - 1) * window.strides[1] + 3)


def _is_depthwise_3x3(site: Site) -> bool:
    conv = conv_of(site)
    square = conv.window.kernel == (3, 3) and conv.window.dilations == (1, 1)
    return square and conv.groups == site.type("x").shape[1] == out_channels(site)


def by_four(site: Site) -> int:
    """Outputs that are computed four at a time."""
    y = site.type("y")
    in_a_row = y.shape[3] // 4 * 4 if conv_of(site).window.strides[1] <= 2 else 0
    return y.elements // y.shape[3] * in_a_row


def line_work(site: Site) -> Mapping[str, int]:
    """`runs` over all channels: of four pixels or one."""
    x, y, fours = site.type("x"), site.type("y"), by_four(site)
    runs = (fours // 4 + y.elements - fours) // y.shape[1]
    return {"by_four": fours, "single": y.elements - fours, "runs": runs, "inputs": x.elements, "rows": y.shape[2]}


def row_by_row(site: Site) -> Access:
    """Rows of x are copied to lines before the first row of outputs that needs them."""
    return lines(site, spatial_axes(site, conv_of(site).window))


DEPTHWISE_3X3 = Predicate("depthwise 3x3 without dilation", _is_depthwise_3x3)
_FITS = (constant("w", "b"), channels_last("x", "y"), DEPTHWISE_3X3, REQUANT_FITS)

register(
    Kernel(
        name="tc_conv2d_dw3x3_s8_scalar", op="conv2d", source="conv/tc_conv2d_dw3x3_s8_scalar.c",
        reads={"x": "s8", "w": "s8:dense", "y": "s8"}, fits=_FITS, params=_params,
        scratch=lambda site: 3 * line_elements(site), overlap={"x": row_by_row}, work=line_work,
        cost={"by_four": 32.0, "single": 60.0, "runs": 85.0, "inputs": 2.2, "rows": 130.0},
    )
)  # fmt: skip
