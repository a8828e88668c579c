"""The float witness: the ONNX file itself, run by ONNX Runtime without optimisations, or by onnx.reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tinyc.errors import ModelError
from tinyc.frontend.reference_values import as_tensor, class_names
from tinyc.ir.types import Array, DType, TensorType

if TYPE_CHECKING:
    from onnx import ModelProto

Run: TypeAlias = Callable[[Sequence[str], Mapping[str, Array]], Sequence[Any]]
"""Names of tensors and inputs by name to those tensors' values."""

_QDQ_OPSET = 19


@dataclass(frozen=True, slots=True)
class ReferenceInput:
    """One input as the file declares it: name and numpy dtype."""

    name: str
    dtype: np.dtype[Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """A state: the output that it is after each run, and its type in the built model."""

    output: str
    type: TensorType

    def initial(self, dtype: np.dtype[Any]) -> Array:
        """Real 0 for a file that takes this dtype: 0, or the zero point, which tinyc has moved by 128 from uint8."""
        if dtype.kind == "f":
            return np.zeros(self.type.shape, dtype)
        moved = 128 if dtype == np.uint8 and self.type.dtype is DType.S8 else 0
        return np.asarray(self.type.zeros().astype(np.int64) + moved, dtype)


class Reference:
    """A model ready to run. `engine` says which program computes, and with what settings. States, by the name of the
    input, go from one run to the next; they are not among `inputs` and `outputs`.

    ONNX Runtime's optimiser alone changes 2-4 % of the rows of an int8 net, so it is switched off.
    """

    def __init__(self, path: Path, tensors: Iterable[str] = (), states: Mapping[str, Kept] | None = None) -> None:
        """Let the run also return those of `tensors` that the file computes. ModelError if the file cannot be read."""
        self._path = path
        model = _loaded(path)
        self._states = dict(states or {})
        every = tuple(output.name for output in model.graph.output)
        self.outputs = tuple(name for name in every if name not in {kept.output for kept in self._states.values()})
        self._inputs = _inputs(model)
        self._classes = class_names(model)
        self.inputs = tuple(item for item in self._inputs if item.name not in self._states)
        computed = {name for node in model.graph.node for name in node.output if name} - set(every)
        extra = [name for name in dict.fromkeys(tensors) if name in computed]
        self._names = [*every, *extra]
        self.restart()
        session = _session(model, extra)
        if session is None:
            self._run = _evaluator(model, extra)
            self.engine = f"onnx.reference {version('onnx')}"
        else:
            self._run = session
            self.engine = f"ONNX Runtime {version('onnxruntime')}, optimisations off"

    def restart(self) -> None:
        """Give every state its initial value."""
        self._values = {
            item.name: self._states[item.name].initial(item.dtype) for item in self._inputs if item.name in self._states
        }

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """One inference: the outputs and the wanted tensors by name. ModelError if the engine refuses."""
        given = {**inputs, **self._values}
        feeds = {item.name: np.asarray(given[item.name], dtype=item.dtype) for item in self._inputs}
        failures: tuple[type[Exception], ...] = (RuntimeError, *_engine_errors())
        try:
            results = self._run(self._names, feeds)
        except failures as error:
            raise ModelError(
                f"{self._path}: {self.engine} fails: {_first_line(error)}",
                hint="the model itself does not run there; onnx.checker.check_model(path, full_check=True) says more",
            ) from error
        found = {name: as_tensor(result, self._classes) for name, result in zip(self._names, results, strict=True)}
        self._values = {name: found[kept.output] for name, kept in self._states.items()}
        return found


def _loaded(path: Path) -> ModelProto:
    import onnx
    from google.protobuf.message import DecodeError

    try:
        return onnx.load(path)
    except (OSError, ValueError, DecodeError) as error:
        raise ModelError(f"{path}: {error}", hint="give the file that the project was built from") from error


def _inputs(model: ModelProto) -> tuple[ReferenceInput, ...]:
    from onnx import helper

    constants = {tensor.name for tensor in model.graph.initializer}
    return tuple(
        ReferenceInput(value.name, helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type))
        for value in model.graph.input
        if value.name not in constants
    )


def _exposed(model: ModelProto, names: Sequence[str]) -> ModelProto:
    """A copy whose outputs include these tensors. Their types are for the engine to infer."""
    from onnx import ModelProto, ValueInfoProto

    copy = ModelProto()
    copy.CopyFrom(model)
    copy.graph.output.extend([ValueInfoProto(name=name) for name in names])
    return copy


def _session(model: ModelProto, extra: Sequence[str]) -> Run | None:
    """An ONNX Runtime session; None where it is not installed, or is too old for the model."""
    if find_spec("onnxruntime") is None:
        return None
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    content = _exposed(model, extra).SerializeToString()
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except _engine_errors():
        return None
    run: Run = session.run
    return run


def _engine_errors() -> tuple[type[Exception], ...]:
    """What ONNX Runtime raises; nothing where it is not installed."""
    if find_spec("onnxruntime") is None:
        return ()
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    return (errors.Fail, errors.InvalidGraph, errors.NotImplemented, errors.InvalidArgument, errors.RuntimeException)


def _evaluator(model: ModelProto, extra: Sequence[str]) -> Run:
    """onnx.reference, which knows QuantizeLinear and DequantizeLinear from opset 19 on."""
    from onnx import version_converter
    from onnx.reference import ReferenceEvaluator

    opset = next((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), _QDQ_OPSET)
    quantised = any(node.op_type in ("QuantizeLinear", "DequantizeLinear") for node in model.graph.node)
    if quantised and opset < _QDQ_OPSET:
        model = version_converter.convert_version(model, _QDQ_OPSET)
    evaluator = ReferenceEvaluator(_exposed(model, extra))
    return lambda names, feeds: list(evaluator.run(list(names), dict(feeds)))


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
