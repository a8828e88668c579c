"""Product of two matrices that are both computed at run time, with broadcast batch axes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, Shape, TensorType
from tinyc.ops.clamp import Clamp, clamp_integers, clamp_real
from tinyc.ops.fixedpoint import multiplier, ratio, requantize
from tinyc.ops.integer import centred


@dataclass(frozen=True, slots=True)
class MatMul(Operator):
    """y[..., i, j] = clamp(sum over k of a[..., i, k] * b[..., k, j]); the axes before the last two broadcast.

    a [..., M, K], b [..., K, N], both of rank 2 or more; y [..., M, N]. Quantised: int8 or int16 per tensor, exact sum
    of (a - zero_point_a) * (b - zero_point_b), requantised once with scale_a * scale_b / scale_y. Plain integers wrap.
    """

    kind: ClassVar[str] = "matmul"
    slots: ClassVar[tuple[str, ...]] = ("a", "b")

    clamp: Clamp = None

    @property
    def integer_ready(self) -> bool:
        return True

    @property
    def int16_ready(self) -> bool:
        return True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        a, b = inputs[0], inputs[1]
        assert a is not None and b is not None
        if a.rank < 2 or b.rank < 2 or a.shape[-1] != b.shape[-2]:
            raise GraphError(f"matmul: {a} and {b} do not go together")
        return (TensorType(a.dtype, (*_batch(a, b), a.shape[-2], b.shape[-1])),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        a, b = inputs[0], inputs[1]
        y = out_types[0]
        assert a is not None and b is not None
        if y.quant is None:
            product = np.matmul(a, b)
            return (clamp_real(product, self.clamp) if y.dtype.is_float else product,)
        acc = np.matmul(centred(a, in_types[0]), centred(b, in_types[1])).astype(np.int64)
        factor = multiplier(requant_factor(in_types, y))
        low, high = clamp_integers(y, self.clamp)
        values, shifts = np.array(factor.value), np.array(factor.shift)
        return (requantize(acc, values, shifts, y.quant.zero_point[0], low, high).astype(y.dtype.numpy),)

    def macs(self, inputs: Types, outputs: tuple[TensorType, ...]) -> int:
        a = inputs[0]
        assert a is not None
        return outputs[0].elements * a.shape[-1]


def requant_factor(in_types: Types, y: TensorType) -> Fraction:
    """Exact scale_a * scale_b / scale_y."""
    a, b = in_types[0], in_types[1]
    assert a is not None and b is not None and a.quant and b.quant and y.quant
    return ratio(a.quant.scale[0], b.quant.scale[0], over=y.quant.scale)


def _batch(a: TensorType, b: TensorType) -> Shape:
    try:
        return np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError as problem:
        raise GraphError(f"matmul: {a} and {b} do not go together") from problem
