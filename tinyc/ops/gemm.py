"""Matrix products of ONNX: Gemm and MatMul become `dense` where the weights are constant, `matmul` elsewhere."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TypeAlias

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Op, Operator
from tinyc.ir.types import Array, TensorType
from tinyc.ops.binary import Add, Mul
from tinyc.ops.dense import Dense
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.matmul import MatMul
from tinyc.ops.reshape import Reshape
from tinyc.ops.transpose import Transpose

Step: TypeAlias = tuple[Operator, tuple[str | None, ...]]


@from_onnx("MatMul")
def matmul(node: Node, b: Builder) -> None:
    left, right = b.value(0), b.value(1)
    a, w = b.type_of(left), b.type_of(right)
    if a.rank == 0 or w.rank == 0:
        raise GraphError("MatMul does not take scalars")
    if w.rank == 2 and a.dtype.is_float and is_fixed(b, right):
        b.result(Dense(), left, transposed(b, right), None)
        return
    matrix_a = left if a.rank > 1 else b.emit(Reshape((1, *a.shape)), left)
    matrix_b = right if w.rank > 1 else b.emit(Reshape((*w.shape, 1)), right)
    if a.rank > 1 and w.rank > 1:
        b.result(MatMul(), matrix_a, matrix_b)
        return
    product = b.emit(MatMul(), matrix_a, matrix_b)
    shape = b.type_of(product).shape
    rows = shape[-2:-1] if a.rank > 1 else ()
    columns = shape[-1:] if w.rank > 1 else ()
    b.result(Reshape((*shape[:-2], *rows, *columns)), product)


@from_onnx("Gemm")
def gemm(node: Node, b: Builder) -> None:
    left = b.emit(Transpose((1, 0)), b.value(0)) if node.int("transA") else b.value(0)
    alpha, beta = node.float("alpha", 1.0), node.float("beta", 1.0)
    addend = b.optional(2) if beta != 0 else None
    steps: list[Step] = []
    if b.type_of(left).dtype.is_float and is_fixed(b, b.value(1)):
        weights = b.value(1) if node.int("transB") else transposed(b, b.value(1))
        scaled = _scaled(b, weights, alpha)
        weights, alpha = (weights, alpha) if scaled is None else (scaled, 1.0)
        bias = _bias(b, addend, beta, b.type_of(weights).shape[0]) if alpha == 1 else None
        steps.append((Dense(), (weights, bias)))
        addend = None if bias is not None else addend
    else:
        right = b.emit(Transpose((1, 0)), b.value(1)) if node.int("transB") else b.value(1)
        steps.append((MatMul(), (right,)))
    if alpha != 1:
        steps.append((Mul(), (_scalar(b, alpha),)))
    if addend is not None:
        steps.append((Add(), (_times(b, addend, beta),)))
    for operator, operands in steps[:-1]:
        left = b.emit(operator, left, *operands)
    operator, operands = steps[-1]
    b.result(operator, left, *operands)


def is_fixed(b: Builder, value: str) -> bool:
    """True for a constant, and for the dequantised form of one."""
    return value in b.draft.constants or _dequantised(b, value) is not None


def transposed(b: Builder, value: str) -> str:
    """The transpose of a fixed matrix, made at compile time; its integers and their scales stay as they are."""
    op = _dequantised(b, value)
    if op is None:
        return b.emit(Transpose((1, 0)), value, stem=f"{value}.transposed")
    kind, array = _integers(b, op)
    quant = kind.quant
    if quant is not None and quant.axis is not None:
        quant = replace(quant, axis=1 - quant.axis)
    return _dequantise(b, op, array.T, replace(kind, shape=kind.shape[::-1], quant=quant), f"{value}.transposed")


def _scaled(b: Builder, value: str, factor: float) -> str | None:
    """A fixed value times a factor, made at compile time: the scales of a quantised one are multiplied.

    None if the value is computed at run time, or if a scale would not be positive.
    """
    if factor == 1:
        return value
    if value in b.draft.constants:
        return b.add_constant(f"{value}.scaled", b.draft.constants[value].array * np.float32(factor))
    op = _dequantised(b, value)
    if op is None or factor <= 0:
        return None
    kind, array = _integers(b, op)
    assert kind.quant is not None
    scales = tuple(float(np.float32(scale) * np.float32(factor)) for scale in kind.quant.scale)
    return _dequantise(b, op, array, replace(kind, quant=replace(kind.quant, scale=scales)), f"{value}.scaled")


def _integers(b: Builder, op: Op) -> tuple[TensorType, Array]:
    """What a dequantise step reads, which is a constant."""
    return b.type_of(op.reads[0]), b.draft.constants[op.reads[0]].array


def _dequantise(b: Builder, op: Op, array: Array, kind: TensorType, name: str) -> str:
    """A new constant behind a dequantise step like `op`."""
    return b.emit(op.operator, b.draft.add_constant(f"{name}.quantised", array, kind), stem=name)


def _dequantised(b: Builder, value: str) -> Op | None:
    """The op that dequantises a constant to this value."""
    for op in b.draft.ops:
        if value in op.outputs:
            return op if op.kind == "dequantize" and op.inputs[0] in b.draft.constants else None
    return None


def _bias(b: Builder, addend: str | None, beta: float, channels: int) -> str | None:
    """The addend times beta as a bias [channels]; None if there is none or it is not fixed or not of that form."""
    scaled = None if addend is None else _scaled(b, addend, beta)
    if scaled is None or not is_fixed(b, scaled):
        return None
    kind, blob = b.type_of(scaled), b.draft.constants.get(scaled)
    if kind.shape == (channels,):
        return scaled
    if blob is None or prod(kind.shape[:-1]) != 1 or kind.elements not in (1, channels):
        return None
    return b.add_constant(f"{addend}.bias", np.broadcast_to(blob.array.reshape(-1), (channels,)))


def _times(b: Builder, value: str, factor: float) -> str:
    return value if factor == 1 else b.emit(Mul(), value, _scalar(b, factor))


def _scalar(b: Builder, value: float) -> str:
    assert b.node is not None
    return b.add_constant(f"{b.node.outputs[0]}.factor", np.array(value, dtype=np.float32))
