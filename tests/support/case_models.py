"""Cases as ONNX models: in float as they stand, and wrapped in quantise and dequantise steps."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

import tests.cases
from tests.cases.case import Array, Case

WEIGHTED = ("Conv", "ConvTranspose", "Gemm", "MatMul")
RECURRENT = ("RNN", "GRU", "LSTM")
PARAMETERS = ("Clip", "Pad", "Pow", "Resize")
"""Operators whose further inputs are parameters, which stay real."""


@dataclass(frozen=True)
class Variant:
    """A case in one number format: its model, sample inputs, and what the ONNX reference makes of them."""

    case: Case
    name: str
    model: onnx.ModelProto
    samples: dict[str, Array]
    expected: list[Array]
    integer: bool


def families() -> dict[str, list[Case]]:
    """Cases by the module of tests/cases that holds them; every module with a CASES table."""
    found = {}
    for module in iter_modules(tests.cases.__path__):
        cases = getattr(import_module(f"tests.cases.{module.name}"), "CASES", None)
        if cases:
            found[module.name] = cases
    return found


def variants(case: Case) -> list[Variant]:
    made = _float_variant(case)
    if case.int16:
        return [_integer_variant(case, made, "int16")]
    return [made, _integer_variant(case, made, "int8")] if case.int8 else [made]


def seed_of(case: Case) -> int:
    return zlib.crc32(case.id.encode())


def identifier(text: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in text).lower()


def save(variant: Variant, folder: Path) -> Path:
    path = folder / f"{variant.name}.onnx"
    path.write_bytes(variant.model.SerializeToString())
    return path


def _float_variant(case: Case) -> Variant:
    arrays = [None if data is None else data.array(seed_of(case) + i) for i, data in enumerate(case.inputs)]
    names = ["" if array is None else f"x{i}" for i, array in enumerate(arrays)]
    draft = _Draft(case)
    for index, (name, array) in enumerate(zip(names, arrays, strict=True)):
        if array is not None and index in case.constants:
            draft.constant(name, array)
        elif array is not None:
            draft.input(name, array)
    outputs = [f"y{i}" for i in range(case.outputs)]
    draft.nodes.append(draft.node(names, outputs))
    model = draft.model(outputs)
    expected = reference(model, draft.samples)
    return Variant(case, identifier(case.id), model, draft.samples, expected, integer=False)


def _integer_variant(case: Case, plain: Variant, activations: str) -> Variant:
    draft, names, scales = _Draft(case, activations), [], []
    for index, data in enumerate(case.inputs):
        real = None if data is None else data.array(seed_of(case) + index)
        name, scale = _quantised_input(draft, case, index, real, scales)
        names.append(name)
        scales.append(scale)
    draft.nodes.append(draft.node(names, ["real"]))
    scale, zero_point = draft.activation(plain.expected[0])
    draft.constant("y_scale", scale)
    draft.constant("y_zero", zero_point)
    draft.nodes.append(draft.step("QuantizeLinear", ["real", "y_scale", "y_zero"], "y0"))
    model = draft.model_of({"y0": np.zeros(np.shape(plain.expected[0]), activations)})
    expected = run_onnxruntime(model, draft.samples)
    return Variant(case, f"{identifier(case.id)}_{activations}", model, draft.samples, expected, integer=True)


def reference(model: onnx.ModelProto, samples: dict[str, Array]) -> list[Array]:
    """Outputs by the ONNX reference; by ONNX Runtime for what it lacks: its own operators, older opsets, activations
    and lengths of recurrent layers, of which in turn ONNX Runtime lacks those that are batch first.
    """
    quantised = any(node.op_type in ("QuantizeLinear", "DequantizeLinear") for node in model.graph.node)
    recurrent = any(node.op_type in RECURRENT for node in model.graph.node)
    batch_first = any(attribute.name == "layout" for node in model.graph.node for attribute in node.attribute)
    foreign = any(opset.domain == "com.microsoft" for opset in model.opset_import)
    if quantised or foreign or model.opset_import[0].version < 13 or (recurrent and not batch_first):
        return run_onnxruntime(model, samples)
    return [np.asarray(array) for array in ReferenceEvaluator(model).run(None, samples)]


def run_onnxruntime(model: onnx.ModelProto, samples: dict[str, Array]) -> list[Array]:
    """Outputs computed by ONNX Runtime with its graph optimisations switched off."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return list(session.run(None, samples))


