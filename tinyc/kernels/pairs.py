"""Pairs: two pixels in one word, as runtime_c/include/tinyc/pairs.h reads them."""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.pixels import clamp_of
from tinyc.kernels.record import Field, Predicate, Site, Table, int_table
from tinyc.kernels.requant_dsp import TwoStep, in_range, two_step
from tinyc.kernels.weighted import requant_fields

_BLOCK = 64
_LANE_START = 1 << 15


def pack_pairs(rows: Array, bias: Array) -> Array:
    """int32: the streams of all channels of int8 [channels][inputs] that start from int64 [channels]."""
    padded = np.pad(rows, ((0, 0), (0, -rows.shape[1] % 4)))
    return np.concatenate([_stream(row, int(start)) for row, start in zip(padded, bias, strict=True)])


def _stream(row: Array, bias: int) -> Array:
    """start, bias, then bits and weights of every 64 inputs."""
    ends = move_on(row)
    words = np.ascontiguousarray(row.astype(np.int8)).view("<i4").astype(np.int64)
    parts = [np.array([bias + (bias << 16) - _LANE_START * int(ends.sum()), bias])]
    for first in range(0, len(row), _BLOCK):
        flags = ends[first // 2 : (first + _BLOCK) // 2]
        bits = sum(1 << (31 - place) for place in np.flatnonzero(flags).tolist())
        parts += [np.array([bits]), words[first // 4 : (first + _BLOCK) // 4]]
    return np.asarray((np.concatenate(parts) & 0xFFFFFFFF).astype(np.uint32).view(np.int32))


def move_on(row: Array) -> Array:
    """bool [inputs / 2]: after which two weights the lanes must be emptied; the last is True."""
    lows, highs = _extremes(row)
    ends = np.zeros(len(lows), bool)
    low = high = 0
    for place, (down, up) in enumerate(zip(lows.tolist(), highs.tolist(), strict=True)):
        if not _fits_lane(low + down, high + up):
            ends[place - 1] = True
            low = high = 0
        low, high = low + down, high + up
    ends[-1] = True
    return ends


def _extremes(row: Array) -> tuple[Array, Array]:
    """The least and the largest sum of w * x of every two weights, for any int8 x."""
    twos = row.astype(np.int64).reshape(-1, 2)
    least, largest = np.minimum(twos * -128, twos * 127), np.maximum(twos * -128, twos * 127)
    return least.sum(axis=1), largest.sum(axis=1)


def _fits_lane(low: int, high: int) -> bool:
    return low >= -_LANE_START and high < _LANE_START


def pairs_fields(site: Site, rows: Array) -> dict[str, Field]:
    """weights and constants; ModelError where an accumulator could leave int32."""
    clamp, channels = clamp_of(site), rows.shape[0]
    bounds, step = requant_fields(site, clamp, channels), two_step(site, clamp, channels)
    stream = Table("weights", pack_pairs(rows, step.bias), f"weights {list(rows.shape)}: out, in; pairs")
    constants = int_table("constants", requant_columns(step), "int32", "requantisation")
    return {"weights": stream, "constants": constants, "low": bounds["low"], "high": bounds["high"]}


def requant_columns(step: TwoStep, *before: Array) -> Array:
    """int64 [channels * columns]: those given, then multiplier, offset and k."""
    return np.stack([*before, step.value, step.offset(), step.k], axis=1).reshape(-1)


def _requant_fits(site: Site) -> bool:
    weights = site.array("w")
    assert weights is not None
    return in_range(site, clamp_of(site), len(weights))


def _twos_fit(site: Site) -> bool:
    weights = site.array("w")
    assert weights is not None
    return int(weights.min(initial=0)) >= -127


REQUANT_FITS = Predicate("requantisation shifts must lie between 33 and 54", _requant_fits)
PAIRS_FITS = (Predicate("weights must lie between -127 and 127", _twos_fit), REQUANT_FITS)
"""After `constant("w", "b")`: what makes pairs exact."""
