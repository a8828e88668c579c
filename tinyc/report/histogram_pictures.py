"""Small pictures of what calibration saw: one histogram for each tensor, with the range that its integers cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from tinyc.report.record import Document

WIDTH = 206
HEIGHT = 104
TOP = 18
BOTTOM = 70
_NAME_LETTERS = 32


@dataclass(frozen=True, slots=True)
class HistogramPicture:
    """One picture, in pixels; `path` is the outline of the bars. `zero_x` is None where zero lies outside."""

    width: int
    height: int
    top: int
    bottom: int
    name: str
    seen: str
    scale: str
    tooltip: str
    path: str
    range_x: float
    range_width: float
    zero_x: float | None


def histogram_pictures(calibration: Sequence[Document]) -> list[HistogramPicture]:
    """The pictures of a report's `calibration`, in its order."""
    return [_picture(entry) for entry in calibration]


def _picture(entry: Document) -> HistogramPicture:
    low: float = min(entry["seen_low"], entry["low"], 0.0)
    high: float = max(entry["seen_high"], entry["high"], 0.0)
    span = high - low or 1.0

    def x(value: float) -> float:
        return round((value - low) / span * WIDTH, 1)

    seen = f"{entry['seen_low']:.4g} to {entry['seen_high']:.4g}"
    scale = f"scale {entry['scale']:.4g}, zero point {entry['zero_point']}"
    name = str(entry["name"])
    return HistogramPicture(
        WIDTH, HEIGHT, TOP, BOTTOM,
        name=name if len(name) <= _NAME_LETTERS else f"…{name[1 - _NAME_LETTERS:]}",
        seen=f"seen {seen}",
        scale=scale,
        tooltip=f"{name}: {entry['seen']:,} values, {seen}; covered {entry['low']:.6g} to {entry['high']:.6g}; {scale}",
        path=_outline(entry["bars"], x(entry["seen_low"]), x(entry["seen_high"])),
        range_x=x(entry["low"]),
        range_width=round(x(entry["high"]) - x(entry["low"]), 1),
        zero_x=x(0.0) if low <= 0.0 <= high else None,
    )  # fmt: skip


def _outline(bars: Sequence[int], left: float, right: float) -> str:
    """Steps along the tops of the bars, then back along the bottom; a single value is a line two pixels wide."""
    right, most = max(right, left + 2.0), sqrt(max(max(bars, default=0), 1))
    step = (right - left) / max(len(bars), 1)
    parts = [f"M{left:.1f} {BOTTOM}"]
    for number, bar in enumerate(bars):
        parts.append(f"V{BOTTOM - (BOTTOM - TOP) * sqrt(bar) / most:.1f}H{left + (number + 1) * step:.1f}")
    return f"{''.join(parts)}V{BOTTOM}Z"
