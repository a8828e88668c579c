"""Axes stretched or shrunk: the nearest element, or a weighted sum of neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, Shape, TensorType
from tinyc.ops.fixedpoint import multiplier, quantize_real, ratio, requantize
from tinyc.ops.integer import centred
from tinyc.ops.movement import Movement
from tinyc.ops.sampling import Blend, Rounding, Sampling, nearest

MAX_AXES = 3
"""Axes that one operator resizes; they are neighbours."""

WEIGHT_BITS = {1: 20, 2: 10}
"""Fractional bits of integer weights along each axis, by the number of axes: the int32 sum holds their product."""


@dataclass(frozen=True, slots=True)
class ResizeNearest(Movement):
    """y[place] = x[nearest(coordinate of place)] along the resized axes; `extrapolation` where the region leaves x.

    Any format; quantised: scale and zero point stay, the extrapolation value is quantised like x.
    """

    kind: ClassVar[str] = "resize_nearest"

    sampling: Sampling
    rounding: Rounding
    extrapolation: float = 0.0

    @property
    def follows_layout(self) -> bool:
        return min(self.sampling.axes) >= 2

    def out_shape(self, shape: Shape) -> Shape:
        return checked_shape(self.sampling, shape)

    def index(self, place: int, length: int) -> Array:
        """Index into an axis of `length` elements for every place of resized axis number `place`; -1 outside."""
        found = nearest(self.sampling.coordinates(place, length), self.rounding, length)
        return np.where(self.sampling.outside(place, length), -1, found)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        y = self.move(x)
        value = element_of(self.extrapolation, out_types[0])
        for place, axis in enumerate(self.sampling.axes):
            outside = self.index(place, x.shape[axis]) < 0
            y[(slice(None),) * axis + (outside,)] = value
        return (y,)

    def move(self, x: Array) -> Array:
        for place, axis in enumerate(self.sampling.axes):
            x = np.take(x, np.maximum(self.index(place, x.shape[axis]), 0), axis=axis)
        return x


@dataclass(frozen=True, slots=True)
class Resize(Operator):
    """y[place] = sum of weighted neighbours of the place's coordinate along the resized axes; float32 or int8.

    Quantised int8 (one or two axes): weights are rounded to WEIGHT_BITS fractional bits, rows still add up to 1; exact
    int32 sum of weights times q - zero_point, one requantisation: within 1 of the float result.
    """

    kind: ClassVar[str] = "resize"

    sampling: Sampling
    blend: Blend
    extrapolation: float = 0.0

    @property
    def follows_layout(self) -> bool:
        return min(self.sampling.axes) >= 2

    @property
    def integer_ready(self) -> bool:
        return len(self.sampling.axes) in WEIGHT_BITS

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        if x.quant is None and not x.dtype.is_float:
            raise GraphError(f"resize: linear and cubic interpolation of plain integers {x}; cast to float32 before")
        return (x.with_shape(checked_shape(self.sampling, x.shape)).with_quant(x.dtype, None),)

    def taps(self, place: int, length: int) -> tuple[Array, Array]:
        """First neighbour (-1 where the region leaves x) and float64 weights for resized axis number `place`."""
        where = self.sampling.coordinates(place, length)
        first, weights = self.blend.taps(where, length, self.sampling.scales[place])
        return np.where(self.sampling.outside(place, length), -1, first), weights

    def integer_weights(self, place: int, length: int) -> Array:
        """Weights at WEIGHT_BITS; what rounding leaves over goes to the largest of each row."""
        one = 1 << WEIGHT_BITS[len(self.sampling.axes)]
        weights = self.taps(place, length)[1]
        rounded: Array = np.rint(weights * one).astype(np.int64)
        rows = np.arange(len(weights))
        rounded[rows, weights.argmax(axis=1)] += one - rounded.sum(axis=1)
        return rounded

    def factor(self, x: TensorType, y: TensorType) -> Fraction:
        """Exact requantisation factor of the int32 sum."""
        assert x.quant is not None and y.quant is not None
        axes = len(self.sampling.axes)
        return ratio(x.quant.scale[0], over=(y.quant.scale[0], 1 << (WEIGHT_BITS[axes] * axes)))

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, y = inputs[0], out_types[0]
        assert x is not None and in_types[0] is not None
        if y.quant is None:
            result = self._sum(x.astype(np.float64), [self.taps(*at)[1] for at in self._axes(x.shape)], x.shape)
        else:
            acc = self._sum(centred(x, in_types[0]), [self.integer_weights(*at) for at in self._axes(x.shape)], x.shape)
            factor, (low, high) = multiplier(self.factor(in_types[0], y)), y.dtype.bounds
            values, shifts = np.array(factor.value), np.array(factor.shift)
            result = requantize(acc.astype(np.int64), values, shifts, y.quant.zero_point[0], low, high)
        for place, length in self._axes(x.shape):
            outside = self.taps(place, length)[0] < 0
            result[(slice(None),) * self.sampling.axes[place] + (outside,)] = element_of(self.extrapolation, y)
        return (result.astype(y.dtype.numpy),)

    def _axes(self, shape: Shape) -> list[tuple[int, int]]:
        return [(place, shape[axis]) for place, axis in enumerate(self.sampling.axes)]

    def _sum(self, x: Array, weights: list[Array], shape: Shape) -> Array:
        """Axis after axis; float64 holds every integer sum exactly."""
        for place, length in self._axes(shape):
            axis = self.sampling.axes[place]
            matrix = np.zeros((len(weights[place]), length))
            first = np.maximum(self.taps(place, length)[0], 0)
            for tap in range(weights[place].shape[1]):
                matrix[np.arange(len(first)), first + tap] += weights[place][:, tap]
            moved: Array = np.moveaxis(np.tensordot(matrix, x, axes=(1, axis)), 0, axis)
            x = moved
        return x


def checked_shape(sampling: Sampling, shape: Shape) -> Shape:
    """Shape of y; GraphError if the axes are none, too many or no neighbours."""
    axes = sampling.axes
    count = len(axes)
    if not 1 <= count <= MAX_AXES or axes != tuple(range(axes[0], axes[0] + count)) or axes[-1] >= len(shape):
        raise GraphError(f"resize: axes {list(axes)} of {list(shape)}")
    if min(sampling.lengths) < 1:
        raise GraphError(f"resize: {list(shape)} would become {list(sampling.out_shape(shape))}")
    return sampling.out_shape(shape)


def element_of(value: float, kind: TensorType) -> int | float:
    """The element that stands for a real value in a tensor of this type."""
    if kind.quant is None:
        return value if kind.dtype.is_float else int(value)
    low, high = kind.dtype.bounds
    scale, zero_point = np.array(kind.quant.scale[0]), np.array(kind.quant.zero_point[0])
    return int(quantize_real(np.array(value), scale, zero_point, low, high))
