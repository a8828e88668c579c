"""Reductions over any axes: one operator for mean, sum, extremes, product, norms and logarithms of sums."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import prod
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, Shape, TensorType
from tinyc.ops.clamp import Clamp, clamp_integers, clamp_real
from tinyc.ops.fixedpoint import multiplier, ratio, requantize
from tinyc.ops.integer import centred


class Reduction(Enum):
    """What becomes of the elements along the reduced axes."""

    MEAN = "mean"
    SUM = "sum"
    MAX = "max"
    MIN = "min"
    PROD = "prod"
    L1 = "l1"
    L2 = "l2"
    SUM_SQUARE = "sum_square"
    LOG_SUM = "log_sum"
    LOG_SUM_EXP = "log_sum_exp"


@dataclass(frozen=True, slots=True)
class Reduce(Operator):
    """y = clamp(reduction of x over `axes`); ONNX ReduceMean, ReduceSum, ReduceMax, ...

    x of any rank; y without the reduced axes, or with length 1 there if `keepdims`. Axes are not negative, ascending.
    Quantised int8 or int16 (mean, sum, max, min): exact sum of q - zero_point or extreme, then one requantisation with
    scale_x / scale_y, divided by the number of elements for the mean. Plain integers: sum and product wrap.
    """

    kind: ClassVar[str] = "reduce"

    how: Reduction
    axes: tuple[int, ...]
    keepdims: bool = True
    clamp: Clamp = None

    @property
    def follows_layout(self) -> bool:
        return self.keepdims

    @property
    def integer_ready(self) -> bool:
        return self.how in (Reduction.MEAN, Reduction.SUM, Reduction.MAX, Reduction.MIN)

    @property
    def int16_ready(self) -> bool:
        return self.integer_ready

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        if list(self.axes) != sorted(set(self.axes)) or any(not 0 <= axis < x.rank for axis in self.axes):
            raise GraphError(f"reduce: axes {list(self.axes)} do not go with {x}")
        return (TensorType(x.dtype, self.out_shape(x.shape)),)

    def out_shape(self, shape: Shape) -> Shape:
        if self.keepdims:
            return tuple(1 if axis in self.axes else length for axis, length in enumerate(shape))
        return tuple(length for axis, length in enumerate(shape) if axis not in self.axes)

    def count(self, shape: Shape) -> int:
        """Elements of x behind each element of y."""
        return prod(shape[axis] for axis in self.axes)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, y = inputs[0], out_types[0]
        assert x is not None
        if y.quant is not None:
            return (self._integers(centred(x, in_types[0]), in_types, y).reshape(y.shape),)
        wide = x.astype(np.float64) if y.dtype.is_float or self.how in _REAL_RESULT else x
        result = _NUMPY[self.how](wide, self.axes)
        if y.dtype.is_float:
            result = clamp_real(result.astype(np.float32), self.clamp)
        return (np.asarray(result).astype(y.dtype.numpy).reshape(y.shape),)

    def _integers(self, x: Array, in_types: Types, y: TensorType) -> Array:
        assert y.quant is not None and in_types[0] is not None
        how = Reduction.SUM if self.how is Reduction.MEAN else self.how
        acc = np.asarray(_NUMPY[how](x, self.axes)).astype(np.int64)
        factor = multiplier(self.factor(in_types[0], y))
        low, high = clamp_integers(y, self.clamp)
        values, shifts = np.array(factor.value), np.array(factor.shift)
        return requantize(acc, values, shifts, y.quant.zero_point[0], low, high).astype(y.dtype.numpy)

    def factor(self, x: TensorType, y: TensorType) -> Fraction:
        """Exact requantisation factor of the int32 sum or extreme."""
        assert x.quant is not None and y.quant is not None
        count = self.count(x.shape) if self.how is Reduction.MEAN else 1
        return ratio(x.quant.scale[0], over=(y.quant.scale[0], count))


def _bound(x: Array, side: int) -> float | int | bool:
    """The least (side -1) or greatest (1) value of a format: the extreme of no elements."""
    if x.dtype.kind == "f":
        return side * math.inf
    if x.dtype.kind == "b":
        return side > 0
    return int(np.iinfo(x.dtype).min if side < 0 else np.iinfo(x.dtype).max)


def _log_sum_exp(x: Array, axes: tuple[int, ...]) -> Array:
    top = np.max(x, axis=axes, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0.0)
    result: Array = np.log(np.sum(np.exp(x - top), axis=axes)) + np.squeeze(top, axis=axes)
    return result


_REAL_RESULT = (Reduction.L2, Reduction.LOG_SUM, Reduction.LOG_SUM_EXP)
_NUMPY: dict[Reduction, Callable[[Array, tuple[int, ...]], Array]] = {
    Reduction.MEAN: lambda x, axes: _integer_mean(x, axes) if x.dtype.kind in "iu" else np.mean(x, axis=axes),
    Reduction.SUM: lambda x, axes: np.sum(x, axis=axes),
    Reduction.MAX: lambda x, axes: np.max(x, axis=axes, initial=_bound(x, -1)),
    Reduction.MIN: lambda x, axes: np.min(x, axis=axes, initial=_bound(x, 1)),
    Reduction.PROD: lambda x, axes: np.prod(x, axis=axes),
    Reduction.L1: lambda x, axes: np.sum(np.abs(x), axis=axes),
    Reduction.L2: lambda x, axes: np.sqrt(np.sum(x * x, axis=axes)),
    Reduction.SUM_SQUARE: lambda x, axes: np.sum(x * x, axis=axes),
    Reduction.LOG_SUM: lambda x, axes: np.log(np.sum(x, axis=axes)),
    Reduction.LOG_SUM_EXP: _log_sum_exp,
}


def _integer_mean(x: Array, axes: tuple[int, ...]) -> Array:
    """Sum divided by the count, truncated towards zero as C divides."""
    total = np.sum(x.astype(np.int64), axis=axes)
    count = prod(x.shape[axis] for axis in axes)
    result: Array = np.sign(total) * (np.abs(total) // count)
    return result
