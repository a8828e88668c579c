"""The passes of a report as rows of texts, and the layers that they changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinyc.report.record import Document
from tinyc.report.sizes import count

PASS_HEADS = ("pass", "bytes before", "after", "cycles (estimate)", "after", "SQNR dB", "all so far")
_WIDTH = 320


@dataclass(frozen=True, slots=True)
class PassRow:
    """One pass: the cells of PASS_HEADS, its options and note; `bar`: length in pixels of the bytes it leaves."""

    cells: tuple[str, ...]
    options: str
    note: str
    bar: float


@dataclass(frozen=True, slots=True)
class LayerRow:
    """What one pass did to one layer, as texts."""

    step: str
    layer: str
    before: str
    after: str
    sqnr_db: str


def pass_rows(passes: Sequence[Document]) -> tuple[PassRow, ...]:
    """All passes in order; reports of folders built without effects have dashes."""
    largest = max([1, *(entry["bytes_before"] for entry in passes)])
    return tuple(_row(entry, largest) for entry in passes)


def _row(entry: Document, largest: int) -> PassRow:
    cells = (
        entry["name"], count(entry["bytes_before"]), count(entry["bytes_after"]),
        _cycles(entry.get("cycles_before")), _cycles(entry.get("cycles_after")),
        _decibels(entry.get("sqnr_db")), _decibels(entry.get("total_sqnr_db")),
    )  # fmt: skip
    return PassRow(cells, entry["options"], entry["note"], round(_WIDTH * entry["bytes_after"] / largest, 1))


def changed(passes: Sequence[Document]) -> tuple[Document, ...]:
    """The passes that changed bytes, cycles or results."""
    return tuple(
        entry for entry in passes
        if entry["bytes_before"] != entry["bytes_after"] or entry.get("layers") or entry.get("sqnr_db") is not None
    )  # fmt: skip


def layer_rows(passes: Sequence[Document]) -> tuple[LayerRow, ...]:
    """Every layer that a pass changed, in the order of passes."""
    return tuple(
        LayerRow(
            entry["name"], layer["layer"], count(layer["bytes_before"]), count(layer["bytes_after"]),
            _decibels(layer["sqnr_db"]),
        )
        for entry in passes for layer in entry.get("layers") or ()
    )  # fmt: skip


def _cycles(number: int | None) -> str:
    return "–" if number is None else count(number)


def _decibels(number: float | None) -> str:
    return "–" if number is None else f"{number:.1f}"
