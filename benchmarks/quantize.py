"""Accuracy after quantisation: tinyc beside ONNX Runtime on the same samples, and what each repair and rounding gives.

    python -m benchmarks.quantize                                     shipped recipes, beside ONNX Runtime at int8
    python -m benchmarks.quantize kws_float --limit 100
    python -m benchmarks.quantize --ablation kws_float lenet5_mnist_legacy
    python -m benchmarks.quantize --choose                            recipes on held-out calibration samples
    python -m benchmarks.quantize --board cortex-m4                   numpy = host C = board C, layer by layer

Models and data are no part of the project: see benchmarks/models.py. tinyc runs as host C, which equals numpy and the
board's C bit for bit. A row is a method, a column a model. A cell: top-1 in percent, or MSE for models that reconstruct
their input; in brackets the change against the float model in points (MSE: in percent) with its standard error over the
test samples, and signal over error of the outputs against the float model's.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np

from benchmarks.models import Array, folders
from benchmarks.quantize_onnxruntime import METHODS, outputs, quantised_outputs
from benchmarks.quantize_tasks import Task, figures, held_out, signal_over_error, tasks_of
from tinyc.codegen.manifest import read_manifest
from tinyc.codegen.project import write
from tinyc.driver import Options, build
from tinyc.evaluate import scored_output
from tinyc.host.samples import load_samples
from tinyc.recipe import Recipe, load_recipe, parse
from tinyc.run import HOST, run_samples
from tinyc.targets import load_board
from tinyc.verification import GATES
from tinyc.verify import Request, verify

Method: TypeAlias = Callable[[Task, Path], Array]
"""A task and a folder for files to the outputs of the test samples."""

MODELS = (
    "kws_float", "resnet8_float", "vww_float", "lenet5_mnist_legacy", "cnn1d_basicmotions_legacy",
    "gru_japanesevowels_legacy", "transformer_japanesevowels_legacy", "ad01_float",
)  # fmt: skip
ABLATED = ("kws_float", "resnet8_float", "vww_float", "lenet5_mnist_legacy")
RECIPES = ("int8", "int4")
EQUAL = 32
"""Calibration samples where witnesses are compared: any weights will do."""
_REPAIRS = (("", "", ""), (" + equalize", "equalize\n", ""), (" + correct_bias", "", "\ncorrect_bias"),
            (" + both", "equalize\n", "\ncorrect_bias"))  # fmt: skip
_ROUNDINGS = (
    ("int8", "nearest", "rounding=nearest", 4), ("int8", "GPTQ", "rounding=gptq", 1),
    ("int4", "nearest, scales=max", "scales=max", 1), ("int4", "nearest, scales=mse", "rounding=nearest", 4),
    ("int4", "GPTQ", "rounding=gptq", 4), ("int4", "AdaRound", "rounding=adaround", 4),
)  # fmt: skip
"""With the number of repairs to try."""
ABLATION = {
    f"{bits} {name}{repair}": f"{before}quantize(weights={bits}, first=int8, {option}){behind}"
    for bits, name, option, count in _ROUNDINGS
    for repair, before, behind in _REPAIRS[:count]
}
CANDIDATES = {
    f"{bits} {name}{repair}": f"{before}quantize(weights={bits}, first=int8, {option}){behind}"
    for bits in ("int8", "int4")
    for name, option in (
        ("nearest", "rounding=nearest"), ("GPTQ", "rounding=gptq"), ("AdaRound", "rounding=adaround"),
        ("GPTQ, minmax", "rounding=gptq, calibrate=minmax"),
        ("GPTQ, percentile", "rounding=gptq, calibrate=percentile"),
    )
    for repair, before, behind in _REPAIRS
    if not repair or name == "GPTQ" or (bits == "int8" and name == "GPTQ, percentile")
}  # fmt: skip
"""Recipes among which `--choose` lets one choose the shipped ones, without any test sample."""


def tinyc_outputs(recipe: Recipe, task: Task, work_dir: Path) -> Array:
    """Of the recipe's host C."""
    np.savez(work_dir / "calibration.npz", x=task.calibration)
    np.savez(work_dir / "test.npz", x=task.test.x)
    result = build(task.model, load_board("cortex-m4"), recipe, Options(), work_dir / "calibration.npz")
    folder = work_dir / "built"
    write(result.project, folder)
    manifest = read_manifest(folder)
    ran = run_samples(folder, HOST, load_samples(work_dir / "test.npz", manifest.inputs))
    return ran.outputs[manifest.outputs[scored_output(manifest.outputs)].name]


def _written(text: str) -> Recipe:
    return parse(f"include float\n{text}\n", "benchmark", load_recipe)


