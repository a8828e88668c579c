"""Each layer's signal over error as a row of dots, one dot for each format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinyc.report.record import Document
from tinyc.report.scores_table import NUMBERS, SHARES

WIDTH = 1040
_LEFT = 230
_RIGHT = 70
_TOP = 10
_BOTTOM = 26
_ROW = 20
_TICK_DB = 10
_COLOURS = ("#d95f5f", "#e3a64a", "#5f9ed1", "#77b36b", "#9a7fc1")
_NAME_LETTERS = 34
_METRICS = {**SHARES, **NUMBERS}


@dataclass(frozen=True, slots=True)
class Dot:
    """One layer in one format, in pixels; `label` says what is lost, where something is."""

    x: float
    y: float
    colour: str
    label: str
    tooltip: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A text at a place: a tick of the axis, or a layer's name."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class KeyItem:
    """What a colour means."""

    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class SensitivityPlot:
    """All shapes of the picture, and the table below it."""

    caption: str
    width: int
    height: int
    top: int
    bottom: int
    ticks: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    dots: tuple[Dot, ...]
    key: tuple[KeyItem, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sensitivity_plot(found: Document) -> SensitivityPlot:
    """The picture of what `tinyc sensitivity` measured, from its JSON."""
    costs: Sequence[Document] = found["layers"]
    layers = list(dict.fromkeys(cost["layer"] for cost in costs))
    formats = list(dict.fromkeys(cost["format"] for cost in costs))
    colours = {name: _COLOURS[number % len(_COLOURS)] for number, name in enumerate(formats)}
    known = [cost["sqnr_db"] for cost in costs if cost["sqnr_db"] is not None]
    low, high = min([0.0, *known]), max([float(_TICK_DB), *known])
    bottom = _TOP + _ROW * len(layers)

    def x(decibels: float | None) -> float:
        share = 1.0 if decibels is None else (decibels - low) / (high - low)
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def y(layer: str) -> float:
        return _TOP + _ROW * (layers.index(layer) + 0.5)

    first_tick = -int(-low // _TICK_DB) * _TICK_DB
    marks = range(first_tick, int(high) + 1, _TICK_DB)
    return SensitivityPlot(
        caption=_caption(found),
        width=WIDTH,
        height=bottom + _BOTTOM,
        top=_TOP,
        bottom=bottom,
        ticks=tuple(Mark(x(mark), bottom, f"{mark} dB") for mark in marks),
        labels=tuple(Mark(_LEFT - 12, y(layer) + 4, layer[:_NAME_LETTERS]) for layer in layers),
        dots=tuple(
            Dot(x(cost["sqnr_db"]), y(cost["layer"]), colours[cost["format"]], _lost(cost), _tooltip(cost))
            for cost in costs
        ),
        key=tuple(KeyItem(name, colour) for name, colour in colours.items()),
        heads=("layer", "operator", "from node", "format", "bytes", "SQNR dB", "lost", "cycles (estimate)"),
        rows=tuple(_row(cost) for cost in costs),
    )


def _caption(found: Document) -> str:
    metric = "no labels" if found["metric"] is None else f"float {_METRICS[found['metric']]} {found['float']:.6g}"
    return f"{found['model']}: {found['samples']} samples, {metric}; {found['calibrated']}."


def _lost(cost: Document) -> str:
    return "" if not cost["drop"] else f"{100 * cost['drop']:.1f} %"


def _decibels(cost: Document) -> str:
    return "no error" if cost["sqnr_db"] is None else f"{cost['sqnr_db']:.1f}"


def _tooltip(cost: Document) -> str:
    return f"{cost['layer']} at {cost['format']}: SQNR {_decibels(cost)}" + (
        "" if cost["drop"] is None else f", {100 * cost['drop']:.2f} % lost"
    )


def _row(cost: Document) -> tuple[str, ...]:
    lost = "–" if cost["drop"] is None else f"{100 * cost['drop']:.2f} %"
    cycles = "–" if cost["cycles"] is None else f"{cost['cycles']:,.0f}"
    name, size = (cost["layer"], cost["op"], cost["source"], cost["format"]), f"{cost['bytes']:,}"
    return (*name, size, _decibels(cost), lost, cycles)
