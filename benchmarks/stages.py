"""Recipes in two halves: the first runs once for each task, what it leaves is then tried with many a second."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from benchmarks.models import Array
from benchmarks.quantize_onnxruntime import outputs
from benchmarks.quantize_tasks import Figures, Task, figures
from tinyc.codegen.emit import Origin, emit
from tinyc.codegen.manifest import read_manifest
from tinyc.codegen.project import write
from tinyc.driver import Options, optimise
from tinyc.evaluate import scored_output
from tinyc.frontend.load import LoadedModel, load
from tinyc.host.calibration_data import open_calibration
from tinyc.host.samples import load_samples
from tinyc.ir.graph import Graph
from tinyc.lower.goal import Goal
from tinyc.lower.lower import lower
from tinyc.passes.base import PassContext
from tinyc.recipe import Recipe, load_recipe, parse
from tinyc.run import HOST, run_samples
from tinyc.targets import load_board

WORDS = ("conv2d", "dense")


@dataclass(frozen=True, slots=True)
class Half:
    """A graph after the first half of a recipe, with what its passes have left for others."""

    task: Task
    model: LoadedModel
    graph: Graph
    context: PassContext


Rows: TypeAlias = Callable[[Sequence[Half], Path], Iterator[str]]
"""Halves behind the exact passes, and a folder for files, to the rows of a table without its edges."""


def first_half(task: Task, recipe: str, folder: Path) -> Half:
    """The graph after these lines; calibration samples are kept in the folder, which must outlive the result."""
    np.savez(folder / "calibration.npz", x=task.calibration)
    model = load(task.model)
    context = PassContext(calibration=open_calibration(folder / "calibration.npz", model.graph))
    return Half(task, model, read(recipe).pipeline().run(model.graph, context), context)


def first_halves(tasks: Sequence[Task], recipe: str, folder: Path) -> list[Half]:
    """The same for each task, with a folder of its own in this one."""
    found = []
    for number, task in enumerate(tasks):
        own = folder / str(number)
        own.mkdir(exist_ok=True)
        found.append(first_half(task, recipe, own))
    return found


def second_half(half: Half, recipe: str) -> Graph:
    """The graph after these lines too."""
    own = replace(half.context, notes=[], stages=[], remarks=[], histograms=[], warnings=[])
    return read(recipe).pipeline().run(half.graph, own)


def read(text: str) -> Recipe:
    return parse(text, "benchmark", load_recipe)


def scored(halves: Sequence[Half], graphs: Sequence[Graph]) -> Figures:
    """Of the host C of one graph for each half, beside the float model in ONNX Runtime."""
    tasks = [half.task for half in halves]
    real = [outputs(task.model, task.test.x) for task in tasks]
    return figures(tasks, real, [_outputs(*each) for each in zip(halves, graphs, strict=True)])


def print_table(tasks: Sequence[Task], heads: Sequence[str], rows: Rows) -> None:
    """As Markdown, row by row, of one model: what comes of it behind the exact passes."""
    print(f"\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(first_halves(tasks, "include float\n", Path(folder)), Path(folder)):
            print(f"| {row} |", flush=True)


def count_of(tasks: Sequence[Task]) -> int:
    """Test samples."""
    return sum(len(task.test.x) for task in tasks)


def _outputs(half: Half, graph: Graph) -> Array:
    finished = optimise(graph, read(""), Options()).stages[-1]
    board = load_board("cortex-m4")
    origin = Origin(half.model.path.name, half.model.sha256, "benchmark", "", "", {}, None, frozenset())
    project = emit(lower(finished, board, Goal.BALANCED), board, origin)
    with tempfile.TemporaryDirectory() as folder:
        np.savez(Path(folder) / "test.npz", x=half.task.test.x)
        write(project, Path(folder) / "built")
        manifest = read_manifest(Path(folder) / "built")
        samples = load_samples(Path(folder) / "test.npz", manifest.inputs)
        ran = run_samples(Path(folder) / "built", HOST, samples)
    return ran.outputs[manifest.outputs[scored_output(manifest.outputs)].name]


def weights_of(graph: Graph) -> list[Array]:
    """Weights of all convolutions and dense layers."""
    found = (graph.constant(op.inputs[1]) for op in graph.ops if op.kind in WORDS)
    return [array for array in found if array is not None]


def bias_bytes(graph: Graph) -> int:
    """Of all biases, as they are stored."""
    names = {op.inputs[2] for op in graph.ops if op.kind in WORDS and len(op.inputs) > 2}
    return sum(graph.types[name].stored_bytes for name in names if name is not None)
