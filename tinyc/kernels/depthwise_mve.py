"""Kernel of depthwise convolution for cores with MVE."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.access import lines, spatial_axes
from tinyc.kernels.conv2d import conv_of, filters, shape_fields
from tinyc.kernels.mve_rows import LANES, REQUANT_FITS, clamp_of, pack_constants
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, int_table, register
from tinyc.kernels.requant_dsp import two_step
from tinyc.kernels.weighted import requant_fields
from tinyc.targets.isa import Isa

_ORDER = np.array([0, 4, 8, 12, 2, 6, 10, 14, 1, 5, 9, 13, 3, 7, 11, 15])


def pack_taps(taps: Array) -> Array:
    """int8 [channels / 16][9][16] of int8 [channels][3][3]; zeros fill up the channels."""
    padded = np.pad(taps.reshape(len(taps), 9), ((0, -len(taps) % LANES), (0, 0)))
    return np.ascontiguousarray(padded.reshape(-1, LANES, 9).transpose(0, 2, 1))


def _order(channels: int) -> Array:
    every = np.arange(-(-channels // LANES))[:, np.newaxis] * LANES + _ORDER
    return np.where(every < channels, every, -1).reshape(-1)


def _params(site: Site) -> Params:
    x, taps, clamp = site.type("x"), filters(site)[..., 0], clamp_of(site)
    assert x.quant is not None
    bounds = requant_fields(site, clamp, len(taps))
    table = pack_constants(two_step(site, clamp, len(taps)), _order(len(taps)))
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
        "weights": Table("weights", pack_taps(taps), f"weights {list(taps.shape)}: out, taps; 16 channels"),
        "constants": int_table("constants", table, "int32", "start and requantisation"),
        "in_zero_point": x.quant.zero_point[0],
        "low": bounds["low"],
        "high": bounds["high"],
    }
    return Params("tc_depthwise_s8_mve_params", fields)


def _row_bytes(site: Site) -> int:
    return ((site.type("y").shape[3] - 1) * conv_of(site).window.strides[1] + 3) * site.type("x").shape[1]


def _work(site: Site) -> Mapping[str, int]:
    batch, channels, height, width = site.type("y").shape
    groups, stride = -(-channels // LANES), conv_of(site).window.strides[0]
    filled = batch * min(3 * height, (height - 1) * stride + 3)
    return {"blocks": batch * height * width * groups, "rows": batch * height * groups,
            "copies": filled * -(-_row_bytes(site) // LANES), "filled": filled}  # fmt: skip


def _is_3x3(site: Site) -> bool:
    conv, channels = conv_of(site), site.type("x").shape[1]
    window = conv.window
    return conv.groups == channels == site.type("y").shape[1] and window.kernel == (3, 3) and window.dilations == (1, 1)


def _padding_is_inside(site: Site) -> bool:
    """Windows of the last column begin beyond the padding on the left."""
    return conv_of(site).window.begin[1] * site.type("x").shape[1] <= _row_bytes(site)


def _pairs_fit(site: Site) -> bool:
    weights = site.array("w")
    assert weights is not None
    return bool((weights > -128).all())


register(
    Kernel(
        name="tc_conv2d_dw3x3_s8_mve", op="conv2d", source="conv/tc_conv2d_dw3x3_s8_mve.c", needs=Isa.MVE,
        reads={"x": "s8", "w": "s8:dense", "y": "s8"}, params=_params, work=_work,
        scratch=lambda site: 3 * _row_bytes(site) + LANES,
        overlap={"x": lambda site: lines(site, spatial_axes(site, conv_of(site).window))},
        fits=(
            constant("w", "b"),
            channels_last("x", "y"),
            Predicate("depthwise 3x3 without dilation", _is_3x3),
            Predicate("padding on the left must end in the first row's windows", _padding_is_inside),
            Predicate("weights of -127 to 127", _pairs_fit),
            REQUANT_FITS,
        ),
        cost={"blocks": 142.0, "rows": 60.0, "copies": 3.0, "filled": 60.0},
    )
)  # fmt: skip
