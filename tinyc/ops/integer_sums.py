"""Products of plain integer tensors with int32 results: ConvInteger and MatMulInteger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.matmul import MatMul
from tinyc.ops.reshape import Reshape
from tinyc.ops.windows import Window, window_of

BYTES = (DType.U8, DType.S8)


@dataclass(frozen=True, slots=True)
class MatMulInteger(Operator):
    """y[..., i, j] = sum over k of (a[..., i, k] - a_zero[i]) * (b[..., k, j] - b_zero[j]); ONNX MatMulInteger.

    y int32; a and b uint8 or int8; a_zero like a with 1 or M elements, b_zero like b with 1 or N.
    """

    kind: ClassVar[str] = "matmul_integer"
    slots: ClassVar[tuple[str, ...]] = ("a", "b", "a_zero", "b_zero")

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        a, b, a_zero, b_zero = inputs
        assert a is not None and b is not None and a_zero is not None and b_zero is not None
        (product,) = MatMul().infer((_plain(a), _plain(b)))
        if a_zero.elements not in (1, a.shape[-2]) or b_zero.elements not in (1, b.shape[-1]):
            raise GraphError(f"matmul_integer: zero points {a_zero} and {b_zero} do not go with {a} and {b}")
        return (_sums(inputs, product),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        a, b, a_zero, b_zero = (array.astype(np.int64) for array in inputs if array is not None)
        left, right = a - a_zero.reshape(-1, 1), b - b_zero.reshape(1, -1)
        return (np.matmul(left, right).astype(np.int32),)

    def macs(self, inputs: Types, outputs: tuple[TensorType, ...]) -> int:
        return MatMul().macs(inputs[:2], outputs)


@dataclass(frozen=True, slots=True)
class ConvInteger(Operator):
    """Convolution of x - x_zero with w - w_zero in int32; padding adds nothing; ONNX ConvInteger.

    x [N, C, spatial...] and w [M, C/groups, kernel...], each uint8 or int8; x_zero one element, w_zero 1 or M; y int32.
    """

    kind: ClassVar[str] = "conv_integer"
    slots: ClassVar[tuple[str, ...]] = ("x", "w", "x_zero", "w_zero")

    window: Window
    groups: int = 1

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, w, x_zero, w_zero = inputs
        assert x is not None and w is not None and x_zero is not None and w_zero is not None
        (product,) = Conv2d(self.window, self.groups).infer((_plain(x), _plain(w)))
        if x_zero.elements != 1 or w_zero.elements not in (1, w.shape[0]):
            raise GraphError(f"conv_integer: zero points {x_zero} and {w_zero} do not go with {x} and {w}")
        return (_sums(inputs, product),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, w, x_zero, w_zero = (array.astype(np.float64) for array in inputs if array is not None)
        filters = w - w_zero.reshape(-1, *[1] * (w.ndim - 1))
        sums = Conv2d(self.window, self.groups).sums(x - x_zero.reshape(()), filters)
        return (sums.astype(np.int64).astype(np.int32),)

    def macs(self, inputs: Types, outputs: tuple[TensorType, ...]) -> int:
        return Conv2d(self.window, self.groups).macs(inputs, outputs)


def _plain(kind: TensorType) -> TensorType:
    return replace(kind, quant=None)


def _sums(inputs: Types, product: TensorType) -> TensorType:
    kinds = [kind for kind in inputs if kind is not None]
    if any(kind.dtype not in BYTES for kind in kinds) or any(
        kind.dtype is not zero.dtype for kind, zero in zip(kinds[:2], kinds[2:], strict=True)
    ):
        raise GraphError("operands must be int8 or uint8, and zero points of the same format")
    return product.with_quant(DType.S32, None)


@from_onnx("MatMulInteger")
def matmul_integer(node: Node, b: Builder) -> None:
    b.alias(integer_product(b, b.value(0), b.value(1), b.optional(2), b.optional(3), node.outputs[0]))


def integer_product(b: Builder, left: str, right: str, left_zero: str | None, right_zero: str | None, stem: str) -> str:
    """The int32 product of two values as numpy.matmul shapes it; missing zero points are 0."""
    a, w = b.type_of(left), b.type_of(right)
    if a.rank == 0 or w.rank == 0:
        raise GraphError("MatMulInteger does not take scalars")
    zeros = [zero or _zero(b, kind) for zero, kind in ((left_zero, a), (right_zero, w))]
    matrix_a = left if a.rank > 1 else b.emit(Reshape((1, *a.shape)), left)
    matrix_b = right if w.rank > 1 else b.emit(Reshape((*w.shape, 1)), right)
    if a.rank > 1 and w.rank > 1:
        return b.emit(MatMulInteger(), matrix_a, matrix_b, *zeros, stem=stem)
    product = b.emit(MatMulInteger(), matrix_a, matrix_b, *zeros)
    shape = b.type_of(product).shape
    rows, columns = shape[-2:-1] if a.rank > 1 else (), shape[-1:] if w.rank > 1 else ()
    return b.emit(Reshape((*shape[:-2], *rows, *columns)), product, stem=stem)


@from_onnx("ConvInteger")
def conv_integer(node: Node, b: Builder) -> None:
    x, w = b.type_of(b.value(0)), b.type_of(b.value(1))
    if not 1 <= x.rank - 2 <= 2:
        raise UnsupportedOp(f"{x.rank - 2} spatial axes; 1 and 2 are supported")
    window = window_of(node, x.shape[2:], node.ints("kernel_shape") or w.shape[2:])
    zeros = [b.optional(2) or _zero(b, x), b.optional(3) or _zero(b, w)]
    b.result(ConvInteger(window, node.int("group", 1)), b.value(0), b.value(1), *zeros)


def _zero(b: Builder, kind: TensorType) -> str:
    assert b.node is not None
    return b.add_constant(f"{b.node.outputs[0]}.zero", np.zeros((), kind.dtype.numpy))
