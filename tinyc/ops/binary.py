"""Functions of two tensors, element by element, with numpy broadcasting."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.by_element import ByElement
from tinyc.ops.clamp import Clamp, clamp_integers, clamp_real
from tinyc.ops.elementwise import Meaning, broadcast_type, common_quant, declare
from tinyc.ops.fixedpoint import SumScale, multiplier, ratio, requantize, sum_scale


@dataclass(frozen=True, slots=True)
class Binary(ByElement):
    """y = f(a, b) for each pair of elements; shapes broadcast as in numpy.

    float32, or plain integers where `takes_integers`; both inputs have the same format. `result` is the format of y
    where it is not that of the inputs.
    """

    kind: ClassVar[str]
    slots: ClassVar[tuple[str, ...]] = ("a", "b")
    takes_integers: ClassVar[bool] = False
    result: ClassVar[DType | None] = None

    @abstractmethod
    def real(self, a: Array, b: Array) -> Array:
        """f on float32, or on plain integers where `takes_integers`; integer arithmetic wraps."""

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        y = broadcast_type(self.kind, inputs)
        quantised = any(kind is not None and kind.quant is not None for kind in inputs)
        if not y.dtype.is_float and not quantised and not self.takes_integers:
            raise GraphError(f"{self.kind}: takes float32, not {y}")
        return (y.with_quant(self.result or y.dtype, None),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        a, b = inputs
        assert a is not None and b is not None
        return (np.asarray(self.real(a, b)).astype(out_types[0].dtype.numpy),)


@dataclass(frozen=True, slots=True)
class Arithmetic(Binary):
    """f(a, b) with a fused activation: float32 results, and quantised ones, are clamped."""

    takes_integers: ClassVar[bool] = True

    clamp: Clamp = None

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        a, b = inputs
        assert a is not None and b is not None
        y = out_types[0]
        if y.quant is not None:
            a, b = (_centred(array, kind) for array, kind in zip((a, b), in_types, strict=True))
            return (self.integers(a, b, in_types, y).astype(y.dtype.numpy),)
        result = np.asarray(self.real(a, b)).astype(y.dtype.numpy)
        return (clamp_real(result, self.clamp) if y.dtype.is_float else result,)

    def integers(self, a: Array, b: Array, in_types: Types, y: TensorType) -> Array:
        """Integers of y from q - zero_point of both inputs (int64)."""
        raise AssertionError(f"{self.kind} has no integer meaning")


@dataclass(frozen=True, slots=True)
class Sum(Arithmetic):
    """a + b or a - b. Quantised: one common shift, one rounding (half up); int8 with 21-bit multipliers and sums in
    int32, int16 with 30-bit multipliers and sums in int64.

    y = saturate(zp + (((a - zp_a) m_a + (b - zp_b) m_b + 2^(shift-1)) >> shift)),  m = round(scale / scale_y 2^shift)
    """

    subtracts: ClassVar[bool] = False

    @property
    def integer_ready(self) -> bool:
        return True

    @property
    def int16_ready(self) -> bool:
        return True

    def scale(self, in_types: Types, y: TensorType) -> SumScale:
        """The two multipliers, that of b negative in a difference, and their shift."""
        factors = [_factor(kind, y) for kind in in_types]
        total = sum_scale(factors, 30, 45) if y.dtype is DType.S16 else sum_scale(factors)
        first, second = total.values
        return SumScale((first, -second if self.subtracts else second), total.shift)

    def integers(self, a: Array, b: Array, in_types: Types, y: TensorType) -> Array:
        assert y.quant is not None
        scale = self.scale(in_types, y)
        total = a * scale.values[0] + b * scale.values[1] + (1 << (scale.shift - 1))
        return np.asarray(np.clip((total >> scale.shift) + y.quant.zero_point[0], *clamp_integers(y, self.clamp)))


@dataclass(frozen=True, slots=True)
class Add(Sum):
    """a + b."""

    kind: ClassVar[str] = "add"

    def real(self, a: Array, b: Array) -> Array:
        return np.add(a, b)


@dataclass(frozen=True, slots=True)
class Sub(Sum):
    """a - b."""

    kind: ClassVar[str] = "sub"
    subtracts: ClassVar[bool] = True

    def real(self, a: Array, b: Array) -> Array:
        return np.subtract(a, b)


@dataclass(frozen=True, slots=True)
class Mul(Arithmetic):
    """a b. Quantised: the product of q - zero_point, requantised by scale_a scale_b / scale_y."""

    kind: ClassVar[str] = "mul"

    @property
    def integer_ready(self) -> bool:
        return True

    @property
    def int16_ready(self) -> bool:
        return True

    def real(self, a: Array, b: Array) -> Array:
        return np.multiply(a, b)

    def factor(self, in_types: Types, y: TensorType) -> Fraction:
        """scale_a scale_b / scale_y, exact."""
        a, b = in_types
        assert a is not None and b is not None and a.quant is not None and b.quant is not None and y.quant is not None
        return ratio(a.quant.scale[0], b.quant.scale[0], over=y.quant.scale[:1])

    def integers(self, a: Array, b: Array, in_types: Types, y: TensorType) -> Array:
        assert y.quant is not None
        scale = multiplier(self.factor(in_types, y))
        low, high = clamp_integers(y, self.clamp)
        return requantize(a * b, np.array(scale.value), np.array(scale.shift), y.quant.zero_point[0], low, high)


@dataclass(frozen=True, slots=True)
class Div(Arithmetic):
    """a / b. Integers truncate toward zero; a division by zero gives 0, the smallest integer over -1 gives itself."""

    kind: ClassVar[str] = "div"

    def real(self, a: Array, b: Array) -> Array:
        return np.divide(a, b) if a.dtype == np.float32 else _integer_quotient(a, b)


def _integer_quotient(a: Array, b: Array) -> Array:
    safe = np.where(b == 0, np.ones_like(b), b)
    quotient = np.floor_divide(a, safe)
    inexact = quotient * safe != a
    truncated = quotient + (inexact & ((a < 0) != (safe < 0))).astype(quotient.dtype)
    return np.asarray(np.where(b == 0, np.zeros_like(truncated), truncated))


@dataclass(frozen=True, slots=True)
class Extreme(Binary):
    """Minimum or maximum. Quantised: that of the integers, where a, b and y have one scale and zero point.

    That is exact also where operands are requantised before, since rounding is monotone.
    """

    takes_integers: ClassVar[bool] = True

    @property
    def integer_ready(self) -> bool:
        return True

    @property
    def int16_ready(self) -> bool:
        return True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        y = broadcast_type(self.kind, inputs)
        return (y.with_quant(y.dtype, common_quant(self.kind, inputs)),)


def _prelu(x: Array, slope: Array) -> Array:
    return np.where(x < 0, slope * x, x)


def _power(a: Array, b: Array) -> Array:
    return np.asarray(np.power(a.astype(np.float64), b))


PLAIN: dict[str, tuple[Meaning, str]] = {
    "pow": (_power, "a to the power of b."),
    "prelu": (_prelu, "a where a >= 0, b a elsewhere; ONNX PRelu with b the slope."),
}
EXTREMES: dict[str, tuple[Meaning, str]] = {
    "min": (np.minimum, "The smaller of a and b; NaN if either is."),
    "max": (np.maximum, "The greater of a and b; NaN if either is."),
}

for _kind, (_meaning, _doc) in PLAIN.items():
    declare(Binary, _kind, _meaning, _doc)
for _kind, (_meaning, _doc) in EXTREMES.items():
    declare(Extreme, _kind, _meaning, _doc)


def _centred(array: Array, kind: TensorType | None) -> Array:
    assert kind is not None and kind.quant is not None and kind.quant.is_per_tensor
    return array.astype(np.int64) - kind.quant.zero_point[0]


def _factor(kind: TensorType | None, y: TensorType) -> Fraction:
    assert kind is not None and kind.quant is not None and y.quant is not None
    return ratio(kind.quant.scale[0], over=y.quant.scale[:1])
