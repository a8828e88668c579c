"""Accuracy and bytes without calibration data: dynamic quantisation, weights alone, groups of inputs.

    python -m benchmarks.quantize_dynamic
    python -m benchmarks.quantize_dynamic ad01_float --limit 100

Models and data are no part of the project: see benchmarks/models.py. tinyc runs as host C. A row is a method, a column
a model. A cell: top-1 in percent, or MSE for models that reconstruct their input; in brackets the change against the
float model with its standard error and signal over error of the outputs; then bytes of weights, biases and scales in
flash. ONNX Runtime is `quantize_dynamic` with int8 weights per channel.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from onnxruntime.quantization import QuantType, quantize_dynamic

from benchmarks.models import Array, folders
from benchmarks.quantize_onnxruntime import outputs
from benchmarks.quantize_tasks import Task, figures, tasks_of
from tinyc.codegen.manifest import read_manifest
from tinyc.codegen.project import write
from tinyc.driver import Options, build
from tinyc.errors import RecipeError
from tinyc.evaluate import scored_output
from tinyc.host.samples import load_samples
from tinyc.recipe import load_recipe, parse
from tinyc.run import HOST, run_samples
from tinyc.targets import load_board

BOARD = "cortex-m4"
MODELS = ("gru_japanesevowels_legacy", "transformer_japanesevowels_legacy", "ad01_float", "lenet5_mnist_legacy")
INT4 = "weights=int4, first=int4"
METHODS = {
    "float": "",
    "dynamic, int8": "quantize(activations=dynamic)",
    "dynamic, int4": f"quantize(activations=dynamic, {INT4})",
    "dynamic, int4, group=32": f"quantize(activations=dynamic, {INT4}, group=32)",
    "weights alone, int16": "quantize(activations=float, weights=int16)",
    "weights alone, int8": "quantize(activations=float)",
    "weights alone, int4": f"quantize(activations=float, {INT4})",
    "weights alone, int4, group=32": f"quantize(activations=float, {INT4}, group=32)",
    "weights alone, int4, gptq": f"quantize(activations=float, {INT4}, rounding=gptq)",
    "weights alone, int4, group=32, gptq": f"quantize(activations=float, {INT4}, group=32, rounding=gptq)",
}


def tinyc_outputs(step: str, task: Task, work_dir: Path) -> tuple[Array, int]:
    """Of the exact passes and this step in host C, and bytes of constants in flash."""
    np.savez(work_dir / "calibration.npz", x=task.calibration)
    np.savez(work_dir / "test.npz", x=task.test.x)
    recipe = parse(f"include float\n{step}\n", "benchmark", load_recipe)
    result = build(task.model, load_board(BOARD), recipe, Options(), work_dir / "calibration.npz")
    folder = work_dir / "built"
    write(result.project, folder)
    manifest = read_manifest(folder)
    ran = run_samples(folder, HOST, load_samples(work_dir / "test.npz", manifest.inputs))
    found = ran.outputs[manifest.outputs[scored_output(manifest.outputs)].name]
    return found, result.program.constant_bytes("weights") + result.program.constant_bytes("tables")


def runtime_outputs(task: Task, work_dir: Path) -> Array:
    """Of ONNX Runtime's own dynamic quantiser."""
    path = work_dir / "dynamic.onnx"
    quantize_dynamic(str(task.model), str(path), weight_type=QuantType.QInt8, per_channel=True)
    return outputs(path, task.test.x)


def cell(tasks: Sequence[Task], real: Sequence[Array], step: str) -> str:
    """One method on one model."""
    found: list[Array] = []
    for task in tasks:
        with tempfile.TemporaryDirectory() as folder:
            try:
                got, held = tinyc_outputs(step, task, Path(folder))
            except RecipeError as problem:
                return problem.reason
            found.append(got)
    return f"{figures(tasks, real, found)}; {held:,} B"


def column(tasks: Sequence[Task]) -> dict[str, str]:
    """Cells of every method for one model."""
    real = [outputs(task.model, task.test.x) for task in tasks]
    rows: dict[str, str] = {}
    for name, step in METHODS.items():
        rows[name] = cell(tasks, real, step)
        print(f"{tasks[0].model.stem}: {name}: {rows[name]}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        found = [runtime_outputs(task, Path(folder)) for task in tasks]
    rows["ONNX Runtime, dynamic"] = str(figures(tasks, real, found))
    return rows


def print_table(columns: Mapping[str, Mapping[str, str]]) -> None:
    """As Markdown."""
    print(f"| | {' | '.join(f'`{name}`' for name in columns)} |\n|---|{'---|' * len(columns)}")
    for row in next(iter(columns.values())):
        print(f"| {row} | {' | '.join(column[row] for column in columns.values())} |")


def main() -> int:
    """Print the table; exit code 1 without models or data."""
    parser = argparse.ArgumentParser(description="Accuracy and bytes without calibration data")
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"of {', '.join(MODELS)}")
    parser.add_argument("--limit", type=int, help="test samples of each model")
    asked = parser.parse_args()
    models, data = folders()
    names = asked.models or MODELS
    print_table({name: column(tasks_of(name, models, data, asked.limit)) for name in names})
    return 0


if __name__ == "__main__":
    sys.exit(main())
