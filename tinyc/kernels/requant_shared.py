"""Requantisation by SMMLA and SSAT with one shift for all channels: it is part of the instruction then.

    y = saturate((offset + hi32(acc * value)) >> SHIFT),  offset = zero_point * 2^SHIFT + 2^(SHIFT - 1)

A multiplier of 31 bits at its own shift becomes one of fewer bits at SHIFT. Both forms are monotone in acc: they are
equal for every sum that can occur if they reach each output at the same sum. These thresholds bound the new multiplier
from both sides; where an integer lies between, every result is the same.
"""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.record import Site
from tinyc.kernels.requant_dsp import MAX_STEPS, TwoStep, largest_sums, two_step
from tinyc.ops.clamp import Clamp

SHIFT = 4
_OUTPUTS = np.arange(-127, 128, dtype=np.int64)
"""int8 that need a threshold: the lowest one is reached by any sum."""


def shared_multipliers(site: Site, clamp: Clamp, channels: int, at: int = SHIFT) -> Array | None:
    """int64 [channels]: multipliers at a shift that leave every result as it is; None if a channel has none."""
    step = two_step(site, clamp, channels)
    shifted = (step.k >= at) & (step.k <= MAX_STEPS)
    if not (shifted | (step.value == 0)).all():
        return None
    low, high = bounds_of(step, largest_sums(site, channels), at)
    nearest = step.value >> np.maximum(step.k - at, 0)
    found = np.where(step.value == 0, 0, np.clip(nearest, low, high))
    return found if ((low <= high) | (step.value == 0)).all() else None


def bounds_of(step: TwoStep, reach: Array, at: Array | int = SHIFT) -> tuple[Array, Array]:
    """The least and largest multipliers at the shifts `at` that are right for all sums of -reach to reach, for each
    channel.
    """
    k, value, reach = step.k[:, np.newaxis], np.maximum(step.value, 1)[:, np.newaxis], reach[:, np.newaxis]
    outputs = _OUTPUTS - step.zero_point[:, np.newaxis]
    wanted = (outputs << (32 + k)) - (np.int64(1) << (31 + k))
    first = np.clip(-(-wanted // value), -reach, reach + 1)  # the first sum that yields this output
    at = np.broadcast_to(np.asarray(at, np.int64), step.k.shape)[:, np.newaxis]
    bound = (outputs << (32 + at)) - (np.int64(1) << (31 + at))
    low, high = _at_least(np.where(first <= reach, first, 0), np.where(first <= reach, bound, 0))
    below = first > -reach
    low_below, high_below = _at_least(np.where(below, 1 - first, 0), np.where(below, 1 - bound, 0))
    return np.maximum(low, low_below), np.minimum(high, high_below)


def _at_least(factor: Array, bound: Array) -> tuple[Array, Array]:
    """The least and largest multipliers whose products with all factors of a row are its bounds or more."""
    size = np.maximum(np.abs(factor), 1)
    low = np.where(factor > 0, -(-bound // size), 1)
    high = np.where(factor < 0, -bound // size, (1 << 31) - 1)
    impossible = (factor == 0) & (bound > 0)
    return np.maximum(low.max(axis=1), 1), np.where(impossible.any(axis=1), 0, high.min(axis=1))
