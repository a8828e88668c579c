"""The arenas of the MLPerf Tiny nets on a Cortex-M4, and the cycles that small ones take, beside what was aimed at.

    python -m benchmarks.ram            the table
    python -m benchmarks.ram --json     the same for programs

Integer input and output; inputs in the order that the model declares, channels-last where rows are pushed. Million
model cycles (see docs/report.md for the model). Models are no part of the project: see benchmarks/models.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.models import folder_of
from benchmarks.tables import shown
from tinyc.bench import Matrix, bench
from tinyc.driver import Options
from tinyc.recipe import load_recipe
from tinyc.targets import load_board

BOARD = "cortex-m4"
NETS = ("ad01", "kws", "resnet8", "vww")
WAYS = (
    # way, goal, options, aims in the order of NETS; None: not asked for
    ("time", "time", Options(), (None, None, None, None)),
    ("balanced", "balanced", Options(), (1_024, 11_000, 36_000, 40_000)),
    ("ram", "ram", Options(), (768, 7_000, 17_000, 32_500)),
    ("ram, rows pushed", "ram", Options(channels_last_inputs=True, push_rows=("all",)), (None, None, None, 9_000)),
)
PUSHABLE = ("resnet8", "vww")
"""Nets whose first layer reads rows of whole words."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One net in one way: bytes of the arena and the aim, millions of cycles, and those relative to balanced."""

    way: str
    model: str
    arena: int
    aim: int | None
    millions: float
    relative: float
    code: int | None


def measure() -> list[Figure]:
    models, found = folder_of("TINYC_MODELS", "models"), list[Figure]()
    for net_number, net in enumerate(NETS):
        balanced = 0.0
        for way, goal, options, aims in WAYS:
            if options.push_rows and net not in PUSHABLE:
                continue
            model = models / f"{net}_int8_qdq.onnx"
            entry = bench(Matrix((model,), (load_board(BOARD),), (goal,), load_recipe("float"), options))[0]
            assert entry.cycles_model is not None and entry.arena is not None
            balanced = entry.cycles_model if way == "balanced" else balanced
            relative = entry.cycles_model / balanced if balanced else float("nan")
            found.append(
                Figure(way, entry.model, entry.arena, aims[net_number], round(entry.cycles_model / 1e6, 3),
                       round(relative, 3), entry.code)
            )  # fmt: skip
    return found


def table_of(figures: Sequence[Figure]) -> list[list[str]]:
    heads = ["model", "way", "arena", "aimed at", "M cycles", "against balanced", "code"]
    return [heads, ["---"] * len(heads), *map(_row, figures)]


def _row(figure: Figure) -> list[str]:
    aim = "-" if figure.aim is None else f"{figure.aim:,}"
    relative = "-" if figure.relative != figure.relative else f"{figure.relative:.2f}"
    code = "-" if figure.code is None else f"{figure.code:,}"
    return [figure.model, figure.way, f"{figure.arena:,}", aim, f"{figure.millions:.3f}", relative, code]


if __name__ == "__main__":
    shown(__doc__, measure, table_of)
