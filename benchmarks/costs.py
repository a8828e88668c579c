"""Measure what kernels cost on a core, and write boards/costs/<core>.toml, which the choice of kernels reads.

    python -m benchmarks.costs cortex-m4                    the table of estimates beside measurements
    python -m benchmarks.costs cortex-m4 cortex-m3 --write
    python -m benchmarks.costs cortex-m4 --check ../shared/models/kws_int8_qdq.onnx
                                                            estimates of a model's layers, and what they take

Layers of many sizes (cost_layers.py) are built several times, each time with another of the kernels that fit a layer,
and profiled one by one on the emulated board. What a kernel's record counts (`work`, and the call) is then priced by
non-negative least squares of the relative errors, in cycles of the stated model where it describes the core, else in
instructions. A kernel that fewer than three layers reached keeps its record's prices.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.optimize import nnls

from benchmarks.cost_measured import Measurement, measure_all, measure_model
from tinyc.bench import compilers
from tinyc.lower.costs import load_costs
from tinyc.resources import boards_dir
from tinyc.targets import Board, load_board
from tinyc.toolchain import run_tool

_MOST_DIGITS = 3
_LEAST_LAYERS = 3
"""From fewer nothing is concluded."""
_WIDTH = 200


def prices(found: Sequence[Measurement]) -> dict[str, float]:
    """Cycles for each count: least squares of relative errors, none below zero. From few layers, the record's prices
    scaled as a whole. A count that no layer has keeps the record's price.
    """
    names = sorted({name for one in found for name, count in one.counts.items() if count})
    kernel = found[0].kernel
    if len(found) <= len(names):
        scale = float(np.median([one.took / one.estimate({}) for one in found]))
        return {name: _rounded(price * scale) for name, price in kernel.prices({}).items()}
    counts = np.array([[one.counts.get(name, 0) / one.took for name in names] for one in found])
    solution, _ = nnls(counts, np.ones(len(found)))
    return {name: _rounded(float(price)) for name, price in zip(names, solution, strict=True)}


def _rounded(price: float) -> float:
    return float(f"{price:.{_MOST_DIGITS}g}")


def text(board: Board, found: dict[str, list[Measurement]]) -> str:
    """The file's content."""
    unit = "cycles of tinyc's model" if board.core.cycle_model else "instructions"
    compiler = compilers([board])[board.core.compiler]
    emulator = run_tool([board.core.architecture.qemu, "--version"]).stdout.splitlines()[0]
    lines = [
        f"# What kernels cost on {board.core.name}, in {unit} for each count of their records. Non-negative least",
        "# squares of the relative errors over layers of many sizes, each profiled under emulation; behind each kernel",
        "# how many layers it was measured at, and between what the estimates lie, as parts of what was measured.",
        f"# Made by: python -m benchmarks.costs {board.name} --write",
        f"date = {datetime.now(UTC).date().isoformat()}",
        f'compiler = "{compiler}"',
        f'emulator = "{emulator}"',
    ]
    for kernel, several in sorted(found.items()):
        if len(several) < _LEAST_LAYERS:
            continue
        price = prices(several)
        low, high = _spread(several, price)
        lines += ["", f"[kernels.{kernel}]  # {len(several)} layers, {low:.2f} to {high:.2f}"]
        lines += [f"{name} = {value}" for name, value in sorted(price.items())]
    return "\n".join(lines) + "\n"


def _spread(found: Sequence[Measurement], price: dict[str, float]) -> tuple[float, float]:
    ratios = [one.estimate(price) / one.took for one in found]
    return min(ratios), max(ratios)


def of_board(board: Board) -> dict[str, list[Measurement]]:
    """Measurements by kernel."""
    found: dict[str, list[Measurement]] = defaultdict(list)
    for one in measure_all(board):
        found[one.kernel.name].append(one)
    return found


def show(board: Board, found: dict[str, list[Measurement]]) -> None:
    """Estimates by the records' prices and by the fitted ones, as parts of what was measured."""
    grid = Table("kernel", "layers", "record / took", "fitted / took", "prices", title=board.core.name)
    for name, several in sorted(found.items()):
        price = prices(several)
        before, after = (f"{low:.2f} to {high:.2f}" for low, high in (_spread(several, {}), _spread(several, price)))
        shown = ", ".join(f"{what} {value:g}" for what, value in price.items())
        grid.add_row(name, str(len(several)), before, after, shown)
    Console(width=_WIDTH).print(grid)


def check(board: Board, model: Path, goal: str) -> None:
    """The table of a model's layers, and of all of them together."""
    costs = load_costs(board)
    grid = Table(
        "layer", "kernel", "estimate", "took", "estimate / took", title=f"{model.stem} on {board.name}, {goal}"
    )
    total = taken = 0.0
    for one in measure_model(model, board, goal):
        estimate = one.estimate(costs.get(one.kernel.name, {}))
        total, taken = total + estimate, taken + one.took
        grid.add_row(
            one.site.op.name, one.kernel.name, f"{estimate:,.0f}", f"{one.took:,}", f"{estimate / one.took:.2f}"
        )
    grid.add_row("all", "", f"{total:,.0f}", f"{taken:,.0f}", f"{total / taken:.2f}")
    Console(width=_WIDTH).print(grid)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("board", nargs="+", type=load_board)
    parser.add_argument("--write", action="store_true", help="write boards/costs/<core>.toml")
    parser.add_argument("--check", nargs="+", type=Path, metavar="MODEL", help="compare estimates of these models")
    parser.add_argument("--optimize", default="time", help="with --check: the goal (default: time)")
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    for board in asked.board:
        for model in asked.check or ():
            check(board, model, asked.optimize)
        if asked.check:
            continue
        found = of_board(board)
        show(board, found)
        if asked.write:
            target = boards_dir() / "costs" / f"{board.core.name}.toml"
            target.parent.mkdir(exist_ok=True)
            target.write_text(text(board, found), encoding="utf-8")


if __name__ == "__main__":
    main()
