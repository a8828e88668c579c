"""Accuracy after quantisation: tinyc beside ONNX Runtime on the same samples, and what each repair and rounding gives.

    python -m benchmarks.quantize                                    all models beside ONNX Runtime
    python -m benchmarks.quantize kws_float --limit 100
    python -m benchmarks.quantize --ablation kws_float lenet5_mnist_legacy

Models and data are no part of the project: see benchmarks/models.py. Calibration and test samples are disjoint: where
one file holds all samples, every other one calibrates. tinyc runs as host C, which equals numpy and the board's C bit
for bit; ONNX Runtime on the CPU: QDQ, int8 activations and weights, weights per channel, after its own preparation.
Each line is one model and one method: top-1 in percent, or MSE for models that reconstruct their input.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import onnxruntime
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from benchmarks.models import SOURCES, Array, Samples, folder_of, samples_of
from tinyc.codegen.manifest import read_manifest
from tinyc.codegen.project import write
from tinyc.driver import Options, build
from tinyc.evaluate import score, scored_output
from tinyc.host.samples import load_samples
from tinyc.recipe import load_recipe, parse
from tinyc.run import HOST, run_samples
from tinyc.targets import load_board

BOARD = "cortex-m4"
CALIBRATION = 128
"""Samples at most; the issue with more is ONNX Runtime's memory, which holds all activations."""
MODELS = (
    "kws_float", "resnet8_float", "vww_float", "lenet5_mnist_legacy", "cnn1d_basicmotions_legacy",
    "gru_japanesevowels_legacy", "transformer_japanesevowels_legacy", "ad01_float",
)  # fmt: skip
ABLATED = ("kws_float", "resnet8_float", "vww_float", "lenet5_mnist_legacy")
TRAINING = {"resnet8": "ic_train5085.npz"}
"""Files of samples that are no test samples, where there are any."""
METHODS = {
    "MinMax": CalibrationMethod.MinMax,
    "Entropy": CalibrationMethod.Entropy,
    "Percentile": CalibrationMethod.Percentile,
}
INT8 = {
    "tinyc minmax": "quantize(calibrate=minmax)",
    "tinyc percentile": "quantize(calibrate=percentile)",
    "tinyc entropy": "quantize(calibrate=entropy)",
    "tinyc mse": "quantize(calibrate=mse)",
}
REPAIRS = {
    "int8": "quantize",
    "int8 + equalize": "equalize\nquantize",
    "int8 + correct_bias": "quantize\ncorrect_bias",
    "int8 + both": "equalize\nquantize\ncorrect_bias",
} | {
    f"int4 {rounding}{name}": f"{before}quantize(weights=int4, first=int8, rounding={rounding}){behind}"
    for rounding in ("nearest", "gptq", "adaround")
    for name, before, behind in (
        ("", "", ""),
        (" + equalize", "equalize\n", ""),
        (" + correct_bias", "", "\ncorrect_bias"),
        (" + both", "equalize\n", "\ncorrect_bias"),
    )
}


@dataclass(frozen=True, slots=True)
class Task:
    """A model with its samples, at most `CALIBRATION` of which calibrate."""

    model: Path
    calibration: Array
    test: Samples


def task_of(name: str, models: Path, data: Path, limit: int | None) -> Task:
    """Disjoint samples for calibration and test."""
    model = models / f"{name}.onnx"
    found = samples_of(model, data, None)
    assert found is not None, name
    family = name.split("_")[0]
    if family in TRAINING:
        with np.load(data / TRAINING[family]) as arrays:
            return Task(model, SOURCES[family].to_input(arrays["x"][:CALIBRATION]), _first(found, slice(0, limit)))
    labels = None if found.labels is None else found.labels[1::2]
    rest = Samples(found.x[1::2], labels)
    return Task(model, found.x[0::2][:CALIBRATION], _first(rest, slice(0, limit)))


