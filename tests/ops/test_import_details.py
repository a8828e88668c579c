"""What nodes become where ONNX leaves several ways to say it: old opsets, unsigned integers, odd scales."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.support.case_models import run_onnxruntime
from tinyc.errors import ModelError, TinycError, UnsupportedOp
from tinyc.frontend.load import load
from tinyc.ir.graph import Graph
from tinyc.ir.interp import interpret
from tinyc.ir.types import DType


def model_of(
    folder: Path, nodes: list[onnx.NodeProto], x: tuple[int, ...], constants: dict[str, Any], opset: int = 13,
    x_format: int = TensorProto.FLOAT, y_format: int = TensorProto.FLOAT,
) -> tuple[onnx.ModelProto, Path]:  # fmt: skip
    inputs = [helper.make_tensor_value_info("x", x_format, x)]
    outputs = [helper.make_tensor_value_info("y", y_format, x)]
    initialisers = [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items()]
    graph = helper.make_graph(nodes, "details", inputs, outputs, initialisers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    path = folder / "details.onnx"
    path.write_bytes(model.SerializeToString())
    return model, path


def node(op_type: str, *inputs: str, output: str = "y", **attributes: Any) -> onnx.NodeProto:
    return helper.make_node(op_type, list(inputs), [output], **attributes)


def kinds(graph: Graph) -> list[str]:
    return [op.kind for op in graph.ops]


@pytest.mark.parametrize("op_type", ["Softmax", "LogSoftmax"])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_softmax_of_old_opsets_spans_all_axes_from_its_own_on(op_type: str, axis: int, tmp_path: Path) -> None:
    model, path = model_of(tmp_path, [node(op_type, "x", axis=axis)], (2, 3, 4), {}, opset=11)
    x = np.random.default_rng(3).normal(size=(2, 3, 4)).astype(np.float32)
    graph = load(path).graph
    got = interpret(graph, {"x": x})[graph.outputs[0]]
    np.testing.assert_allclose(got, run_onnxruntime(model, {"x": x})[0], rtol=1e-5, atol=1e-6)


def test_unsigned_constants_become_signed_with_the_same_real_values(tmp_path: Path) -> None:
    constants = {
        "q": np.array([[0, 128, 255], [1, 2, 3]], np.uint8),
        "scale": np.array([0.5, 0.25], np.float32),
        "zero": np.array([128, 3], np.uint8),
    }
    nodes = [node("DequantizeLinear", "q", "scale", "zero", output="w", axis=0), node("Add", "x", "w")]
    _, path = model_of(tmp_path, nodes, (2, 3), constants)
    graph = load(path).graph
    got = interpret(graph, {"x": np.zeros((2, 3), np.float32)})[graph.outputs[0]]
    np.testing.assert_array_equal(got, [[-64.0, 0.0, 63.5], [-0.5, -0.25, 0.0]])


def test_integers_read_at_another_scale_are_not_mixed_up(tmp_path: Path) -> None:
    constants = {"s1": np.float32(0.5), "s2": np.float32(0.125), "zero": np.int8(0)}
    nodes = [node("QuantizeLinear", "x", "s1", "zero", output="q"), node("DequantizeLinear", "q", "s2", "zero")]
    model, path = model_of(tmp_path, nodes, (4,), constants)
    x = np.array([-3.0, 0.2, 1.0, 200.0], np.float32)
    graph = load(path).graph
    got = interpret(graph, {"x": x})[graph.outputs[0]]
    np.testing.assert_array_equal(got, run_onnxruntime(model, {"x": x})[0])


def test_an_unsigned_input_tells_its_scale(tmp_path: Path) -> None:
    constants = {"scale": np.float32(0.5), "zero": np.uint8(100)}
    nodes = [node("DequantizeLinear", "x", "scale", "zero")]
    _, path = model_of(tmp_path, nodes, (3,), constants, x_format=TensorProto.UINT8)
    graph = load(path).graph
    kind = graph.types["x"]
    assert kind.dtype is DType.U8 and kind.quant is not None
    assert (kind.quant.scale, kind.quant.zero_point) == ((0.5,), (100,))
    assert kinds(graph) == ["recentre", "dequantize"]


def test_a_square_is_a_product(tmp_path: Path) -> None:
    _, path = model_of(tmp_path, [node("Pow", "x", "two")], (3,), {"two": np.float32(2.0)})
    assert kinds(load(path).graph) == ["mul"]


ONE = np.float32(1)
OUTSIDE = [node("Neg", "i", output="j"), node("Gather", "x", "j")]
REFUSED: dict[str, tuple[type[TinycError], str, list[onnx.NodeProto], dict[str, Any], int]] = {
    "scale 0": (ModelError, "not a positive number", [node("QuantizeLinear", "x", "s")], {"s": np.float32(0)}, 13),
    "index outside": (ModelError, r"outside \[-3, 2\]", OUTSIDE, {"i": np.array([4, 0, 0])}, 13),
    "gelu": (UnsupportedOp, 'approximate "fast"', [node("Gelu", "x", approximate="fast")], {}, 20),
}
Y_FORMATS = {"scale 0": TensorProto.UINT8}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    error, words, nodes, constants, opset = REFUSED[name]
    y_format = Y_FORMATS.get(name, TensorProto.FLOAT)
    _, path = model_of(tmp_path, nodes, (3,), constants, opset, y_format=y_format)
    with pytest.raises(error, match=words):
        load(path)


QUANTISE = node("QuantizeLinear", "x", "s", "z", output="q")
ON_INTEGERS = {
    "cast": (node("Cast", "q", to=TensorProto.FLOAT), TensorProto.FLOAT),
    "less": (node("Less", "q", "limit"), TensorProto.BOOL),
    "clip": (node("Clip", "q", "limit"), TensorProto.UINT8),
}


@pytest.mark.parametrize("zero", [np.uint8(100), np.int8(-3)], ids=["uint8", "int8"])
@pytest.mark.parametrize("name", ON_INTEGERS)
def test_operators_on_quantised_integers_see_those_of_the_model(name: str, zero: Any, tmp_path: Path) -> None:
    """uint8 is int8 inside, but not for those who look at the numbers."""
    reader, y_format = ON_INTEGERS[name]
    if y_format == TensorProto.UINT8 and zero.dtype == np.int8:
        y_format = TensorProto.INT8
    constants = {"s": np.float32(0.5), "z": zero, "limit": np.array(90, zero.dtype)}
    model, path = model_of(tmp_path, [QUANTISE, reader], (5,), constants, opset=19, y_format=y_format)
    x = np.array([-60.0, -5.0, 0.0, 3.5, 90.0], np.float32)
    graph = load(path).graph
    got = interpret(graph, {"x": x})[graph.outputs[0]]
    np.testing.assert_array_equal(got, run_onnxruntime(model, {"x": x})[0])


@pytest.mark.parametrize("scale", [(), (3,)])
def test_scales_may_be_computed_at_run_time(scale: tuple[int, ...], tmp_path: Path) -> None:
    nodes = [node("ReduceMax", "a", output="s", keepdims=0, **({"axes": [0]} if scale else {})),
             node("Abs", "x", output="a"), node("QuantizeLinear", "x", "s", "z", axis=1)]  # fmt: skip
    constants = {"z": np.full(scale, 7, np.int8)}
    model, path = model_of(tmp_path, [nodes[1], nodes[0], nodes[2]], (4, 3), constants, 17, y_format=TensorProto.INT8)
    x = np.random.default_rng(5).normal(size=(4, 3)).astype(np.float32)
    graph = load(path).graph
    got = interpret(graph, {"x": x})[graph.outputs[0]]
    np.testing.assert_array_equal(got, run_onnxruntime(model, {"x": x})[0])
