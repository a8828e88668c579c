"""T-pack: two int8 output channels in one int16, as runtime_c/include/tinyc/tpack.h reads them."""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.record import Field, Predicate, Site, Table, int_table
from tinyc.kernels.requant_dsp import in_range, largest_sums, two_step
from tinyc.kernels.requant_shared import SHIFT, shared_multipliers
from tinyc.kernels.weighted import requant_fields
from tinyc.ops.clamp import Clamp
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense

_LANE_BITS = 8
_SUM_LIMIT = 1 << (31 - _LANE_BITS)


def pack_weights(rows: Array) -> Array:
    """int32 [channels / 4][inputs / 4][2][2] of int8 [channels][inputs]; zeros fill up both axes."""
    channels, inputs = (-(-extent // 4) * 4 for extent in rows.shape)
    padded = np.zeros((channels, inputs), np.int64)
    padded[: rows.shape[0], : rows.shape[1]] = rows
    pairs = (padded[0::2] + (padded[1::2] << _LANE_BITS)).reshape(channels // 4, 2, inputs // 4, 2, 2)
    # axes: four channels, pair of channels, four inputs, half of the word, even or odd input
    return np.asarray(pairs.transpose(0, 2, 4, 1, 3).reshape(-1).astype("<i2").view("<i4"))


def pack_constants(site: Site, clamp: Clamp, channels: int) -> Array:
    """int32 [channels / 4][16]: sums to start from, then multiplier, offset and shift of four channels."""
    start, columns = columns_of(site, clamp, channels)
    return low_words(np.concatenate([start, np.stack(columns, axis=1).reshape(-1, 12)], axis=1))


def pack_constants_of_pairs(site: Site, clamp: Clamp, channels: int) -> tuple[Array, bool]:
    """int32 [channels / 4][12 or 16], last four channels first: sums to start from, multiplier and offset of four
    channels, and, unless all channels share one shift, their four shifts; whether they do.
    """
    start, (value, offset, k) = columns_of(site, clamp, channels)
    shared = shared_multipliers(site, clamp, channels)
    if shared is not None:
        value, offset = filled(shared), _shared_offsets(site, clamp, channels)
    parts = [start, np.stack([value, offset], axis=1).reshape(-1, 8), k.reshape(-1, 4)]
    return low_words(np.concatenate(parts[:2] if shared is not None else parts, axis=1)[::-1]), shared is not None


def _shared_offsets(site: Site, clamp: Clamp, channels: int) -> Array:
    """zero_point and one half, at SHIFT, and 256 times as much for odd channels, of which the sums are so."""
    offset = (two_step(site, clamp, channels).zero_point << SHIFT) + (1 << (SHIFT - 1))
    return filled(offset << np.where(np.arange(channels) % 2 == 1, _LANE_BITS, 0))


def filled(column: Array) -> Array:
    """With zeros up to whole quads of channels."""
    return np.pad(column, (0, -len(column) % 4))


def columns_of(site: Site, clamp: Clamp, channels: int) -> tuple[Array, list[Array]]:
    """Sums to start from [channels / 4][4]: T01, T23, S0, S2; multiplier, offset and shift of each channel."""
    step = two_step(site, clamp, channels)
    odd = np.arange(channels) % 2 == 1
    offset = np.where(odd, step.offset(_LANE_BITS), step.offset())
    columns = [step.bias, step.value, offset, step.k + np.where(odd, _LANE_BITS, 0)]
    bias, *rest = (filled(column) for column in columns)
    return starts(bias), rest


def starts(bias: Array) -> Array:
    """[channels / 4][4]: T01, T23, S0, S2."""
    even, both = bias[0::2], bias[0::2] + (bias[1::2] << _LANE_BITS)
    return np.concatenate([both.reshape(-1, 2), even.reshape(-1, 2)], axis=1)


def low_words(values: Array) -> Array:
    """The low 32 bits of int64."""
    return np.ascontiguousarray(values).reshape(-1).astype(np.uint64).astype(np.uint32).view(np.int32)


def tpack_fields(site: Site, rows: Array, *, pairs: bool) -> dict[str, Field]:
    """weights and constants; ModelError where an accumulator could leave int32. `pairs`: as tpack_4x2.h reads them."""
    clamp, channels = clamp_of(site), rows.shape[0]
    bounds = requant_fields(site, clamp, channels)
    words = pack_weights(rows)
    if pairs:
        words = np.ascontiguousarray(words.reshape(-(-channels // 4), -1)[::-1]).reshape(-1)
    packed = Table("weights", words, f"weights {list(rows.shape)}: out, in; T-pack")
    table, shared = _constants(site, clamp, channels, pairs)
    constants = int_table("constants", table, "int32", "bias and requantisation")
    return {
        "weights": packed,
        "constants": constants,
        "shared_shift": int(shared),
        "low": bounds["low"],
        "high": bounds["high"],
    }


def _constants(site: Site, clamp: Clamp, channels: int, pairs: bool) -> tuple[Array, bool]:
    if pairs:
        return pack_constants_of_pairs(site, clamp, channels)
    return pack_constants(site, clamp, channels), False


def clamp_of(site: Site) -> Clamp:
    assert isinstance(site.op.operator, Conv2d | Dense)
    return site.op.operator.clamp


def _in_range(site: Site) -> bool:
    return in_range(site, clamp_of(site), _channels(site), _LANE_BITS)


def _sums_fit(site: Site) -> bool:
    return bool((largest_sums(site, _channels(site))[1::2] < _SUM_LIMIT).all())


def _halves_fit(site: Site) -> bool:
    weights = site.array("w")
    assert weights is not None
    rows = weights.reshape(len(weights), -1).astype(np.int64)
    odd = rows[1::2]
    pairs = rows[0::2][: len(odd)] + (odd << _LANE_BITS)
    return bool((pairs >= -(1 << 15)).all() and (pairs < 1 << 15).all())


def _channels(site: Site) -> int:
    weights = site.array("w")
    assert weights is not None
    return int(weights.shape[0])


TPACK_FITS = (
    Predicate("two weights must fit one int16 (weights of -127 to 127 always do)", _halves_fit),
    Predicate("sums of odd channels must stay below 2^23", _sums_fit),
    Predicate("requantisation shifts must lie between 33 and 46", _in_range),
)
"""After `constant("w", "b")`: what makes T-pack exact."""
