"""Recipes as discs: bytes in flash to the right, score upwards, area by cycles; those on the front are joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2, sqrt

from tinyc.report.record import Document
from tinyc.report.scores_table import NUMBERS, SHARES
from tinyc.report.sizes import count

PARETO_HEADS = (
    *("recipe", "", "weights + tables", "code", "arena", "score", "drop", "cycles (model)", "instructions", "note"),
)
WIDTH = 1040
HEIGHT = 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 120, 30, 40
_LARGEST_RADIUS = 22.0
_METRICS = {**SHARES, **NUMBERS}


@dataclass(frozen=True, slots=True)
class Disc:
    """One recipe, in pixels."""

    x: float
    y: float
    radius: float
    mark: str
    label: str
    tooltip: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A text beside an axis."""

    place: float
    text: str


@dataclass(frozen=True, slots=True)
class ParetoPlot:
    """All shapes of the picture, and the table below it."""

    caption: str
    width: int
    height: int
    left: int
    bottom: int
    discs: tuple[Disc, ...]
    front: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def pareto_plot(found: Document) -> ParetoPlot:
    """The picture of what `tinyc pareto` measured, from its JSON."""
    points: Sequence[Document] = [point for point in found["points"] if not point["refused"]]
    sizes = [log2(max(point["constants"], 1)) for point in points]
    values = [point["value"] for point in points]
    across = _Axis(min(sizes) - 0.2, max(sizes) + 0.2, _LEFT, WIDTH - _RIGHT)
    margin = max(max(values) - min(values), abs(max(values)) * 0.01, 1e-9) * 0.1
    upwards = _Axis(min(values) - margin, max(values) + margin, HEIGHT - _BOTTOM, _TOP)
    most = max([1, *(_effort(point) for point in points)])
    discs = [
        Disc(
            across.place(size), upwards.place(point["value"]), _radius(_effort(point), most),
            "front" if point["on_front"] else "beaten", point["recipe"], _tooltip(point),
        )
        for point, size in zip(points, sizes, strict=True)
    ]  # fmt: skip
    joined = sorted((disc.x, disc.y) for disc in discs if disc.mark == "front")
    score = _METRICS[found["metric"]]
    return ParetoPlot(
        caption=f"{found['model']} on {found['board']}, --optimize {found['optimize']}: {score} of "
        f"{found['samples']} samples over bytes of weights, biases and tables; the area of a disc are its cycles.",
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        bottom=HEIGHT - _BOTTOM,
        discs=tuple(discs),
        front=" ".join(f"{x},{y}" for x, y in joined),
        x_ticks=tuple(
            Tick(across.place(power), _bytes(power)) for power in range(int(min(sizes)), int(max(sizes)) + 2)
        ),
        y_ticks=tuple(Tick(upwards.place(value), _score(found["metric"], value)) for value in _spread(values)),
        heads=PARETO_HEADS,
        rows=pareto_rows(found),
    )


def pareto_rows(found: Document) -> tuple[tuple[str, ...], ...]:
    """The cells of PARETO_HEADS for each recipe; a star marks the front."""
    return tuple(
        (
            point["recipe"], "*" if point["on_front"] else "",
            *(_count(point[key]) for key in ("constants", "code", "arena")),
            _score(found["metric"], point["value"]), "–" if point["drop"] is None else f"{100 * point['drop']:.2f} %",
            _count(point["cycles"]), _count(point["instructions"]), point["refused"],
        )
        for point in found["points"]
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Axis:
    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        return round(self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start), 1)


def _effort(point: Document) -> int:
    return int(point["cycles"] or point["instructions"] or 0)


def _radius(effort: int, most: int) -> float:
    return round(max(4.0, _LARGEST_RADIUS * sqrt(effort / most)), 1)


def _spread(values: Sequence[float]) -> tuple[float, ...]:
    low, high = min(values), max(values)
    return (low,) if low == high else tuple(low + (high - low) * part / 4 for part in range(5))


def _bytes(power: int) -> str:
    return f"{1 << (power - 10)} KB" if power >= 10 else f"{1 << power} B"


def _count(number: int | None) -> str:
    return "–" if number is None else count(number)


def _score(metric: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{100 * value:.2f} %" if metric in SHARES else f"{value:.4g}"


def _tooltip(point: Document) -> str:
    return f"{point['recipe']}: {count(point['constants'])} bytes, {_count(point['cycles'])} cycles"
