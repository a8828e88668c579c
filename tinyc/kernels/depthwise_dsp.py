"""Kernels of depthwise convolution for cores with DSP."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, int_table, register
from tinyc.kernels.requant_dsp import in_range, two_step
from tinyc.kernels.weighted import requant_fields
from tinyc.ops.conv2d import Conv2d
from tinyc.targets.isa import Isa


def quad_channels(channels: int) -> Array:
    """Channels by groups of four; the last group ends at the last channel and may repeat some of the one before."""
    starts = np.minimum(np.arange(0, channels, 4), channels - 4)
    return np.asarray((starts[:, None] + np.arange(4)).reshape(-1))


def pack_depthwise(taps: Array) -> Array:
    """int32 [channels / 4][5][2] of int8 [channels][9]: bytes c0t0 c1t0 c0t1 c1t1, then those of channels 2 and 3."""
    padded = np.pad(taps, ((0, 0), (0, 1))).reshape(-1, 2, 2, 5, 2)
    # axes: four channels, pair of channels, channel of the pair, pair of taps, tap of the pair
    return np.asarray(padded.transpose(0, 3, 1, 4, 2).reshape(-1).astype(np.int8).view("<i4"))


def _constants(site: Site) -> Array:
    step, quads = two_step(site, _operator(site).clamp, _channels(site)), quad_channels(_channels(site))
    requant = np.stack([step.value, step.offset(), step.k], axis=1)[quads].reshape(-1, 12)
    return np.concatenate([step.bias[quads].reshape(-1, 4), requant], axis=1).reshape(-1)


def _params(site: Site) -> Params:
    x, bounds = site.type("x"), requant_fields(site, _operator(site).clamp, _channels(site))
    assert x.quant is not None
    packed = pack_depthwise(filters(site).reshape(_channels(site), 9)[quad_channels(_channels(site))])
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
        "weights": Table("weights", packed, f"weights [{_channels(site)}, 3, 3] by four channels and two taps"),
        "constants": int_table("constants", _constants(site), "int32", "bias and requantisation"),
        "in_zero_point": x.quant.zero_point[0],
        "low": bounds["low"],
        "high": bounds["high"],
    }
    return Params("tc_conv2d_s8_dw3x3", fields)


def _operator(site: Site) -> Conv2d:
    assert isinstance(site.op.operator, Conv2d)
    return site.op.operator


def _channels(site: Site) -> int:
    return site.type("y").shape[1]


def _is_depthwise_3x3(site: Site) -> bool:
    conv = _operator(site)
    square = conv.window.kernel == (3, 3) and conv.window.dilations == (1, 1)
    return square and conv.groups == site.type("x").shape[1] == _channels(site) and conv.groups >= 4


def _in_range(site: Site) -> bool:
    return in_range(site, _operator(site).clamp, _channels(site))


def _work(site: Site) -> Mapping[str, int]:
    outputs = site.type("y").elements
    return {"outputs": outputs, "pixels": outputs // _channels(site)}


_FITS = (
    constant("w", "b"),
    channels_last("x", "y"),
    Predicate("depthwise 3x3 without dilation, four or more channels", _is_depthwise_3x3),
    Predicate("requantisation shifts must lie between 33 and 54", _in_range),
)

register(
    Kernel(
        name="tc_conv2d_dw3x3_s8_dsp", op="conv2d", source="conv/tc_conv2d_dw3x3_s8_dsp.c", needs=Isa.DSP,
        reads={"x": "s8", "w": "s8:dense", "y": "s8"}, fits=_FITS, params=_params,
        scratch=lambda site: 9 * _channels(site), work=_work, cost={"outputs": 42.0, "pixels": 200.0},
    )
)  # fmt: skip
