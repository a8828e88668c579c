"""3x3 convolution by Winograd's F(4x4, 3x3) in exact integers, for cores with DSP."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.conv2d import filters
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, int_table, register
from tinyc.kernels.requant_dsp import in_range, largest_sums, two_step
from tinyc.kernels.weighted import requant_fields
from tinyc.ops.conv2d import Conv2d
from tinyc.targets.isa import Isa

TRANSFORM = np.array([[6, 0, 0], [-1, -1, -1], [-1, 1, -1], [1, 2, 4], [1, -2, 4], [0, 0, 6]], np.int64)
"""Of weights along one axis: the rows of Lavin and Gray's G, times 24, 6, 6, 24, 24 and 6."""
_POSITIONS = 36
_SCALE_BITS = 6
"""The largest power of two by which an output's sum is scaled; the others are brought to it."""
_BIAS_SCALE = 36
"""A number at position (1, 1) reaches every output 4^-1 times 2^s, and sums come 9 times 2^s."""


def transformed(weights: Array) -> Array:
    """int64 [out][36][in] of [out][3][3][in]; at most 49 times the largest weight."""
    both = np.einsum("ia,oabc,jb->oijc", TRANSFORM, weights.astype(np.int64), TRANSFORM)
    return np.asarray(both.reshape(len(weights), _POSITIONS, -1))


def pack_transformed(weights: Array) -> Array:
    """int32 [out / 4][36][in / 4][inputs 0 2, inputs 1 3][4 out]: words of two int16; zeros fill up the channels."""
    rows = transformed(weights)
    padded = np.pad(rows, ((0, -len(rows) % 4), (0, 0), (0, 0)))
    # axes: four channels, channel, position, four inputs, half of the word, even or odd input
    split = padded.reshape(len(padded) // 4, 4, _POSITIONS, rows.shape[2] // 4, 2, 2)
    return np.asarray(split.transpose(0, 2, 3, 5, 1, 4).reshape(-1).astype("<i2").view("<i4"))


def _conv(site: Site) -> Conv2d:
    assert isinstance(site.op.operator, Conv2d)
    return site.op.operator


def _channels(site: Site) -> int:
    return site.type("y").shape[1]


def _constants(site: Site) -> Array:
    """int32 [out][4]: bias of sums over x + 128, multiplier, offset and shift of 64 times the sum."""
    step = two_step(site, _conv(site).clamp, _channels(site))
    sums = filters(site).reshape(_channels(site), -1).astype(np.int64).sum(axis=1)
    bias = _BIAS_SCALE * (step.bias - 128 * sums)
    columns = np.stack([bias, step.value, step.offset(_SCALE_BITS), step.k + _SCALE_BITS], axis=1)
    return np.asarray(columns.astype(np.uint64).astype(np.uint32).view(np.int32))


def _params(site: Site) -> Params:
    x, y, window = site.type("x"), site.type("y"), _conv(site).window
    bounds = requant_fields(site, _conv(site).clamp, _channels(site))
    weights = filters(site)
    packed = Table("weights", pack_transformed(weights), f"weights {list(weights.shape)}: out, taps, in; Winograd")
    fields: dict[str, Field] = {
        "batch": x.shape[0],
        "in_height": x.shape[2],
        "in_width": x.shape[3],
        "in_channels": x.shape[1],
        "out_height": y.shape[2],
        "out_width": y.shape[3],
        "out_channels": y.shape[1],
        "pad_top": window.begin[0],
        "pad_left": window.begin[1],
        "weights": packed,
        "constants": int_table("constants", _constants(site), "int32", "bias and requantisation"),
        "in_zero_point": bounds["in_zero_point"],
        "low": bounds["low"],
        "high": bounds["high"],
    }
    return Params("tc_conv2d_s8_winograd", fields)


def _shape_fits(site: Site) -> bool:
    conv, x = _conv(site), site.type("x")
    window = conv.window
    plain = window.kernel == (3, 3) and {*window.strides, *window.dilations} == {1}
    return plain and conv.groups == 1 and x.shape[1] % 4 == 0


def _sums_fit(site: Site) -> bool:
    return bool((largest_sums(site, _channels(site)) < 1 << (31 - _SCALE_BITS)).all())


def _in_range(site: Site) -> bool:
    return in_range(site, _conv(site).clamp, _channels(site), _SCALE_BITS)


def _work(site: Site) -> Mapping[str, int]:
    """`products` of whole pairs of tiles; `inputs` and `outputs` of whole tiles."""
    x, y = site.type("x"), site.type("y")
    tiles = x.shape[0] * -(-y.shape[2] // 4) * -(-y.shape[3] // 4)
    channels = -(-y.shape[1] // 4) * 4
    return {
        "products": -(-tiles // 2) * 2 * _POSITIONS * x.shape[1] * channels,
        "positions": -(-tiles // 2) * _POSITIONS * channels // 4,
        "inputs": tiles * x.shape[1],
        "outputs": tiles * y.shape[1],
    }


def _more_flash(site: Site) -> int:
    """Bytes of transformed weights beyond those of the weights: 36 int16 for nine int8."""
    channels = -(-_channels(site) // 4) * 4
    return 2 * _POSITIONS * channels * site.type("x").shape[1] - site.type("w").elements


register(
    Kernel(
        name="tc_conv2d_winograd_s8_dsp", op="conv2d", source="conv/tc_conv2d_winograd_s8_dsp.c", needs=Isa.DSP,
        reads={"x": "s8", "w": "s8:dense", "y": "s8"}, params=_params,
        fits=(
            constant("w", "b"),
            channels_last("x", "y"),
            Predicate("two spatial axes", lambda site: site.type("x").rank == 4),
            Predicate("must be 3x3, stride 1, one group, input channels a multiple of four", _shape_fits),
            Predicate("sums must stay below 2^25", _sums_fit),
            Predicate("requantisation shifts must lie between 33 and 48", _in_range),
        ),
        scratch=lambda site: 1216 + 180 * site.type("x").shape[1],
        more_flash=_more_flash, work=_work,
        cost={"products": 1.0, "positions": 28.0, "inputs": 250.0, "outputs": 320.0},
    )
)  # fmt: skip
