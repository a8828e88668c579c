"""The table of tinyc bench."""

from __future__ import annotations

from collections.abc import Sequence

from tinyc.bench import Baseline, Entry
from tinyc.report.sizes import count
from tinyc.show.tables import show, table

_HEADS = (
    *("model", "board", "goal", "instructions", "change", "cycles (model)"),
    *("code", "weights", "tables", "arena", "scratch", "stack"),
)


def benched(entries: Sequence[Entry], baseline: Baseline | None) -> None:
    """One row for each entry; `change` is of the instructions, against the baseline."""
    show(table(_HEADS, [_row(entry, baseline) for entry in entries], numbers=range(3, len(_HEADS))))
    show("bytes and counts are of one inference; code, weights and tables lie in flash; scratch is part of the arena")


def _row(entry: Entry, baseline: Baseline | None) -> tuple[str, ...]:
    old = None if baseline is None else baseline.instructions(entry)
    change = "–" if old is None else f"{100 * (entry.instructions - old) / old:+.1f} %"
    sizes = (entry.code, entry.weights, entry.tables, entry.arena, entry.scratch, entry.stack)
    return (
        *(entry.model, entry.board, entry.optimize, count(entry.instructions), change, count(entry.cycles_model)),
        *map(count, sizes),
    )
