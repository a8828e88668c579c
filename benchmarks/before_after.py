"""Every fast kernel beside the reference kernel of its operator: instructions and model cycles of one layer by both.

    python -m benchmarks.before_after                          the table, of every fast kernel
    python -m benchmarks.before_after max_pool tc_sum          only kernels whose names hold one of these
    python -m benchmarks.before_after --write                  puts them into docs/benchmarks.md; rows of others stay

Layers are networks of one node with random weights, quantised from random samples, in sizes that small networks have.
Each is built once for the reference and once for each kernel, and profiled on the emulated board that stands for the
kernel's extension: Cortex-M4 for DSP and floats, Cortex-M55 for MVE, Cortex-M3 for integer kernels in plain C.
"""

from __future__ import annotations

import argparse
import tempfile
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from rich.console import Console
from rich.table import Table

from benchmarks.layers import LAYERS, Layer, write
from benchmarks.line import markdown
from benchmarks.pages import ROOT, replace
from tinyc.codegen.project import write as write_project
from tinyc.driver import BuildResult, Options, build
from tinyc.emulate import profile_project
from tinyc.emulate.profile import Cost
from tinyc.emulate.twin import emulated
from tinyc.host.samples import random_samples, to_bytes
from tinyc.kernels.record import KERNELS, Kernel, Site
from tinyc.lower import lower as lowering
from tinyc.lower.goal import Goal
from tinyc.lower.select import Costs, candidates
from tinyc.recipe import load_recipe, parse
from tinyc.targets import Board, load_board
from tinyc.targets.isa import Isa

HEADS = ("kernel", "layer", "board", "unit", "reference kernel", "before", "after", "before / after")
BOARDS = {Isa.NONE: "cortex-m3", Isa.DSP: "cortex-m4", Isa.FPU_SP: "cortex-m4", Isa.MVE: "cortex-m55"}
_ANY_FLASH = 1 << 30
_OPTIONS = Options(channels_last_inputs=True, optimize="time")


@dataclass(frozen=True, slots=True)
class Row:
    """One fast kernel at one layer. Cycles are those of the model, None where it does not describe the core."""

    kernel: str
    board: str
    layer: str
    reference: str
    before: int
    after: int
    cycles_before: int | None
    cycles_after: int | None

    @property
    def ratio(self) -> float:
        return self.before / self.after


def fast_kernels() -> dict[str, Kernel]:
    """By name: all that are neither a reference nor a view."""
    return {kernel.name: kernel for kernel in KERNELS.values() if not kernel.is_reference}


def board_of(kernel: Kernel) -> str:
    """The board on which a kernel is measured: that of its rarest extension; with a float unit if it needs floats."""
    needs = kernel.needs | (Isa.FPU_SP if "_f32" in kernel.name else Isa.NONE)
    return next((BOARDS[isa] for isa in (Isa.MVE, Isa.DSP, Isa.FPU_SP) if needs & isa), BOARDS[Isa.NONE])


@dataclass(frozen=True, slots=True)
class Named:
    """Stands in for the choice of kernels: the one of this name where it fits, or else the reference with the shortest
    name, without codes or blocks; with no reference the first.
    """

    name: str = ""

    def __call__(
        self, site: Site, board: Board, costs: Costs, goal: Goal = Goal.BALANCED, spare_flash: int = 0
    ) -> Kernel:
        found = candidates(site, board, costs, Goal.TIME, _ANY_FLASH)
        fitting = [one.kernel for one in found if one.refusal is None]
        named = [kernel for kernel in fitting if kernel.name == self.name]
        references = sorted(
            (kernel for kernel in fitting if kernel.is_reference), key=lambda kernel: (len(kernel.name), kernel.name)
        )
        return (named or references or fitting)[0]


def measure(layer: Layer, board: Board, names: Sequence[str], folder: Path) -> dict[str, dict[str, Cost]]:
    """Operator's name -> kernel -> what it took: the reference first, then those named that fit."""
    model, samples = write(layer, folder)
    recipe = parse(f"include float\n{layer.recipe}\n", layer.name, load_recipe)
    found: dict[str, dict[str, Cost]] = defaultdict(dict)
    for name in ("", *names):
        with patch.object(lowering, "choose", Named(name)):
            result = build(model, board, recipe, _OPTIONS, samples)
        for call, cost in zip(result.program.calls, _profile(result, board), strict=True):
            found[call.name].setdefault(call.kernel, cost)
    return found