def _first(samples: Samples, rows: slice) -> Samples:
    return Samples(samples.x[rows], None if samples.labels is None else samples.labels[rows])


def figure(task: Task, outputs: Array) -> float:
    """Top-1 in percent, or the MSE of a reconstruction."""
    scores = score(outputs, task.test.labels, task.test.x)
    value = scores.mse if scores.top1 is None else 100 * scores.top1
    assert value is not None, task.model
    return value


def tinyc_figure(task: Task, recipe: str, work_dir: Path) -> float:
    """Build with the exact passes and this recipe, run in host C."""
    np.savez(work_dir / "calibration.npz", x=task.calibration)
    np.savez(work_dir / "test.npz", x=task.test.x)
    steps = parse(f"include float\n{recipe}\n", "benchmark", load_recipe)
    result = build(task.model, load_board(BOARD), steps, Options(), work_dir / "calibration.npz")
    folder = work_dir / "built"
    write(result.project, folder)
    manifest = read_manifest(folder)
    ran = run_samples(folder, HOST, load_samples(work_dir / "test.npz", manifest.inputs))
    return figure(task, ran.outputs[manifest.outputs[scored_output(manifest.outputs)].name])


class _Reader(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, name: str, samples: Array) -> None:
        self._samples: Iterator[Array] = iter(samples)
        self._name = name

    def get_next(self) -> dict[str, Array] | None:
        sample = next(self._samples, None)
        return None if sample is None else {self._name: sample[None]}


def runtime_figure(task: Task, method: CalibrationMethod | None, work_dir: Path) -> float:
    """ONNX Runtime's own quantised model, or the float model where `method` is None."""
    path = task.model
    if method is not None:
        prepared, path = work_dir / "prepared.onnx", work_dir / "quantised.onnx"
        quant_pre_process(str(task.model), str(prepared), skip_symbolic_shape=True)
        name = _session(prepared).get_inputs()[0].name
        with redirect_stdout(StringIO()):  # it reports each step there
            quantize_static(
                str(prepared), str(path), _Reader(name, task.calibration), quant_format=QuantFormat.QDQ,
                per_channel=True, activation_type=QuantType.QInt8, weight_type=QuantType.QInt8, calibrate_method=method,
            )  # fmt: skip
    session = _session(path)
    name = session.get_inputs()[0].name
    return figure(task, np.concatenate([session.run(None, {name: sample[None]})[0] for sample in task.test.x]))


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def figures(task: Task, ablation: bool) -> Iterator[tuple[str, float]]:
    """Each method with its figure, the float model first."""
    with tempfile.TemporaryDirectory() as folder:
        work_dir = Path(folder)
        yield "float", runtime_figure(task, None, work_dir)
        if not ablation:
            for name, method in METHODS.items():
                yield f"ONNX Runtime {name}", runtime_figure(task, method, work_dir)
        for name, recipe in (REPAIRS if ablation else INT8).items():
            yield name, tinyc_figure(task, recipe, work_dir)


def main() -> int:
    """Print one line of Markdown table for each figure."""
    parser = argparse.ArgumentParser(description="Accuracy after quantisation, beside ONNX Runtime")
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"of {', '.join(MODELS)}")
    parser.add_argument("--limit", type=int, help="test samples of each model")
    parser.add_argument("--ablation", action="store_true", help="repairs and roundings instead of ONNX Runtime")
    options = parser.parse_args()
    try:
        models, data = folder_of("TINYC_MODELS", "models"), folder_of("TINYC_DATA", "data")
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    print("| model | calibration | test | method | top-1 % or MSE |\n|---|---|---|---|---|")
    for name in options.models or (ABLATED if options.ablation else MODELS):
        task = task_of(name, models, data, options.limit)
        counts = f"{len(task.calibration)} | {len(task.test.x)}"
        for method, value in figures(task, options.ablation):
            print(f"| {name} | {counts} | {method} | {value:.2f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
