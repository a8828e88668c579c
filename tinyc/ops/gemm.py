"""Matrix products of ONNX: Gemm and MatMul become `dense` where the weights are constant, `matmul` elsewhere."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TypeAlias

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Op, Operator
from tinyc.ir.types import Array
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
        weights, alpha = _with_factor(b, weights, alpha)
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
    source = op.inputs[0]
    assert source is not None
    kind = b.type_of(source)
    quant = kind.quant
    if quant is not None and quant.axis is not None:
        quant = replace(quant, axis=1 - quant.axis)
    turned = replace(kind, shape=kind.shape[::-1], quant=quant)
    integers = b.draft.add_constant(f"{source}.transposed", b.draft.constants[source].array.T, turned)
    return b.emit(op.operator, integers, stem=f"{value}.transposed")


def _dequantised(b: Builder, value: str) -> Op | None:
    """The op that dequantises a constant to this value."""
    for op in b.draft.ops:
        if value in op.outputs:
            return op if op.kind == "dequantize" and op.inputs[0] in b.draft.constants else None
    return None


def _with_factor(b: Builder, weights: str, alpha: float) -> tuple[str, float]:
    """Weights times alpha, and the factor that remains: quantised weights keep their scales."""
    if alpha == 1 or weights not in b.draft.constants:
        return weights, alpha
    array = b.draft.constants[weights].array * np.float32(alpha)
    return b.add_constant(f"{weights}.scaled", array), 1.0


def _bias(b: Builder, addend: str | None, beta: float, channels: int) -> str | None:
    """The addend times beta as a bias [channels]; None if there is none or it is not a constant of that form."""
    if addend is None:
        return None
    kind, blob = b.type_of(addend), b.draft.constants.get(addend)
    if beta == 1 and kind.shape == (channels,) and is_fixed(b, addend):
        return addend
    if blob is None or prod(kind.shape[:-1]) != 1 or kind.elements not in (1, channels):
        return None
    values: Array = np.broadcast_to(blob.array.reshape(-1) * np.float32(beta), (channels,))
    return b.add_constant(f"{addend}.bias", values)


def _times(b: Builder, value: str, factor: float) -> str:
    return value if factor == 1 else b.emit(Mul(), value, _scalar(b, factor))


def _scalar(b: Builder, value: float) -> str:
    assert b.node is not None
    return b.add_constant(f"{b.node.outputs[0]}.factor", np.array(value, dtype=np.float32))
