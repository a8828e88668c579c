"""A histogram that grows with its data: bounded memory, whatever the number of samples."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tinyc.ir.types import Array

BINS = 4096
"""On each side of zero."""


@dataclass(slots=True)
class Histogram:
    """Counts of values in bins of one width, symmetric around zero; the width doubles when a value lies outside.

    `low` and `high` are the smallest and largest value seen.
    """

    low: float = 0.0
    high: float = 0.0
    seen: int = 0
    width: float = 0.0
    counts: Array = field(default_factory=lambda: np.zeros(2 * BINS, np.int64))

    def add(self, values: Array) -> None:
        """Count finite values of any shape."""
        if values.size == 0:
            return
        flat = values.reshape(-1).astype(np.float64)
        low, high = float(flat.min()), float(flat.max())
        self.low, self.high = (low, high) if self.seen == 0 else (min(self.low, low), max(self.high, high))
        self.seen += flat.size
        reach = max(abs(low), abs(high))
        if reach == 0.0:
            self.counts[BINS] += flat.size
            return
        self._widen(reach)
        index = np.clip(np.floor(flat / self.width).astype(np.int64) + BINS, 0, 2 * BINS - 1)
        self.counts += np.bincount(index, minlength=2 * BINS)

    def _widen(self, reach: float) -> None:
        if self.width == 0.0:
            self.width = reach / BINS
        while reach > self.width * BINS:
            self.counts = _halved(self.counts)
            self.width *= 2

    def centres(self) -> Array:
        """The middle of each bin, float64 [2 * BINS]."""
        return (np.arange(-BINS, BINS) + 0.5) * self.width


def _halved(counts: Array) -> Array:
    """The same counts in bins of twice the width."""
    pairs = counts.reshape(-1, 2).sum(axis=1)
    wide = np.zeros_like(counts)
    start = BINS // 2
    wide[start : start + BINS] = pairs
    return wide
