"""Measure what kernels cost on a core, and write boards/costs/<core>.toml, which the choice of kernels reads.

    python -m benchmarks.costs cortex-m4                    the table of estimates beside measurements
    python -m benchmarks.costs cortex-m4 cortex-m3 --write

Networks of many layer sizes are built several times, each time with another of the kernels that fit a layer, and
profiled layer by layer on the emulated board. What a kernel's record counts (`work`) is then priced by non-negative
least squares of the relative errors, in cycles of the stated model where it describes the core, else in instructions.
Only kernels that compete with another are measured: the price of the others decides nothing.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.optimize import nnls

from benchmarks.nets import SWEEPS, write
from tinyc.bench import compilers
from tinyc.codegen.project import write as write_project
from tinyc.driver import BuildResult, Options, build
from tinyc.emulate import profile_project
from tinyc.emulate.twin import emulated
from tinyc.host.samples import random_samples, to_bytes
from tinyc.kernels.record import Kernel, Site
from tinyc.lower import lower as lowering
from tinyc.lower.goal import Goal
from tinyc.lower.select import Costs, candidates, site_of
from tinyc.recipe import load_recipe
from tinyc.resources import boards_dir
from tinyc.targets import Board, load_board
from tinyc.toolchain import run_tool

RECIPES = ("int8", "float", "int4")
MAX_ROUNDS = 12
_ANY_FLASH = 1 << 30


@dataclass(frozen=True, slots=True)
class Measurement:
    """One kernel at one layer: its record's counts, the price by the record, and what it took."""

    kernel: Kernel
    work: dict[str, int]
    estimate: float
    took: int


def usable(site: Site, board: Board, costs: Costs) -> list[Kernel]:
    """Kernels of a site, by name; those that trade flash for time among them."""
    fitting = [c.kernel for c in candidates(site, board, costs, Goal.TIME, _ANY_FLASH) if c.refusal is None]
    return sorted(fitting, key=lambda kernel: kernel.name)


@dataclass
class Nth:
    """Stands in for the choice of kernels: the kernel of this number at each site, the last where there are fewer."""

    number: int
    rivals: dict[str, int] = field(default_factory=dict)

    def __call__(
        self, site: Site, board: Board, costs: Costs, goal: Goal = Goal.BALANCED, spare_flash: int = 0
    ) -> Kernel:
        kernels = usable(site, board, costs)
        self.rivals[site.op.name] = len(kernels)
        return kernels[min(self.number, len(kernels) - 1)]

    def competes(self, op_name: str) -> bool:
        """True if the op had this number's kernel and another to choose from."""
        return self.rivals[op_name] > max(1, self.number)


def measure(model: Path, samples: Path, board: Board, recipe: str) -> Iterator[Measurement]:
    """Every kernel of every layer that has at least two."""
    for number in range(MAX_ROUNDS):
        choice = Nth(number)
        with patch.object(lowering, "choose", choice):
            yield from _round(build(model, board, load_recipe(recipe), _OPTIONS, samples), board, choice)
        if number + 1 >= max(choice.rivals.values()):
            return


_OPTIONS = Options(channels_last_inputs=True)


def _round(result: BuildResult, board: Board, choice: Nth) -> Iterator[Measurement]:
    graph, kernels = lowering.arranged(result.graph, board)
    ops = {op.name: op for op in graph.ops}
    for call, took in zip(result.program.calls, _profile(result, board), strict=True):
        kernel, site = kernels[call.name], site_of(graph, ops[call.name])
        if choice.competes(call.name) and not kernel.is_view:
            work = dict(kernel.work(site))
            yield Measurement(kernel, work, sum(n * kernel.cost[name] for name, n in work.items()), took)


def _profile(result: BuildResult, board: Board) -> list[int]:
    """What each call takes: cycles of the model where it describes the core, else instructions."""
    with tempfile.TemporaryDirectory() as folder:
        write_project(result.project, Path(folder) / "project")
        one = to_bytes(random_samples(result.program.inputs, 1, 1), result.program.inputs)
        machine = emulated(board)
        layers = profile_project(Path(folder) / "project", machine, one, 1, work_dir=Path(folder), timeout=600).layers
    return [cost.instructions if cost.cycles_model is None else cost.cycles_model for cost in layers]


def prices(found: list[Measurement]) -> dict[str, float]:
    """Cycles for each count: least squares of relative errors, none below zero. From few layers, the record's prices
    scaled as a whole. A count that no layer has keeps the record's price.
    """
    names = sorted({name for one in found for name, count in one.work.items() if count})
    if len(found) <= len(names):
        scale = float(np.median([one.took / one.estimate for one in found]))
        return {name: round(found[0].kernel.cost[name] * scale, 3) for name in names}
    counts = np.array([[one.work.get(name, 0) / one.took for name in names] for one in found])
    solution, _ = nnls(counts, np.ones(len(found)))
    return {name: round(float(price), 3) for name, price in zip(names, solution, strict=True)}


def error(found: list[Measurement], price: dict[str, float]) -> float:
    """The largest relative error of the prices."""
    return max(abs(sum(n * price.get(name, 0.0) for name, n in one.work.items()) / one.took - 1) for one in found)


def text(board: Board, priced: dict[str, dict[str, float]]) -> str:
    """The file's content."""
    unit = "cycles of tinyc's model" if board.core.cycle_model else "instructions"
    compiler = compilers([board])[board.core.compiler]
    emulator = run_tool([board.core.architecture.qemu, "--version"]).stdout.splitlines()[0]
    lines = [
        f"# What kernels cost on {board.core.name}, in {unit} for each count of their records.",
        f"# Measured by: python -m benchmarks.costs {board.name} --write",
        f"date = {datetime.now(UTC).date().isoformat()}",
        f'compiler = "{compiler}"',
        f'emulator = "{emulator}"',
    ]
    for kernel, price in sorted(priced.items()):
        lines += ["", f"[kernels.{kernel}]", *(f"{name} = {value}" for name, value in sorted(price.items()))]
    return "\n".join(lines) + "\n"


def of_board(board: Board) -> dict[str, list[Measurement]]:
    found: dict[str, list[Measurement]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for make in SWEEPS:
            model, samples = write(make, Path(folder))
            for recipe in RECIPES:
                for one in measure(model, samples, board, recipe):
                    found[one.kernel.name].append(one)
    return found


def show(board: Board, found: dict[str, list[Measurement]]) -> None:
    grid = Table("kernel", "layers", "estimate / took", "largest error after", "prices", title=board.core.name)
    for name, several in sorted(found.items()):
        ratios = [one.estimate / one.took for one in several]
        price = prices(several)
        shown = ", ".join(f"{what} {value:g}" for what, value in price.items())
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        grid.add_row(name, str(len(several)), spread, f"{100 * error(several, price):.0f} %", shown)
    Console(width=180).print(grid)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("board", nargs="+", type=load_board)
    parser.add_argument("--write", action="store_true", help="write boards/costs/<core>.toml")
    options = parser.parse_args()
    for board in options.board:
        found = of_board(board)
        show(board, found)
        if options.write:
            target = boards_dir() / "costs" / f"{board.core.name}.toml"
            target.parent.mkdir(exist_ok=True)
            target.write_text(text(board, {name: prices(several) for name, several in found.items()}), encoding="utf-8")


if __name__ == "__main__":
    main()
