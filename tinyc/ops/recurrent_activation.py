"""The functions that gates and cells of recurrent layers apply, with their parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ir.types import Array
from tinyc.ops.unary import sigmoid

Meaning: TypeAlias = Callable[[Array, float, float], Array]


class Function(Enum):
    """Named as ONNX names them, in lower case; the order is that of `tc_recurrent_function`."""

    SIGMOID = "sigmoid"
    TANH = "tanh"
    RELU = "relu"
    AFFINE = "affine"
    LEAKY_RELU = "leakyrelu"
    THRESHOLDED_RELU = "thresholdedrelu"
    SCALED_TANH = "scaledtanh"
    HARD_SIGMOID = "hardsigmoid"
    ELU = "elu"
    SOFTSIGN = "softsign"
    SOFTPLUS = "softplus"

    @property
    def code(self) -> int:
        """The function's number in C."""
        return list(Function).index(self)


@dataclass(frozen=True, slots=True)
class Activation:
    """One function; `alpha` and `beta` are 0 where it has none."""

    function: Function
    alpha: float = 0.0
    beta: float = 0.0

    def real(self, x: Array) -> Array:
        """The function on float64."""
        with np.errstate(over="ignore"):
            return np.asarray(_MEANING[self.function](x, self.alpha, self.beta))


SIGMOID = Activation(Function.SIGMOID)
TANH = Activation(Function.TANH)

_MEANING: dict[Function, Meaning] = {
    Function.SIGMOID: lambda x, alpha, beta: sigmoid(x),
    Function.TANH: lambda x, alpha, beta: np.tanh(x),
    Function.RELU: lambda x, alpha, beta: np.maximum(x, 0.0),
    Function.AFFINE: lambda x, alpha, beta: alpha * x + beta,
    Function.LEAKY_RELU: lambda x, alpha, beta: np.where(x < 0, alpha * x, x),
    Function.THRESHOLDED_RELU: lambda x, alpha, beta: np.where(x > alpha, x, 0.0),
    Function.SCALED_TANH: lambda x, alpha, beta: alpha * np.tanh(beta * x),
    Function.HARD_SIGMOID: lambda x, alpha, beta: np.clip(alpha * x + beta, 0.0, 1.0),
    Function.ELU: lambda x, alpha, beta: np.where(x < 0, alpha * np.expm1(x), x),
    Function.SOFTSIGN: lambda x, alpha, beta: x / (1.0 + np.abs(x)),
    Function.SOFTPLUS: lambda x, alpha, beta: np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x))),
}
_ALPHA = {
    Function.AFFINE: 1.0,
    Function.LEAKY_RELU: 0.01,
    Function.THRESHOLDED_RELU: 1.0,
    Function.SCALED_TANH: 1.0,
    Function.HARD_SIGMOID: 0.2,
    Function.ELU: 1.0,
}
_BETA = {Function.AFFINE: 0.0, Function.SCALED_TANH: 1.0, Function.HARD_SIGMOID: 0.5}


def activations_of(names: Sequence[str], alphas: Sequence[float], betas: Sequence[float]) -> tuple[Activation, ...]:
    """ONNX's three lists as activations: a function that has a parameter takes the next of its list, or the default.

    UnsupportedOp for a name that the standard does not list.
    """
    rest_alpha, rest_beta = list(alphas), list(betas)
    found = []
    for name in names:
        function = next((item for item in Function if item.value == name.lower()), None)
        if function is None:
            known = ", ".join(item.value for item in Function)
            raise UnsupportedOp(f'activation "{name}" is not one of {known}')
        alpha = _next(function, _ALPHA, rest_alpha)
        found.append(Activation(function, alpha, _next(function, _BETA, rest_beta)))
    return tuple(found)


def _next(function: Function, defaults: dict[Function, float], rest: list[float]) -> float:
    if function not in defaults:
        return 0.0
    return float(np.float32(rest.pop(0) if rest else defaults[function]))
