"""Batch normalisation at inference: a product and a sum per channel."""

from __future__ import annotations

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ir.graph import Operator
from tinyc.ir.types import Array, Shape
from tinyc.ops.binary import Add, Mul, Sub
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.reshape import Reshape

PARAMETERS = ("scale", "bias", "mean", "variance")


@from_onnx("BatchNormalization")
def batch_normalization(node: Node, b: Builder) -> None:
    """y = (x - mean) * scale / sqrt(var + epsilon) + bias. Constants fold to x * m + c in float64, rounded once."""
    if node.int("training_mode") or any(node.outputs[1:]):
        raise UnsupportedOp("training_mode is on", hint="export the model in evaluation mode")
    rank = b.type_of(b.value(0)).rank
    shape = (1, -1, *([1] * (rank - 2))) if rank > 1 else (-1,)
    if all(b.value(index) in b.draft.constants for index in range(1, 5)):
        factor, offset = _folded(node, b)
        _scale_and_shift(node, b, factor.reshape(shape), offset.reshape(shape))
        return
    _at_run_time(node, b, shape)


def _folded(node: Node, b: Builder) -> tuple[Array, Array]:
    scale, bias, mean, variance = (b.constant(i, name).astype(np.float64) for i, name in enumerate(PARAMETERS, start=1))
    factor = scale / np.sqrt(variance + node.float("epsilon", 1e-5))
    return factor.astype(np.float32), (bias - mean * factor).astype(np.float32)


def _scale_and_shift(node: Node, b: Builder, factor: Array, offset: Array) -> None:
    name = node.outputs[0]
    scaled = b.emit(Mul(), b.value(0), b.add_constant(f"{name}.factor", factor))
    b.alias(b.emit(Add(), scaled, b.add_constant(f"{name}.offset", offset), stem=name))


def _at_run_time(node: Node, b: Builder, shape: Shape) -> None:
    """The same with parameters that are computed; what is constant among them folds."""
    scale, bias, mean, variance = (_column(b, b.value(index), shape) for index in range(1, 5))
    epsilon = b.add_constant(f"{node.outputs[0]}.epsilon", np.array(node.float("epsilon", 1e-5), np.float32))
    deviation = b.emit(Operator.registry["sqrt"](), b.emit(Add(), variance, epsilon))
    factor = b.emit(Operator.registry["div"](), scale, deviation)
    scaled = b.emit(Mul(), b.emit(Sub(), b.value(0), mean), factor)
    b.alias(b.emit(Add(), scaled, bias, stem=node.outputs[0]))


def _column(b: Builder, value: str, shape: Shape) -> str:
    length = b.type_of(value).elements
    return b.emit(Reshape(tuple(length if n == -1 else n for n in shape)), value)