def _quantised_input(
    draft: _Draft, case: Case, index: int, real: Array | None, scales: list[Any]
) -> tuple[str, Array | None]:
    """Adds one operand behind a dequantise step; returns the name of the float value and its scale."""
    if real is None:
        return "", None
    name, is_constant = f"x{index}", index in case.constants
    weighted = case.op_type in WEIGHTED and is_constant
    if real.dtype.kind != "f" or (case.op_type in PARAMETERS and index > 0):
        draft.constant(name, real) if is_constant else draft.input(name, real)
        return name, None
    if weighted and index == 2:
        scale = np.asarray(scales[0] * scales[1], np.float32)
        shaped = np.broadcast_to(scale.reshape(-1), real.shape[-1:]) if scale.size > 1 else scale.reshape(())
        integers, zero, axis = np.rint(real / scale).astype(np.int32), np.zeros_like(shaped, np.int32), real.ndim - 1
        return draft.dequantised(name, integers, shaped, zero, axis if scale.size > 1 else None, constant=True), None
    if weighted and case.op_type == "Conv":
        scale = (np.abs(real).reshape(real.shape[0], -1).max(axis=1) / 127 + 1e-6).astype(np.float32)
        column = scale.reshape(-1, *([1] * (real.ndim - 1)))
        integers = np.clip(np.rint(real / column), -127, 127).astype(np.int8)
        return draft.dequantised(name, integers, scale, np.zeros(len(scale), np.int8), 0, constant=True), scale
    if weighted:
        scale = np.asarray(np.abs(real).max() / 127 + 1e-6, np.float32)
        integers, zero = np.clip(np.rint(real / scale), -127, 127).astype(np.int8), np.zeros((), np.int8)
        return draft.dequantised(name, integers, scale, zero, None, constant=True), scale
    scale, zero = draft.activation(real)
    bounds = np.iinfo(zero.dtype)
    integers = np.clip(np.rint(real / scale) + zero, bounds.min, bounds.max).astype(zero.dtype)
    return draft.dequantised(name, integers, scale, zero, None, constant=is_constant), scale


def _asymmetric(real: Array) -> tuple[Array, Array]:
    low, high = min(float(real.min()), 0.0), max(float(real.max()), 0.0)
    scale = np.float32(max((high - low) / 255, 1e-6))
    return np.asarray(scale), np.asarray(np.clip(np.rint(-128 - low / scale), -128, 127), np.int8)


@dataclass
class _Draft:
    case: Case
    activations: str = "int8"
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    inputs: list[onnx.ValueInfoProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)
    samples: dict[str, Array] = field(default_factory=dict)

    def constant(self, name: str, array: Array) -> None:
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))

    def input(self, name: str, array: Array) -> None:
        self.inputs.append(helper.make_tensor_value_info(name, _elem_type(array), array.shape))
        self.samples[name] = np.asarray(array)

    def node(self, inputs: list[str], outputs: list[str]) -> onnx.NodeProto:
        case = self.case
        return helper.make_node(
            case.op_type, inputs, outputs, name=case.name, domain=case.domain, **dict(case.attributes)
        )

    def dequantised(
        self, name: str, integers: Array, scale: Array, zero: Array, axis: int | None, *, constant: bool
    ) -> str:
        source = f"{name}_q"
        self.constant(source, integers) if constant else self.input(source, integers)
        self.constant(f"{name}_scale", scale)
        self.constant(f"{name}_zero", zero)
        axes = {} if axis is None else {"axis": axis}
        self.nodes.append(self.step("DequantizeLinear", [source, f"{name}_scale", f"{name}_zero"], name, **axes))
        return name

    def step(self, op_type: str, inputs: list[str], output: str, **attributes: int) -> onnx.NodeProto:
        """ONNX's own steps know int16 from opset 21 on, those of ONNX Runtime always."""
        domain = "com.microsoft" if self.activations == "int16" and self.case.opset < 21 else ""
        return helper.make_node(op_type, inputs, [output], domain=domain, **attributes)

    def activation(self, real: Array) -> tuple[Array, Array]:
        """Scale and zero point of an activation that takes these values."""
        if self.activations == "int8":
            return _asymmetric(real)
        scale = max(float(np.abs(real).max()) / 32767, 1e-6)
        return np.asarray(scale, np.float32), np.zeros((), np.int16)

    def model(self, outputs: list[str]) -> onnx.ModelProto:
        """The model with output types as the ONNX reference computes them."""
        untyped = self._model([helper.make_empty_tensor_value_info(name) for name in outputs])
        results = reference(untyped, self.samples)
        return self.model_of({name: np.asarray(array) for name, array in zip(outputs, results, strict=True)})

    def model_of(self, outputs: dict[str, Array]) -> onnx.ModelProto:
        """The model with outputs of these formats and shapes."""
        return self._model([
            helper.make_tensor_value_info(name, _elem_type(array), array.shape) for name, array in outputs.items()
        ])  # fmt: skip

    def _model(self, outputs: list[onnx.ValueInfoProto]) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, "case", self.inputs, outputs, self.constants)
        opsets = [helper.make_opsetid("", self.case.opset)]
        if self.case.domain:
            opsets.append(helper.make_opsetid(self.case.domain, _newest(self.case.op_type, self.case.domain)))
        elif self.activations == "int16" and self.case.opset < 21:
            opsets.append(helper.make_opsetid("com.microsoft", 1))
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def _newest(op_type: str, domain: str) -> int:
    """The newest version of the operator that is not deprecated; 1 for domains that the onnx package does not know."""
    schemas = onnx.defs.get_all_schemas_with_history()
    known = [s.since_version for s in schemas if (s.name, s.domain, s.deprecated) == (op_type, domain, False)]
    return max(known, default=1)


def _elem_type(array: Array) -> int:
    return int(helper.np_dtype_to_tensor_dtype(array.dtype)) if array.dtype != bool else TensorProto.BOOL
