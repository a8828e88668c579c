"""ONNX Runtime's own static quantisation, and the float model in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import redirect_stdout
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

from benchmarks.models import Array
from benchmarks.quantize_tasks import Task

METHODS = {method.name: method for method in (
    CalibrationMethod.MinMax, CalibrationMethod.Entropy, CalibrationMethod.Percentile
)}  # fmt: skip


class _Reader(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, name: str, samples: Array) -> None:
        self._samples: Iterator[Array] = iter(samples)
        self._name = name

    def get_next(self) -> dict[str, Array] | None:
        sample = next(self._samples, None)
        return None if sample is None else {self._name: sample[None]}


def quantised_outputs(task: Task, method: CalibrationMethod, work_dir: Path) -> Array:
    """QDQ, int8 activations and weights, weights per channel, after its own preparation."""
    prepared, path = work_dir / "prepared.onnx", work_dir / "quantised.onnx"
    quant_pre_process(str(task.model), str(prepared), skip_symbolic_shape=True)
    name = _session(prepared).get_inputs()[0].name
    with redirect_stdout(StringIO()):  # it reports each step there
        quantize_static(
            str(prepared), str(path), _Reader(name, task.calibration), quant_format=QuantFormat.QDQ,
            per_channel=True, activation_type=QuantType.QInt8, weight_type=QuantType.QInt8, calibrate_method=method,
        )  # fmt: skip
    return outputs(path, task.test.x)


def outputs(model: Path, samples: Array) -> Array:
    """The model's first output for each sample, on the CPU."""
    session = _session(model)
    name = session.get_inputs()[0].name
    return np.concatenate([session.run(None, {name: sample[None]})[0] for sample in samples])


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
