"""Small networks built in code, quantised by ONNX Runtime's own quantisers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static

from tests.cases.case import Array

BATCH = 8
TYPES = {"u8s8": (QuantType.QUInt8, QuantType.QInt8), "s8s8": (QuantType.QInt8, QuantType.QInt8)}
FORMATS = {"qdq": QuantFormat.QDQ, "qoperator": QuantFormat.QOperator}


class Network:
    """Nodes and weights of a model under construction; one float input `x`, one float output `y`."""

    def __init__(self, shape: tuple[int, ...], seed: int) -> None:
        self.shape, self.generator = shape, np.random.default_rng(seed)
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def add(self, op_type: str, inputs: str, output: str, **attributes: Any) -> None:
        self.nodes.append(helper.make_node(op_type, inputs.split(), [output], name=f"node_{output}", **attributes))

    def weight(self, name: str, *shape: int, scale: float = 0.4) -> str:
        real = (self.generator.standard_normal(shape) * scale).astype(np.float32)
        self.weights.append(numpy_helper.from_array(real, name))
        return name

    def constant(self, name: str, values: Any) -> str:
        self.weights.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def model(self, out_shape: tuple[int, ...]) -> onnx.ModelProto:
        inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.shape)]
        outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, out_shape)]
        graph = helper.make_graph(self.nodes, "network", inputs, outputs, self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        return onnx.shape_inference.infer_shapes(model, strict_mode=True)


def cnn() -> onnx.ModelProto:
    """Convolution, depthwise convolution, pooling, activations, a residual sum, a concatenation, a dense head.

    Averages are over odd numbers of elements: with even ones exact ties are frequent, which tinyc rounds up and ONNX
    Runtime to even.
    """
    n = Network((BATCH, 3, 9, 9), seed=11)
    n.add("Conv", f"x {n.weight('w0', 8, 3, 3, 3)} {n.weight('b0', 8)}", "c0", pads=[1, 1, 1, 1])
    n.add("Relu", "c0", "r0")
    n.add("Conv", f"r0 {n.weight('w1', 8, 1, 3, 3)} {n.weight('b1', 8)}", "c1", pads=[1, 1, 1, 1], group=8)
    n.add("LeakyRelu", "c1", "r1", alpha=0.1)
    n.add("Conv", f"r1 {n.weight('w2', 8, 8, 1, 1)}", "c2")
    n.add("Sigmoid", "c2", "s2")
    n.add("Mul", "c2 s2", "m2")
    n.add("Add", "m2 r0", "sum")
    n.add("MaxPool", "sum", "p", kernel_shape=[3, 3], strides=[3, 3])
    n.add("AveragePool", "sum", "q", kernel_shape=[3, 3], strides=[3, 3])
    n.add("Concat", "p q", "pq", axis=1)
    n.add("GlobalAveragePool", "pq", "g")
    n.add("Flatten", "g", "f")
    n.add("Gemm", f"f {n.weight('w3', 5, 16)} {n.weight('b3', 5)}", "y", transB=1)
    return n.model((BATCH, 5))


def mlp() -> onnx.ModelProto:
    """MatMul and Add, a reshape and a transpose between, Gemm without transB."""
    n = Network((BATCH, 12), seed=12)
    n.add("MatMul", f"x {n.weight('w0', 12, 20)}", "m0")
    n.add("Add", f"m0 {n.weight('b0', 20)}", "a0")
    n.add("Relu", "a0", "r0")
    n.add("Reshape", f"r0 {n.constant('shape', np.array([BATCH, 4, 5], np.int64))}", "r1")
    n.add("Transpose", "r1", "t1", perm=[0, 2, 1])
    n.add("Flatten", "t1", "f1")
    n.add("Gemm", f"f1 {n.weight('w1', 20, 7)} {n.weight('b1', 7)}", "y")
    return n.model((BATCH, 7))


def softmax() -> onnx.ModelProto:
    """Softmax alone: behind other layers it would widen their single steps."""
    n = Network((BATCH, 9), seed=13)
    n.add("Softmax", "x", "y", axis=1)
    return n.model((BATCH, 9))


NETWORKS = {"cnn": cnn, "mlp": mlp, "softmax": softmax}


def data(model: onnx.ModelProto, seed: int) -> Array:
    shape = [dim.dim_value for dim in model.graph.input[0].type.tensor_type.shape.dim]
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


class Reader(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, model: onnx.ModelProto) -> None:
        self._batches: Iterator[Array] = iter([data(model, seed) for seed in range(100, 104)])

    def get_next(self) -> dict[str, Array] | None:
        batch = next(self._batches, None)
        return None if batch is None else {"x": batch}


def static(model: onnx.ModelProto, format_name: str, types: str, *, per_channel: bool, folder: Path) -> onnx.ModelProto:
    """The model as quantize_static writes it."""
    activations, weights = TYPES[types]
    path = folder / "static.onnx"
    quantize_static(
        model, path, Reader(model), quant_format=FORMATS[format_name], per_channel=per_channel,
        activation_type=activations, weight_type=weights,
    )  # fmt: skip
    return onnx.load(path)


def dynamic(model: onnx.ModelProto, weights: QuantType, *, per_channel: bool, folder: Path) -> onnx.ModelProto:
    """The model as quantize_dynamic writes it."""
    path = folder / "dynamic.onnx"
    quantize_dynamic(model, path, weight_type=weights, per_channel=per_channel)
    return onnx.load(path)