def _profile(result: BuildResult, board: Board) -> Sequence[Cost]:
    with tempfile.TemporaryDirectory() as folder:
        write_project(result.project, Path(folder) / "project")
        one = to_bytes(random_samples(result.program.inputs, 1, 1), result.program.inputs)
        machine = emulated(board)
        return profile_project(Path(folder) / "project", machine, one, 1, work_dir=Path(folder), timeout=600).layers


def rows_of(layer: Layer, wanted: dict[str, Kernel]) -> Iterator[Row]:
    """The kernels of one layer on every board that measures some of those wanted, each where it comes first."""
    boards = sorted({board_of(kernel) for name, kernel in wanted.items() if name in layer.kernels})
    for board in boards:
        with tempfile.TemporaryDirectory() as folder:
            names = [name for name in layer.kernels if name in wanted and board_of(wanted[name]) == board]
            costs = measure(layer, load_board(board), names, Path(folder))
        found = [row for of_op in costs.values() for row in _beside_reference(layer, board, of_op, wanted)]
        yield from {row.kernel: row for row in reversed(found)}.values()


def _beside_reference(layer: Layer, board: str, costs: dict[str, Cost], wanted: dict[str, Kernel]) -> Iterator[Row]:
    references = [name for name in costs if name.endswith("_ref")]
    for name in sorted(set(costs) & set(wanted) & set(layer.kernels)):
        if references and board_of(wanted[name]) == board:
            old, new = costs[references[0]], costs[name]
            yield Row(
                name, board, layer.name, references[0], old.instructions, new.instructions, old.cycles_model,
                new.cycles_model,
            )  # fmt: skip


def table_of(rows: Sequence[Row]) -> list[list[str]]:
    """A line for each row; cycles where the model describes the core, else instructions."""
    lines = []
    for row in sorted(rows, key=lambda row: (row.kernel, row.layer)):
        cycles = row.cycles_before is not None and row.cycles_after is not None
        before, after = (row.cycles_before, row.cycles_after) if cycles else (row.before, row.after)
        assert before is not None and after is not None
        unit = "cycles" if cycles else "instructions"
        figures = [f"{before:,}", f"{after:,}", f"{before / after:.1f}"]
        lines.append([f"`{row.kernel}`", row.layer, row.board, unit, f"`{row.reference}`", *figures])
    return lines


def without(lines: Sequence[Sequence[str]], kernels: Mapping[str, Kernel]) -> str:
    """Names the fast kernels that no line is about."""
    names = sorted(set(kernels) - {line[0].strip("`") for line in lines})
    return f"Not in this table: {', '.join(f'`{name}`' for name in names)}." if names else "No fast kernel is missing."


def page_of(lines: Sequence[list[str]], page: str, kernels: Mapping[str, Kernel]) -> str:
    """The table for the page: these lines, and those of the page about other layers of kernels that there still are."""
    old = [[cell.strip() for cell in row.split("|")[1:-1]] for row in page.splitlines() if row.startswith("| `tc_")]
    kept = {(line[0], line[1]): line for line in (*old, *lines) if line[0].strip("`") in kernels}
    merged = [line for _, line in sorted(kept.items())]
    text = textwrap.fill(without(merged, kernels), 120, break_long_words=False, break_on_hyphens=False)
    return f"{markdown([HEADS, ['---'] * len(HEADS), *merged])}\n{text}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="parts of kernels' names; default: all")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    asked = parser.parse_args()
    kernels = fast_kernels().items()
    wanted = {name: kernel for name, kernel in kernels if not asked.names or any(part in name for part in asked.names)}
    rows = [row for layer in LAYERS for row in rows_of(layer, wanted)]
    lines = table_of(rows)
    if asked.write:
        page = ROOT / "docs" / "benchmarks.md"
        replace(page, "kernels", page_of(lines, page.read_text(encoding="utf-8"), fast_kernels()))
        return
    table = Table(*HEADS, title="fast kernels beside the reference kernels")
    for line in lines:
        table.add_row(*line)
    Console(width=190).print(table)
    Console(width=190).print(without(lines, wanted))


if __name__ == "__main__":
    main()
