"""Powers: ONNX Pow with base and exponent of any number formats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Operator, Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.binary import Binary, Mul
from tinyc.ops.cast import Cast, truncate
from tinyc.ops.elementwise import broadcast_type
from tinyc.ops.importing import Builder, Node, from_onnx


@dataclass(frozen=True, slots=True)
class IntegerPower(Binary):
    """a to the power of b for a of int32 or int64, and b of the same format or float32; y has the format of a.

    Integer exponents: exact, what does not fit wraps; a negative exponent gives the power truncated toward zero, and 0
    where a is 0. Float exponents: computed in double, truncated toward zero, saturating; NaN gives 0.
    """

    kind: ClassVar[str] = "integer_power"
    takes_integers: ClassVar[bool] = True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        a, b = inputs
        assert a is not None and b is not None
        if a.dtype not in (DType.S32, DType.S64) or b.dtype not in (a.dtype, DType.F32):
            raise GraphError(f"integer_power: {a} to the power of {b} is not supported")
        return (broadcast_type(self.kind, (a, b.with_quant(a.dtype, None))),)

    def real(self, a: Array, b: Array) -> Array:
        if b.dtype == np.float32:
            return truncate(np.power(a.astype(np.float64), b.astype(np.float64)), DType.of(a.dtype))
        return _whole_power(a, b)


def _whole_power(a: Array, b: Array) -> Array:
    """By repeated squaring, modulo 2^bits."""
    base, rest = np.broadcast_arrays(a, np.maximum(b, 0))
    result = np.ones_like(base)
    while rest.any():
        result = np.where(rest & 1, result * base, result)
        base, rest = base * base, rest >> 1
    odd = np.where(b & 1, a, 1)
    return np.where(b >= 0, result, np.where(np.abs(a) == 1, odd, 0))


@from_onnx("Pow")
def power(node: Node, b: Builder) -> None:
    """A square becomes a product, which is exact and far cheaper."""
    base, exponent = b.number(0), b.number(1)
    kind = b.type_of(base)
    constant = b.draft.constants.get(exponent)
    fits = constant is not None and constant.array.size == 1 and constant.array.ndim <= kind.rank
    if fits and constant is not None and float(constant.array.reshape(-1)[0]) == 2.0:
        b.result(Mul(), base, base)
    elif kind.dtype.is_float:
        b.result(Operator.registry["pow"](), base, _cast(b, exponent, DType.F32))
    else:
        _integer_power(b, base, exponent)


def _integer_power(b: Builder, base: str, exponent: str) -> None:
    """The exponent in the format of the base or as a float; a wider exponent widens the base, whose low bits remain."""
    dtype, given = b.type_of(base).dtype, b.type_of(exponent).dtype
    if given.is_float:
        b.result(IntegerPower(), base, exponent)
    elif given.bytes <= dtype.bytes:
        b.result(IntegerPower(), base, _cast(b, exponent, dtype))
    else:
        b.result(Cast(dtype), b.emit(IntegerPower(), _cast(b, base, given), exponent))


def _cast(b: Builder, value: str, to: DType) -> str:
    return value if b.type_of(value).dtype is to else b.emit(Cast(to), value)
