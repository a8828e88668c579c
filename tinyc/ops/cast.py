"""Change of number format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx


@dataclass(frozen=True, slots=True)
class Cast(Operator):
    """y = x in another number format; ONNX Cast.

    float32 to integer truncates toward zero and saturates, NaN gives 0; integer to narrower integer keeps the low
    bits; to bool is x != 0.
    """

    kind: ClassVar[str] = "cast"

    to: DType

    @property
    def follows_layout(self) -> bool:
        return True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        return (x.with_quant(self.to, None),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        if x.dtype == np.float32 and self.to.is_integer:
            return (truncate(x, self.to),)
        return (x.astype(self.to.numpy),)


def truncate(x: Array, to: DType) -> Array:
    """float32 to integers of a format: toward zero, saturating; NaN gives 0."""
    low, high = to.bounds
    whole = np.trunc(np.nan_to_num(x.astype(np.float64), nan=0.0, posinf=np.inf, neginf=-np.inf))
    # the float64 nearest to 2^63 - 1 is 2^63, so only what lies strictly below may be converted
    inside = np.where((whole > low) & (whole < float(high)), whole, 0.0).astype(to.numpy)
    return np.where(whole >= float(high), to.numpy.type(high), np.where(whole <= low, to.numpy.type(low), inside))


@dataclass(frozen=True, slots=True)
class BitCast(Operator):
    """y = the bits of x read as another format of the same size; ONNX BitCast."""

    kind: ClassVar[str] = "bit_cast"

    to: DType

    @property
    def follows_layout(self) -> bool:
        return True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        if x.dtype.bytes != self.to.bytes:
            raise GraphError(f"bit_cast: {x} has other bits than {self.to.value}")
        return (x.with_quant(self.to, None),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        return (np.ascontiguousarray(x).view(self.to.numpy).reshape(x.shape),)


ONNX_FORMATS = {1: DType.F32, 2: DType.U8, 3: DType.S8, 5: DType.S16, 6: DType.S32, 7: DType.S64, 9: DType.BOOL}
"""TensorProto.DataType as the standard numbers it."""

NARROWED = {11: DType.F32}
"""float64, which tinyc computes in float32."""


@from_onnx("Cast")
def cast(node: Node, b: Builder) -> None:
    _convert(b, b.number(0), format_of_onnx(node.int("to")))


def format_of_onnx(number: int) -> DType:
    """The format that tinyc has for a TensorProto.DataType; UnsupportedOp if there is none."""
    to = ONNX_FORMATS.get(number) or NARROWED.get(number)
    if to is None:
        known = ", ".join(dtype.value for dtype in ONNX_FORMATS.values())
        raise UnsupportedOp(f"ONNX data type {number}; tinyc has {known}")
    return to


@from_onnx("BitCast")
def bit_cast(node: Node, b: Builder) -> None:
    """To bool as a cast: what C stores as bool is 0 or 1."""
    if node.int("to") in NARROWED:
        raise UnsupportedOp("float64, which tinyc computes in float32, has no bits to cast", hint="Cast before")
    to, x = format_of_onnx(node.int("to")), b.number(0)
    if b.type_of(x).dtype is to:
        b.alias(x)
    else:
        b.result(Cast(to) if to is DType.BOOL else BitCast(to), x)


@from_onnx("CastLike")
def cast_like(node: Node, b: Builder) -> None:
    _convert(b, b.number(0), b.type_of(b.value(1)).dtype)


def _convert(b: Builder, value: str, to: DType) -> None:
    if b.type_of(value).dtype is to:
        b.alias(value)
    else:
        b.result(Cast(to), value)
