"""Nodes whose result is known at import: Constant, ConstantOfShape, Shape, Size."""

from __future__ import annotations

from math import prod

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ir.types import Array
from tinyc.ops.importing import Builder, Node, from_onnx

_NUMBERS = {"value_float": "float32", "value_floats": "float32", "value_int": "int64", "value_ints": "int64"}


@from_onnx("Constant")
def constant(node: Node, b: Builder) -> None:
    b.alias(b.add_constant(node.outputs[0], _constant_array(node)))


def _constant_array(node: Node) -> Array:
    value = node.attributes.get("value")
    if isinstance(value, np.ndarray):
        return value
    for name, dtype in _NUMBERS.items():
        if name in node.attributes:
            return np.array(node.attributes[name], dtype=dtype)
    raise UnsupportedOp(
        f"a constant given as {', '.join(node.attributes) or 'nothing'}; a tensor or numbers are needed"
    )


@from_onnx("ConstantOfShape")
def constant_of_shape(node: Node, b: Builder) -> None:
    value = node.attributes.get("value")
    fill = value.reshape(-1) if isinstance(value, np.ndarray) else np.zeros(1, np.float32)
    shape = tuple(int(length) for length in b.constant(0, "shape"))
    b.alias(b.add_constant(node.outputs[0], np.full(shape, fill[0], dtype=fill.dtype)))


@from_onnx("ConstantFill")
def constant_fill(node: Node, b: Builder) -> None:
    """An experiment that PyTorch still writes for opset 7 and 8, in place of ConstantOfShape."""
    if node.int("dtype", 1) != 1 or node.ints("extra_shape", ()):
        raise UnsupportedOp("attribute dtype or extra_shape: only float tensors of the given shape are supported")
    given = tuple(int(length) for length in b.constant(0, "shape")) if node.int("input_as_shape") else None
    lengths = node.ints("shape", ()) if given is None else given
    b.alias(b.add_constant(node.outputs[0], np.full(lengths or (), node.float("value"), np.float32)))


@from_onnx("Shape")
def shape(node: Node, b: Builder) -> None:
    lengths = b.type_of(b.value(0)).shape
    end = node.int("end", len(lengths))
    b.alias(b.add_constant(node.outputs[0], np.array(lengths[node.int("start") : end], dtype=np.int64)))


@from_onnx("Size")
def size(node: Node, b: Builder) -> None:
    b.alias(b.add_constant(node.outputs[0], np.array(prod(b.type_of(b.value(0)).shape), dtype=np.int64)))
