"""Cycles per MAC of fully connected layers on the emulated Cortex-M4, by width of weights and activations.

    python -m benchmarks.kernels
    python -m benchmarks.kernels --inputs 64 144 --rows 1

Each figure is one layer of `--rows` vectors and `--outputs` channels with random weights, as `tinyc profile` counts it:
expansion of the activations, sums, requantisation, stores and the call are all in it. The last column is the price of
one more input, from the two longest rows: what sums cost without all that. Cycles are those of the model in
runtime_c/emulate/cycle_model.c. Layers whose kernel is not the one named would show it: the kernel is printed.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from tinyc.codegen.emit import Origin, emit
from tinyc.codegen.project import write
from tinyc.emulate import profile_project
from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import DENSE, DType, Encoding, Quant, TensorType
from tinyc.lower.lower import lower
from tinyc.ops.dense import Dense
from tinyc.targets import Board, load_board

BOARD = "cortex-m4"
INPUTS = (16, 64, 144, 288, 576)
SEED = 7


@dataclass(frozen=True, slots=True)
class Width:
    """Bits of weights and activations. Activations of 4 bits come from a layer whose clamp proves them."""

    weights: int
    activations: int

    @property
    def encoding(self) -> Encoding:
        return DENSE if self.weights == 8 else Encoding(f"packed{self.weights}")

    @property
    def largest(self) -> int:
        return max(1, (1 << (self.weights - 1)) - 1)


WIDTHS = (Width(8, 8), Width(4, 8), Width(2, 8), Width(4, 4))


def layer(width: Width, rows: int, inputs: int, outputs: int) -> Graph:
    """A dense layer with random weights of one width, behind a small one that makes its activations."""
    generator = np.random.default_rng(SEED)
    draft = Draft("layer", inputs=["x"], outputs=["y"])
    reach = 8 if width.activations == 4 else 128
    spread = float(np.sqrt(inputs) * width.largest * reach / 3 / 127)
    draft.types["x"] = _activations((rows, 1), 1.0)
    draft.types["h"] = _activations((rows, inputs), 1.0)
    draft.types["y"] = _activations((rows, outputs), spread)
    first = generator.integers(-7, 8, (inputs, 1))
    weights = generator.integers(-width.largest, width.largest + 1, (outputs, inputs))
    draft.add_constant("v", first.astype(np.int8), _weights(first.shape, DENSE))
    draft.add_constant("w", weights.astype(np.int8), _weights(weights.shape, width.encoding))
    clamp = (float(-reach), float(reach - 1))
    draft.ops = [
        Op("dense_0", Dense(clamp), ("x", "v", None), ("h",)),
        Op("dense_1", Dense(), ("h", "w", None), ("y",)),
    ]
    return draft.freeze()


def _activations(shape: tuple[int, ...], scale: float) -> TensorType:
    return TensorType(DType.S8, shape, quant=Quant.per_tensor(scale, 0))


def _weights(shape: tuple[int, ...], encoding: Encoding) -> TensorType:
    return TensorType(DType.S8, shape, quant=Quant((1.0,) * shape[0], (0,) * shape[0], 0), encoding=encoding)


@dataclass(frozen=True, slots=True)
class Measured:
    """One layer: its kernel, its cycles and its multiplications."""

    kernel: str
    cycles: int
    macs: int


def measure(graph: Graph, board: Board) -> Measured:
    """Cycles of the graph's second layer."""
    program = lower(graph, board)
    project = emit(program, board, Origin("", "", "", ""))
    kind = graph.types["x"]
    with tempfile.TemporaryDirectory(prefix="tinyc-kernels-") as name:
        folder = Path(name)
        write(project, folder / "project")
        sample = np.random.default_rng(SEED).integers(-128, 128, kind.shape).astype(np.int8)
        costs = profile_project(folder / "project", board, sample.tobytes(), 1, work_dir=folder / "work")
    cycles = costs.layers[1].cycles_model
    assert cycles is not None, f"{board.name} has no cycle model"
    return Measured(program.calls[1].kernel, cycles, graph.macs(graph.ops[1]))


def row_of(width: Width, rows: int, inputs: Sequence[int], outputs: int) -> list[str]:
    """Names and figures of one width."""
    found = [measure(layer(width, rows, count, outputs), load_board(BOARD)) for count in inputs]
    figures = [f"{one.cycles / one.macs:.3f}" for one in found]
    more = (found[-1].cycles - found[-2].cycles) / (found[-1].macs - found[-2].macs) if len(found) > 1 else None
    kernels = sorted({one.kernel for one in found})
    last = f"{more:.3f}" if more else "-"
    return [f"int{width.weights} x int{width.activations}", ", ".join(kernels), *figures, last]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kernels", description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, nargs="+", default=list(INPUTS), help="inputs of the layers")
    parser.add_argument("--rows", type=int, default=16, help="vectors")
    parser.add_argument("--outputs", type=int, default=64, help="output channels")
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    inputs = sorted(asked.inputs)
    table = Table(title=f"model cycles per MAC on {BOARD}: {asked.rows} rows, {asked.outputs} channels")
    for head in ("weights x activations", "kernel", *(f"K = {count}" for count in inputs), "one more input"):
        table.add_column(head, justify="left" if head in ("weights x activations", "kernel") else "right")
    for width in WIDTHS:
        table.add_row(*row_of(width, asked.rows, inputs, asked.outputs))
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
