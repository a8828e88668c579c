"""Between float and quantised integers: quantise, dequantise, change of scale, change of reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.ir.graph import Arrays, Types
from tinyc.ir.types import Array, DType, Quant, TensorType
from tinyc.ops.by_element import ByElement
from tinyc.ops.fixedpoint import Multiplier, multiplier, quantize_real, ratio, requantize


@dataclass(frozen=True, slots=True)
class Quantize(ByElement):
    """y = saturate(round_half_even(x / scale) + zero_point), x / scale in float32; NaN gives the zero point."""

    kind: ClassVar[str] = "quantize"

    dtype: DType
    quant: Quant

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        return (x.with_quant(self.dtype, self.quant),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        scale, zero_point = self.quant.scales(x.ndim), self.quant.zero_points(x.ndim)
        return (quantize_real(x, scale, zero_point, *self.dtype.bounds).astype(self.dtype.numpy),)


@dataclass(frozen=True, slots=True)
class Dequantize(ByElement):
    """y = (x - zero_point) scale in float32, as the type of x says."""

    kind: ClassVar[str] = "dequantize"

    @property
    def folds_eagerly(self) -> bool:
        return False

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        return (x.with_quant(DType.F32, None),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, kind = inputs[0], in_types[0]
        assert x is not None and kind is not None and kind.quant is not None
        scale, zero = (kind.quant.spread(part, x.shape) for part in (kind.quant.scale, kind.quant.zero_point))
        return ((x.astype(np.int64) - zero).astype(np.float32) * scale.astype(np.float32),)


@dataclass(frozen=True, slots=True)
class Requantize(ByElement):
    """The same real numbers at another scale and zero point, with one rounding (half up); int8 or int16, as x is or as
    `dtype` says.
    """

    kind: ClassVar[str] = "requantize"

    quant: Quant
    dtype: DType | None = None

    @property
    def integer_ready(self) -> bool:
        return True

    @property
    def int16_ready(self) -> bool:
        return True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        return (x.with_quant(self.dtype or x.dtype, self.quant),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, kind, y = inputs[0], in_types[0], out_types[0]
        assert x is not None and kind is not None and kind.quant is not None and y.quant is not None
        scale = self.factor(kind)
        centred = x.astype(np.int64) - kind.quant.zero_point[0]
        values, shifts = np.array(scale.value), np.array(scale.shift)
        result = requantize(centred, values, shifts, self.quant.zero_point[0], *y.dtype.bounds)
        return (result.astype(y.dtype.numpy),)

    def factor(self, x: TensorType) -> Multiplier:
        """scale_x / scale_y."""
        assert x.quant is not None
        return multiplier(ratio(x.quant.scale[0], over=self.quant.scale[:1]))


@dataclass(frozen=True, slots=True)
class Recentre(ByElement):
    """uint8 to int8 or back by 128, which moves the zero point and no real number. Exact."""

    kind: ClassVar[str] = "recentre"

    to: DType
    quant: Quant

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None and {x.dtype, self.to} == {DType.U8, DType.S8}
        return (x.with_quant(self.to, self.quant),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        return (recentred(x),)


def recentred(x: Array) -> Array:
    """uint8 as int8 and the reverse, shifted by 128."""
    return (x.view(np.uint8) ^ np.uint8(128)).view(np.int8 if x.dtype == np.uint8 else np.uint8)


@dataclass(frozen=True, slots=True)
class Reinterpret(ByElement):
    """The same integers read with a scale and zero point: plain integers become quantised ones, no bit changes."""

    kind: ClassVar[str] = "reinterpret"

    quant: Quant

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        return (x.with_quant(x.dtype, self.quant),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        return (x,)


@dataclass(frozen=True, slots=True)
class Plain(ByElement):
    """The integers of a quantised tensor without their scale, for operators on plain integers; no bit changes."""

    kind: ClassVar[str] = "plain"

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        return (x.with_quant(x.dtype, None),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        return (x,)
