"""What is left of a histogram for the report: a few bars, and the range that was chosen from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinyc.calibration.histogram import Histogram
from tinyc.ir.types import Quant

BARS = 48


@dataclass(frozen=True, slots=True)
class KeptHistogram:
    """One value of the graph. `bars` count the `seen` numbers in equal steps from `seen_low` to `seen_high`; the range
    from `low` to `high` is what the integers cover.
    """

    name: str
    seen: int
    seen_low: float
    seen_high: float
    bars: tuple[int, ...]
    low: float
    high: float
    scale: float
    zero_point: int


def keep(name: str, histogram: Histogram, bounds: tuple[float, float], quant: Quant) -> KeptHistogram:
    """The bars of a histogram, with the chosen range and the quantisation that came of it."""
    return KeptHistogram(
        name, histogram.seen, histogram.low, histogram.high, _bars(histogram), *bounds,
        float(quant.scale[0]), int(quant.zero_point[0]),
    )  # fmt: skip


def _bars(histogram: Histogram) -> tuple[int, ...]:
    if histogram.width == 0.0 or histogram.low == histogram.high:
        return (histogram.seen,)
    used = np.flatnonzero(histogram.counts)
    centres = np.clip(histogram.centres()[used], histogram.low, histogram.high)
    counts, _ = np.histogram(centres, BARS, (histogram.low, histogram.high), weights=histogram.counts[used])
    return tuple(int(count) for count in counts)
