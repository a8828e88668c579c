"""Softmax and log-softmax over one axis or several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.fixedpoint import Multiplier, multiplier, ratio
from tinyc.ops.importing import Builder, Node, from_onnx

EXP_BITS = 30
"""Fraction bits of the table of e^-x: its largest entry is 2^30."""
RECIPROCAL_BITS = 31
MAX_ROW_SHIFT = 63


@dataclass(frozen=True, slots=True)
class Normalise(Operator):
    """Base of both: x and y have one shape; all elements along `axes` together form a distribution."""

    axes: tuple[int, ...]

    @property
    def follows_layout(self) -> bool:
        return True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        return (x.with_quant(x.dtype, None),)

    def shifted(self, x: Array) -> tuple[Array, Array]:
        """x - max and the sum of its exponentials, in float64."""
        wide = x.astype(np.float64)
        below = wide - wide.max(axis=self.axes, keepdims=True)
        return below, np.exp(below).sum(axis=self.axes, keepdims=True)


@dataclass(frozen=True, slots=True)
class LogSoftmax(Normalise):
    """x - max - log(sum e^(x - max))."""

    kind: ClassVar[str] = "log_softmax"

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        below, total = self.shifted(x)
        return ((below - np.log(total)).astype(np.float32),)


@dataclass(frozen=True, slots=True)
class Softmax(Normalise):
    """e^(x - max) / sum e^(x - max).

    Quantised int8, within 1 of the rounded float result for output scales from 2^-16 up:

        e_i   = round(2^30 e^(-scale_x (max - x_i)))                      a table of 256 entries
        s     = sum e_i (64 bits), moved right by k so that it lies in [2^30, 2^31)
        r     = (M << 31) / s,  1 / scale_y = M / 2^m                     one division for each row
        y_i   = saturate(zp + ((e_i r + 2^(n-1)) >> n)),  n = min(31 + k + m, 63)
    """

    kind: ClassVar[str] = "softmax"

    @property
    def integer_ready(self) -> bool:
        return True

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, kind, y = inputs[0], in_types[0], out_types[0]
        assert x is not None and kind is not None
        if y.quant is None:
            below, total = self.shifted(x)
            return ((np.exp(below) / total).astype(np.float32),)
        return (self._integers(x.astype(np.int64), kind, y).astype(y.dtype.numpy),)

    def _integers(self, x: Array, kind: TensorType, y: TensorType) -> Array:
        assert y.quant is not None
        exponentials = exp_table(kind)[x.max(axis=self.axes, keepdims=True) - x].astype(np.uint64)
        totals = exponentials.sum(axis=self.axes, keepdims=True, dtype=np.uint64)
        factor = output_factor(y)
        rows = [_row_scale(int(total), factor) for total in totals.reshape(-1)]
        values = np.array([value for value, _ in rows], np.uint64).reshape(totals.shape)
        shifts = np.array([shift for _, shift in rows], np.uint64).reshape(totals.shape)
        rounding = np.uint64(1) << (shifts - np.uint64(1))
        steps = ((exponentials * values + rounding) >> shifts).astype(np.int64)
        return np.asarray(np.clip(steps + y.quant.zero_point[0], *y.dtype.bounds))


def exp_table(x: TensorType) -> Array:
    """uint32 [256]: round(2^30 e^(-scale d)) for the distance d of an int8 input below the row's greatest."""
    assert x.quant is not None
    distances = np.arange(256, dtype=np.float64)
    return np.rint(np.exp(-x.quant.scale[0] * distances) * 2.0**EXP_BITS).astype(np.uint32)


def output_factor(y: TensorType) -> Multiplier:
    """1 / scale_y."""
    assert y.quant is not None
    return multiplier(ratio(over=y.quant.scale[:1]))


def _row_scale(total: int, factor: Multiplier) -> tuple[int, int]:
    """Multiplier (32 bits) and shift of a row whose exponentials sum to `total` >= 2^30."""
    down = total.bit_length() - RECIPROCAL_BITS
    shift = min(RECIPROCAL_BITS + down + factor.shift, MAX_ROW_SHIFT)
    return (factor.value << RECIPROCAL_BITS) // (total >> down), shift


@from_onnx("Softmax", "LogSoftmax")
def softmax(node: Node, b: Builder) -> None:
    axes = distribution_axes(node, b.type_of(b.value(0)).rank)
    b.result(Softmax(axes) if node.op_type == "Softmax" else LogSoftmax(axes), b.value(0))


def distribution_axes(node: Node, rank: int) -> tuple[int, ...]:
    """One axis; up to opset 12 all from `axis` on, which defaults to 1, form one distribution."""
    axis = node.int("axis", -1 if node.opset >= 13 else 1)
    first = axis % rank if rank else 0
    return (first,) if node.opset >= 13 else tuple(range(first, rank))
