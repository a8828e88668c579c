"""Functions of one tensor, element by element: activations and the rest of ONNX's unary mathematics."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.by_element import ByElement
from tinyc.ops.curve import curve, curve_table
from tinyc.ops.elementwise import Meaning, declare
from tinyc.ops.fixedpoint import quantize_real


@dataclass(frozen=True, slots=True)
class Unary(ByElement):
    """y = f(x) for each element; x and y have one shape.

    float32 is computed in float64 and rounded once. Quantised int8: a table over the 256 inputs, each entry what
    ONNX's dequantise, f and quantise give in float32, so scales and zero points of x and y may differ. Quantised
    int16, of `continuous` functions: a table as in curve.py. Plain integers where `takes_integers`.
    """

    takes_integers: ClassVar[bool] = False
    continuous: ClassVar[bool] = False

    @abstractmethod
    def real(self, x: Array) -> Array:
        """f on float64, or on plain integers where `takes_integers`."""

    @property
    def integer_ready(self) -> bool:
        return True

    @property
    def int16_ready(self) -> bool:
        return self.continuous

    @property
    def parameters(self) -> tuple[float, ...]:
        """The numbers that a float kernel takes, in the order of the fields."""
        return tuple(float(getattr(self, item.name)) for item in fields(self))

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        if not x.dtype.is_float and x.quant is None and not self.takes_integers:
            raise GraphError(f"{self.kind}: takes float32 or quantised int8, not {x}")
        return (x.with_quant(x.dtype, None),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, kind, y = inputs[0], in_types[0], out_types[0]
        assert x is not None and kind is not None
        if y.quant is not None:
            return (self.quantised(x, kind, y),)
        if x.dtype == np.float32:
            return (np.asarray(self.real(x.astype(np.float64))).astype(np.float32),)
        return (np.asarray(self.integer(x)).astype(x.dtype),)

    def integer(self, x: Array) -> Array:
        """f on plain integers; arithmetic wraps."""
        return self.real(x)

    def quantised(self, x: Array, kind: TensorType, y: TensorType) -> Array:
        """f on quantised integers of x."""
        if kind.dtype is DType.S16:
            return curve(x, self.knots(kind, y))
        return self.table(kind, y)[x.astype(np.int64) - kind.dtype.bounds[0]]

    def knots(self, x: TensorType, y: TensorType) -> Array:
        """int32: results at equal distances, between which int16 inputs interpolate."""
        assert x.quant is not None and y.quant is not None
        return curve_table(self.real, x.quant, y.quant)

    def table(self, x: TensorType, y: TensorType) -> Array:
        """int8 [256]: the output for each quantised int8 input, from the smallest up."""
        assert x.quant is not None and y.quant is not None and x.dtype is DType.S8
        low, high = x.dtype.bounds
        steps = np.arange(low, high + 1) - x.quant.zero_point[0]
        reals = np.float32(x.quant.scale[0]) * steps.astype(np.float32)
        with np.errstate(all="ignore"):
            results = np.asarray(self.real(reals.astype(np.float64))).astype(np.float32)
            integers = quantize_real(results, y.quant.scales(1), y.quant.zero_points(1), *y.dtype.bounds)
        return integers.astype(y.dtype.numpy)


@dataclass(frozen=True, slots=True)
class LeakyRelu(Unary):
    """x where x >= 0, alpha x elsewhere."""

    kind: ClassVar[str] = "leaky_relu"
    continuous: ClassVar[bool] = True

    alpha: float = 0.01

    def real(self, x: Array) -> Array:
        return np.where(x < 0, self.alpha * x, x)


@dataclass(frozen=True, slots=True)
class ThresholdedRelu(Unary):
    """x where x > alpha, 0 elsewhere."""

    kind: ClassVar[str] = "thresholded_relu"

    alpha: float = 1.0

    def real(self, x: Array) -> Array:
        return np.where(x > self.alpha, x, 0.0)


@dataclass(frozen=True, slots=True)
class HardSigmoid(Unary):
    """alpha x + beta, within [0, 1]."""

    kind: ClassVar[str] = "hard_sigmoid"
    continuous: ClassVar[bool] = True

    alpha: float = 0.2
    beta: float = 0.5

    def real(self, x: Array) -> Array:
        return np.clip(self.alpha * x + self.beta, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Elu(Unary):
    """x where x >= 0, alpha (e^x - 1) elsewhere."""

    kind: ClassVar[str] = "elu"
    continuous: ClassVar[bool] = True

    alpha: float = 1.0

    def real(self, x: Array) -> Array:
        return np.where(x < 0, self.alpha * np.expm1(x), x)


@dataclass(frozen=True, slots=True)
class Celu(Unary):
    """x where x >= 0, alpha (e^(x / alpha) - 1) elsewhere."""

    kind: ClassVar[str] = "celu"
    continuous: ClassVar[bool] = True

    alpha: float = 1.0

    def real(self, x: Array) -> Array:
        return np.where(x < 0, self.alpha * np.expm1(x / self.alpha), x)


@dataclass(frozen=True, slots=True)
class Selu(Unary):
    """gamma x where x > 0, gamma alpha (e^x - 1) elsewhere."""

    kind: ClassVar[str] = "selu"
    continuous: ClassVar[bool] = True

    alpha: float = 1.6732631921768188
    gamma: float = 1.0507010221481323

    def real(self, x: Array) -> Array:
        return self.gamma * np.where(x > 0, x, self.alpha * np.expm1(x))


@dataclass(frozen=True, slots=True)
class Shrink(Unary):
    """x + bias where x < -lambd, x - bias where x > lambd, 0 elsewhere."""

    kind: ClassVar[str] = "shrink"

    bias: float = 0.0
    lambd: float = 0.5

    def real(self, x: Array) -> Array:
        return np.where(x < -self.lambd, x + self.bias, np.where(x > self.lambd, x - self.bias, 0.0))


@dataclass(frozen=True, slots=True)
class Swish(Unary):
    """x sigmoid(alpha x)."""

    kind: ClassVar[str] = "swish"
    continuous: ClassVar[bool] = True

    alpha: float = 1.0

    def real(self, x: Array) -> Array:
        return x * sigmoid(self.alpha * x)


def sigmoid(x: Array) -> Array:
    """1 / (1 + e^-x) without overflow at either end."""
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x < 0, small, 1.0) / (1.0 + small))


def _softplus(x: Array) -> Array:
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def _gelu(x: Array) -> Array:
    return np.asarray(0.5 * x * np.vectorize(math.erfc, otypes=[np.float64])(-x / math.sqrt(2.0)))


def _gelu_tanh(x: Array) -> Array:
    return x * sigmoid(2.0 * math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3))


PLAIN: dict[str, tuple[Meaning, str]] = {
    "tanh": (np.tanh, "Hyperbolic tangent."),
    "sigmoid": (sigmoid, "1 / (1 + e^-x)."),
    "hard_swish": (lambda x: x * np.clip(x / 6.0 + 0.5, 0.0, 1.0), "x times x / 6 + 1/2 within [0, 1]."),
    "exp": (np.exp, "e^x."),
    "log": (np.log, "Natural logarithm."),
    "sqrt": (np.sqrt, "Square root."),
    "reciprocal": (np.reciprocal, "1 / x."),
    "floor": (np.floor, "Largest integer that is not above x."),
    "ceil": (np.ceil, "Smallest integer that is not below x."),
    "round": (np.rint, "Nearest integer, ties to even."),
    "erf": (np.vectorize(math.erf, otypes=[np.float64]), "Error function."),
    "softplus": (_softplus, "log(1 + e^x)."),
    "softsign": (lambda x: x / (1.0 + np.abs(x)), "x / (1 + |x|)."),
    "gelu": (_gelu, "x times the normal distribution function of x."),
    "gelu_tanh": (_gelu_tanh, "gelu, approximated with tanh."),
    "mish": (lambda x: x * np.tanh(_softplus(x)), "x tanh(softplus(x))."),
    "sin": (np.sin, "Sine."),
    "cos": (np.cos, "Cosine."),
    "tan": (np.tan, "Tangent."),
    "asin": (np.arcsin, "Inverse sine."),
    "acos": (np.arccos, "Inverse cosine."),
    "atan": (np.arctan, "Inverse tangent."),
    "sinh": (np.sinh, "Hyperbolic sine."),
    "cosh": (np.cosh, "Hyperbolic cosine."),
    "asinh": (np.arcsinh, "Inverse hyperbolic sine."),
    "acosh": (np.arccosh, "Inverse hyperbolic cosine."),
    "atanh": (np.arctanh, "Inverse hyperbolic tangent."),
}
INTEGER_PLAIN: dict[str, tuple[Meaning, str]] = {
    "abs": (np.abs, "|x|; the smallest integer stays as it is."),
    "neg": (np.negative, "-x; the smallest integer stays as it is."),
    "sign": (np.sign, "-1, 0 or 1."),
}

CONTINUOUS = {
    "tanh", "sigmoid", "hard_swish", "exp", "erf", "softplus", "softsign", "gelu", "gelu_tanh", "mish", "sin", "cos",
    "atan", "sinh", "cosh", "asinh",
}  # fmt: skip
"""Those that are continuous for all real numbers."""

for _kind, (_meaning, _doc) in PLAIN.items():
    declare(Unary, _kind, _meaning, _doc, continuous=_kind in CONTINUOUS)
for _kind, (_meaning, _doc) in INTEGER_PLAIN.items():
    declare(Unary, _kind, _meaning, _doc, takes_integers=True)


def unary_kinds() -> list[str]:
    """The kinds of all unary operators."""
    return [kind for kind, operator in Operator.registry.items() if issubclass(operator, Unary)]
