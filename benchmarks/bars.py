"""The MLPerf Tiny nets on every kind of core, beside what was aimed at.

    python -m benchmarks.bars            the table
    python -m benchmarks.bars --json     the same for programs

Integer input and output, inputs channels-last. Million model cycles on a Cortex-M4 (see docs/report.md for the model),
million instructions on the others. Models are no part of the project: see benchmarks/models.py.
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

NETS = ("ad01", "resnet8", "kws", "vww")
GOALS = (
    # board, goal, files, aims in the order of NETS
    ("cortex-m4", "time", "int8_qdq", (0.36, 8.5, 3.4, 5.6)),
    ("cortex-m4", "balanced", "int8_qdq", (0.38, 14.0, 3.5, 6.0)),
    ("cortex-m0", "balanced", "int8_qdq", (1.1, 50.0, 12.0, 22.0)),
    ("cortex-m3", "balanced", "int8_qdq", (0.65, 28.0, 6.5, 11.0)),
    ("cortex-m55", "balanced", "int8_qdq", (0.080, 2.8, 0.9, 2.0)),
    ("cortex-m4", "balanced", "float", (0.95, 42.0, 9.5, 27.0)),
    ("cortex-m4", "flash", "int8_qdq", (None, None, None, None)),
    ("riscv32", "balanced", "int8_qdq", (None, None, None, None)),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One net on one board: millions of cycles (or instructions where there is no model), the aim, bytes."""

    board: str
    optimize: str
    model: str
    millions: float
    aim: float | None
    code: int | None
    weights: int
    tables: int
    arena: int


def measure() -> list[Figure]:
    models, options = folder_of("TINYC_MODELS", "models"), Options(channels_last_inputs=True)
    found = []
    for board, goal, files, aims in GOALS:
        for net, aim in zip(NETS, aims, strict=True):
            model = models / f"{net}_{files}.onnx"
            entry = bench(Matrix((model,), (load_board(board),), (goal,), load_recipe("float"), options))[0]
            count = entry.instructions if entry.cycles_model is None or board != "cortex-m4" else entry.cycles_model
            found.append(
                Figure(board, goal, entry.model, round(count / 1e6, 3), aim, entry.code, entry.weights, entry.tables,
                       entry.arena)
            )  # fmt: skip
    return found


def table_of(figures: Sequence[Figure]) -> list[list[str]]:
    heads = ["board", "goal", "model", "millions", "aimed at", "code", "weights", "tables", "arena"]
    return [heads, ["---"] * len(heads), *map(_row, figures)]


def _row(figure: Figure) -> list[str]:
    aim = "-" if figure.aim is None else f"{figure.aim:g}"
    sizes = (figure.code, figure.weights, figure.tables, figure.arena)
    counts = ["-" if size is None else f"{size:,}" for size in sizes]
    return [figure.board, figure.optimize, figure.model, f"{figure.millions:.3f}", aim, *counts]


if __name__ == "__main__":
    shown(__doc__, measure, table_of)
