"""From a histogram to the range that 256 steps should cover."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import numpy as np

from tinyc.calibration.histogram import Histogram
from tinyc.ir.types import Array

LEVELS = 255
"""Steps of an int8 range; wider formats are so fine that the method does not matter."""


class RangeMethod(Enum):
    """How outliers are weighed against resolution."""

    MINMAX = "minmax"
    PERCENTILE = "percentile"
    MSE = "mse"
    ENTROPY = "entropy"


def choose_range(histogram: Histogram, method: RangeMethod) -> tuple[float, float]:
    """(low, high) with low <= 0 <= high. (0, 0) if all values are zero.

    MINMAX: all values. PERCENTILE: all but 0.001 % on each side. MSE: least squared error of the rounded and
    saturated values. ENTROPY: least Kullback-Leibler divergence of the rounded distribution from the real one, whose
    outliers stand at the edges (Migacz, "8-bit Inference with TensorRT", 2017); zeros, the mass that every ReLU
    makes, are exact in any range and do not count.
    """
    low, high = min(histogram.low, 0.0), max(histogram.high, 0.0)
    if low == high or histogram.width == 0.0:
        return low, high
    return _METHODS[method](histogram, low, high)


def _percentile(histogram: Histogram, low: float, high: float) -> tuple[float, float]:
    share = np.cumsum(histogram.counts) / histogram.counts.sum()
    centres = histogram.centres()
    tail = 1e-5
    left = float(centres[int(np.searchsorted(share, tail))])
    right = float(centres[int(np.searchsorted(share, 1 - tail))])
    return max(low, min(left, 0.0)), min(high, max(right, 0.0))


def _search(
    histogram: Histogram, low: float, high: float, error: Callable[[float, float], float]
) -> tuple[float, float]:
    """Shrink both ends in turn, as long as the error falls."""
    best, found = error(low, high), (low, high)
    for factor in np.linspace(1.0, 0.3, 71):
        trial = (low * factor, high * factor)
        if (value := error(*trial)) < best:
            best, found = value, trial
    for side in (0, 1):
        start = found
        for factor in np.linspace(1.0, 0.3, 71):
            trial = (start[0] * factor, start[1]) if side == 0 else (start[0], start[1] * factor)
            if (value := error(*trial)) < best:
                best, found = value, trial
    return found


def _mse(histogram: Histogram, low: float, high: float) -> tuple[float, float]:
    used = np.flatnonzero(histogram.counts)
    values, weights = histogram.centres()[used], histogram.counts[used].astype(np.float64)

    def error(left: float, right: float) -> float:
        return float((weights * (_rounded(values, left, right) - values) ** 2).sum())

    return _search(histogram, low, high, error)


def _entropy(histogram: Histogram, low: float, high: float) -> tuple[float, float]:
    centres = histogram.centres()
    used = np.flatnonzero((histogram.counts > 0) & (np.abs(centres) > histogram.width))
    if not used.size:
        return low, high
    values, weights = centres[used], histogram.counts[used].astype(np.float64)
    share = weights / weights.sum()

    def divergence(left: float, right: float) -> float:
        inside = (values >= left) & (values <= right)
        if not inside.any():
            return float("inf")
        kept = share[inside]
        level = np.rint((values[inside] - left) / ((right - left) / LEVELS)).astype(np.int64)
        mass = np.bincount(level, weights=kept, minlength=LEVELS + 1)
        members = np.bincount(level, minlength=LEVELS + 1)
        coarse = mass[level] / members[level]
        kept[0] += share[values < left].sum()
        kept[-1] += share[values > right].sum()
        return float((kept * np.log(kept * coarse.sum() / coarse)).sum())

    return _search(histogram, low, high, divergence)


def _rounded(values: Array, left: float, right: float) -> Array:
    step = (right - left) / LEVELS
    if step == 0.0:
        return np.zeros_like(values)
    result: Array = np.rint((np.clip(values, left, right) - left) / step) * step + left
    return result


_METHODS: dict[RangeMethod, Callable[[Histogram, float, float], tuple[float, float]]] = {
    RangeMethod.MINMAX: lambda _, low, high: (low, high),
    RangeMethod.PERCENTILE: _percentile,
    RangeMethod.MSE: _mse,
    RangeMethod.ENTROPY: _entropy,
}