def of_recipes(recipes: Mapping[str, str]) -> dict[str, Method]:
    """By the name of the row."""
    return {name: partial(tinyc_outputs, _written(text)) for name, text in recipes.items()}


def shipped_methods() -> dict[str, Method]:
    """ONNX Runtime's and ours, by the name of the row."""
    found: dict[str, Method] = {
        f"ONNX Runtime {name}": lambda task, folder, method=method: quantised_outputs(task, method, folder)  # type: ignore[misc]
        for name, method in METHODS.items()
    }
    return found | {f"tinyc, recipe {name}": partial(tinyc_outputs, load_recipe(name)) for name in RECIPES}


def column(tasks: Sequence[Task], rows: Mapping[str, Method]) -> dict[str, str]:
    """Cells of the float model and of each method for one model; signal over error alone where nothing is labelled."""
    real = [outputs(task.model, task.test.x) for task in tasks]
    is_scored = tasks[0].test.labels is not None or real[0].size == tasks[0].test.x.size
    found = {"float": str(figures(tasks, real, real))} if is_scored else {}
    for name, method in rows.items():
        with tempfile.TemporaryDirectory() as folder:
            got = [method(task, Path(folder)) for task in tasks]
        sqnr_db = signal_over_error(real, got)
        found[name] = str(figures(tasks, real, got)) if is_scored else f"{sqnr_db:.1f} dB" if sqnr_db else "exact"
        print(f"{tasks[0].model.stem}: {name}: {found[name]}", file=sys.stderr, flush=True)
    return found


def print_table(columns: Mapping[str, Mapping[str, str]], counts: Mapping[str, str]) -> None:
    """As Markdown."""
    print(f"| | {' | '.join(f'`{name}`' for name in columns)} |\n|---|{'---|' * len(columns)}")
    print(f"| calibration + test | {' | '.join(counts[name] for name in columns)} |")
    for row in next(iter(columns.values())):
        print(f"| {row} | {' | '.join(column[row] for column in columns.values())} |")


def print_equality(name: str, tasks: Sequence[Task], board: str, count: int) -> bool:
    """One line for each shipped recipe: what numpy, host C and board C compute for the first test samples."""
    equal = True
    for recipe in RECIPES:
        with tempfile.TemporaryDirectory() as folder:
            data, calibration = Path(folder) / "x.npz", Path(folder) / "calibration.npz"
            np.savez(data, x=tasks[0].test.x[:count])
            np.savez(calibration, x=tasks[0].calibration[:EQUAL])
            model, on = tasks[0].model, load_board(board)
            found = verify(Request(model, on, load_recipe(recipe), Options(), data, calibration=calibration))
        pairs = " | ".join(str(found.pair(gate)) for gate in GATES)
        print(f"| {name} | {recipe} | {found.samples} | {len(found.layers)} | {pairs} |", flush=True)
        equal = equal and all(layer.holds for layer in found.layers)
    return equal


def main() -> int:
    """Print a table; exit code 1 without models or data, and where witnesses differ."""
    parser = argparse.ArgumentParser(description="Accuracy after quantisation, beside ONNX Runtime")
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"of {', '.join(MODELS)}")
    parser.add_argument("--limit", type=int, help="test samples of each model")
    parser.add_argument("--ablation", action="store_true", help="repairs and roundings instead of ONNX Runtime")
    parser.add_argument("--board", help="compare numpy, host C and the C on this emulated board instead")
    parser.add_argument("--once", action="store_true", help="one half of the samples calibrates, the other tests")
    parser.add_argument("--rest", action="store_true", help="test on training samples that do not calibrate")
    parser.add_argument("--choose", action="store_true", help="recipes on held-out calibration samples alone")
    options = parser.parse_args()
    models, data = folders()
    names = options.models or (ABLATED if options.ablation or options.choose else MODELS)
    tasks = {name: tasks_of(name, models, data, options.limit, options.once, options.rest) for name in names}
    if options.board:
        print("| model | recipe | samples | layers | numpy = host | host = board |\n|---|---|---|---|---|---|")
        found = [print_equality(name, tasks[name], options.board, options.limit or 2) for name in names]
        return 0 if all(found) else 1
    if options.choose:
        tasks = {name: held_out(own) for name, own in tasks.items()}
    rows = of_recipes(CANDIDATES) if options.choose else of_recipes(ABLATION) if options.ablation else shipped_methods()
    print_table({name: column(own, rows) for name, own in tasks.items()}, {n: _counts(own) for n, own in tasks.items()})
    return 0


def _counts(tasks: Sequence[Task]) -> str:
    return f"{len(tasks[0].calibration)} + {sum(len(task.test.x) for task in tasks)}"


if __name__ == "__main__":
    sys.exit(main())
