"""Relu and Clip: x within bounds."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.clamp import clamp_integers
from tinyc.ops.fixedpoint import Multiplier, multiplier, ratio, requantize
from tinyc.ops.unary import Unary


@dataclass(frozen=True, slots=True)
class Bounding(Unary):
    """x within bounds. Quantised int16: requantised by scale_x / scale_y, the bounds those of a fused activation."""

    takes_integers: ClassVar[bool] = True

    @property
    def int16_ready(self) -> bool:
        return True

    @property
    @abstractmethod
    def bounds(self) -> tuple[float, float]:
        """Smallest and greatest result."""

    def factor(self, x: TensorType, y: TensorType) -> Multiplier:
        """scale_x / scale_y."""
        assert x.quant is not None and y.quant is not None
        return multiplier(ratio(x.quant.scale[0], over=y.quant.scale[:1]))

    def quantised(self, x: Array, kind: TensorType, y: TensorType) -> Array:
        if kind.dtype is not DType.S16:
            return Unary.quantised(self, x, kind, y)
        assert kind.quant is not None and y.quant is not None
        scale, centred = self.factor(kind, y), x.astype(np.int64) - kind.quant.zero_point[0]
        values, shifts = np.array(scale.value), np.array(scale.shift)
        result = requantize(centred, values, shifts, y.quant.zero_point[0], *clamp_integers(y, self.bounds))
        return result.astype(y.dtype.numpy)


@dataclass(frozen=True, slots=True)
class Relu(Bounding):
    """max(x, 0)."""

    kind: ClassVar[str] = "relu"

    @property
    def bounds(self) -> tuple[float, float]:
        return 0.0, math.inf

    def real(self, x: Array) -> Array:
        return np.maximum(x, 0)


@dataclass(frozen=True, slots=True)
class Clip(Bounding):
    """min(max(x, low), high)."""

    kind: ClassVar[str] = "clip"

    low: int | float = -math.inf
    high: int | float = math.inf

    @property
    def bounds(self) -> tuple[float, float]:
        return self.low, self.high

    def real(self, x: Array) -> Array:
        return np.minimum(np.maximum(x, self.low), self.high)

    def integer(self, x: Array) -> Array:
        low, high = self.integer_bounds(DType.of(x.dtype))
        return np.minimum(np.maximum(x, low), high)

    def integer_bounds(self, dtype: DType) -> tuple[int, int]:
        """The bounds as integers of a format; a bound beyond the format is the format's own."""
        low, high = dtype.bounds
        return _nearest(math.ceil, self.low, low, high), _nearest(math.floor, self.high, low, high)


def _nearest(to_integer: Callable[[float], int], bound: int | float, low: int, high: int) -> int:
    if math.isinf(bound):
        return low if bound < 0 else high
    return min(max(to_integer(bound), low), high)
