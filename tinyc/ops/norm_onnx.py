"""ONNX's normalisations. Scale and bias that are constants go into the kernel, others become a product and a sum."""

from __future__ import annotations

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ir.graph import Operator
from tinyc.ir.types import Shape
from tinyc.ops.binary import Add, Mul, Sub
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.norm import GroupNorm, LayerNorm, RmsNorm, Standardise
from tinyc.ops.reduce import Reduce, Reduction
from tinyc.ops.reshape import Reshape


@from_onnx("LayerNormalization")
def layer_normalization(node: Node, b: Builder) -> None:
    x = b.value(0)
    rank = b.type_of(x).rank
    operator = LayerNorm(_axis(node, rank), node.float("epsilon", 1e-5))
    b.alias(normalised(b, operator, x, b.value(1), b.optional(2), stem=node.outputs[0]))
    statistics(node, b, operator, x)


@from_onnx("RMSNormalization")
def rms_normalization(node: Node, b: Builder) -> None:
    x = b.value(0)
    operator = RmsNorm(_axis(node, b.type_of(x).rank), node.float("epsilon", 1e-5))
    b.alias(normalised(b, operator, x, b.value(1), None, stem=node.outputs[0]))


@from_onnx("SimplifiedLayerNormalization", domain="com.microsoft")
def simplified_layer_normalization(node: Node, b: Builder) -> None:
    """ONNX Runtime's name for RMS normalisation."""
    if node.wants(1):
        raise UnsupportedOp("output inv_std_var is for training", hint="export the model in evaluation mode")
    rms_normalization(node, b)


@from_onnx("SkipLayerNormalization", "SkipSimplifiedLayerNormalization", domain="com.microsoft")
def skip_layer_normalization(node: Node, b: Builder) -> None:
    """Normalisation of x + skip + bias; the sum itself is output 3."""
    simplified = node.op_type.startswith("SkipSimplified")
    if node.wants(1) or node.wants(2):
        raise UnsupportedOp("outputs mean and inv_std_var are for training", hint="export in evaluation mode")
    bias = b.optional(3 if simplified else 4)
    total = b.emit(Add(), b.value(0), b.value(1))
    total = total if bias is None else b.emit(Add(), total, bias)
    axis, epsilon = b.type_of(total).rank - 1, node.float("epsilon", 1e-12)
    operator = RmsNorm(axis, epsilon) if simplified else LayerNorm(axis, epsilon)
    beta = None if simplified else b.optional(3)
    b.alias(normalised(b, operator, total, b.value(2), beta, stem=node.outputs[0]))
    if node.wants(3):
        b.alias(total, 3)


@from_onnx("InstanceNormalization")
def instance_normalization(node: Node, b: Builder) -> None:
    x = b.value(0)
    operator = GroupNorm(b.type_of(x).shape[1], node.float("epsilon", 1e-5))
    b.alias(normalised(b, operator, x, b.value(1), b.value(2), stem=node.outputs[0]))


@from_onnx("GroupNormalization")
def group_normalization(node: Node, b: Builder) -> None:
    """Scale and bias have an entry for each group up to opset 20, for each channel from 21 on."""
    operator = GroupNorm(node.int("num_groups"), node.float("epsilon", 1e-5))
    b.alias(normalised(b, operator, b.value(0), b.value(1), b.value(2), stem=node.outputs[0]))


@from_onnx("MeanVarianceNormalization")
def mean_variance_normalization(node: Node, b: Builder) -> None:
    """(x - mean) / (standard deviation + 1e-9) along any axes."""
    x = b.value(0)
    rank = b.type_of(x).rank
    axes = tuple(sorted({axis % rank for axis in node.ints("axes", (0, 2, 3)) or ()}))
    centred, variance = _moments(b, x, axes)
    deviation = b.emit(Operator.registry["sqrt"](), variance)
    tiny = b.add_constant(f"{node.outputs[0]}.tiny", np.full((1,) * rank, 1e-9, np.float32))
    b.result(Operator.registry["div"](), centred, b.emit(Add(), deviation, tiny))


def normalised(b: Builder, operator: Standardise, x: str, scale: str, bias: str | None, stem: str) -> str:
    """The operator on x with scale and bias, which broadcast as ONNX says; each may be computed at run time."""
    wanted = operator.parameter_shape(b.type_of(x))
    fixed = [value is None or value in b.draft.constants for value in (scale, bias)]
    operands = [None if value is None else _shaped(b, operator, value, wanted) for value in (scale, bias)]
    if all(fixed):
        return b.emit(operator, x, *operands, stem=stem)
    inner = b.emit(operator, x, None, None)
    scaled = b.emit(Mul(), inner, operands[0], stem=stem if bias is None else "")
    return scaled if bias is None else b.emit(Add(), scaled, operands[1], stem=stem)


def _shaped(b: Builder, operator: Standardise, value: str, wanted: Shape) -> str:
    """A constant with exactly this shape; a run-time value in a shape that broadcasts to it."""
    kind = b.type_of(value)
    constant = b.draft.constants.get(value)
    per_channel = isinstance(operator, GroupNorm)
    if constant is not None:
        array = constant.array.reshape(-1)
        array = array.repeat(max(wanted[1] // array.size, 1)) if per_channel else constant.array
        array = array.reshape(wanted) if per_channel else np.broadcast_to(array, wanted)
        return b.add_constant(value, np.ascontiguousarray(array))
    if not per_channel or kind.shape == wanted:
        return value
    copies = wanted[1] // kind.elements
    column = b.emit(Reshape((kind.elements, 1)), value)
    ones = b.add_constant(f"{value}.ones", np.ones((1, copies), np.float32))
    column = column if copies == 1 else b.emit(Mul(), column, ones)
    return b.emit(Reshape(wanted), column)


def _moments(b: Builder, x: str, axes: tuple[int, ...]) -> tuple[str, str]:
    """x - mean, and the mean of its square."""
    centred = b.emit(Sub(), x, b.emit(Reduce(Reduction.MEAN, axes), x))
    return centred, b.emit(Reduce(Reduction.MEAN, axes), b.emit(Mul(), centred, centred))


def statistics(node: Node, b: Builder, operator: LayerNorm, x: str) -> None:
    """Outputs Mean and InvStdDev of a layer normalisation, computed beside it."""
    rank = b.type_of(x).rank
    if node.wants(1):
        b.alias(b.emit(Reduce(Reduction.MEAN, operator.axes(rank)), x, stem=node.outputs[1]), 1)
    if node.wants(2):
        _, variance = _moments(b, x, operator.axes(rank))
        epsilon = b.add_constant(f"{node.outputs[2]}.epsilon", np.full((1,) * rank, operator.epsilon, np.float32))
        deviation = b.emit(Operator.registry["sqrt"](), b.emit(Add(), variance, epsilon))
        b.alias(b.emit(Operator.registry["reciprocal"](), deviation, stem=node.outputs[2]), 2)


def _axis(node: Node, rank: int) -> int:
    axis = node.int("axis", -1)
    if not -rank <= axis < rank:
        raise UnsupportedOp(f"axis {axis} does not go with rank {rank}")
    return axis % rank
