"""Padding of any axes with a constant, or with elements of the tensor itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Types
from tinyc.ir.types import Array, Shape, TensorType
from tinyc.ops.fixedpoint import quantize_real
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.movement import Movement
from tinyc.ops.slice import Slice


class PadMode(Enum):
    """What stands outside x: a value, x mirrored without its edge, its edge, or x again."""

    CONSTANT = "constant"
    REFLECT = "reflect"
    EDGE = "edge"
    WRAP = "wrap"


@dataclass(frozen=True, slots=True)
class Pad(Movement):
    """x with `begin` elements before and `end` after it along every axis, none negative.

    Quantised: `value` is real and is quantised like x. Other modes take elements of x, so any format does.
    """

    kind: ClassVar[str] = "pad"

    begin: tuple[int, ...]
    end: tuple[int, ...]
    mode: PadMode = PadMode.CONSTANT
    value: float = 0.0

    @property
    def follows_layout(self) -> bool:
        return True

    def out_shape(self, shape: Shape) -> Shape:
        if not len(shape) == len(self.begin) == len(self.end):
            raise GraphError(f"pad: {len(self.begin)} paddings for {list(shape)}")
        if self.mode is not PadMode.CONSTANT and not all(self._reaches(axis, n) for axis, n in enumerate(shape)):
            raise GraphError(f"pad: {self.mode.value} of {list(self.begin)} and {list(self.end)} on {list(shape)}")
        return tuple(b + n + e for b, n, e in zip(self.begin, shape, self.end, strict=True))

    def _reaches(self, axis: int, length: int) -> bool:
        return length > 0 or self.begin[axis] + self.end[axis] == 0

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        if self.mode is PadMode.CONSTANT:
            widths = list(zip(self.begin, self.end, strict=True))
            return (np.pad(x, widths, constant_values=self.filling(out_types[0])),)
        return (self.move(x),)

    def move(self, x: Array) -> Array:
        """For the modes that take elements of x."""
        for axis, length in enumerate(x.shape):
            positions = np.arange(-self.begin[axis], length + self.end[axis])
            x = np.take(x, source_index(positions, length, self.mode), axis=axis)
        return x

    def filling(self, kind: TensorType) -> int | float:
        """The element that stands for `value` in a tensor of this type."""
        if kind.quant is None:
            return self.value if kind.dtype.is_float else int(self.value)
        low, high = kind.dtype.bounds
        scale, zero_point = np.array(kind.quant.scale[0]), np.array(kind.quant.zero_point[0])
        return int(quantize_real(np.array(self.value), scale, zero_point, low, high))


def source_index(position: Array, length: int, mode: PadMode) -> Array:
    """Index into an axis of x for a position that may lie outside [0, length)."""
    if mode is PadMode.WRAP:
        return position % length
    if mode is PadMode.EDGE or length == 1:
        return np.clip(position, 0, length - 1)
    period = 2 * (length - 1)
    mirrored: Array = (length - 1) - np.abs(position % period - (length - 1))
    return mirrored


@from_onnx("Pad")
def pad(node: Node, b: Builder) -> None:
    shape = b.type_of(b.value(0)).shape
    begin, end = _paddings(node, b, shape)
    mode = node.string("mode", "constant")
    if mode not in [known.value for known in PadMode]:
        raise UnsupportedOp(f'mode "{mode}" is not one of constant, reflect, edge, wrap')
    given = b.optional_constant(2, "constant_value")
    value = node.float("value") if given is None else float(given.reshape(-1)[0])
    x = b.value(0)
    value = _real(value, b.type_of(x))
    if min(begin + end, default=0) < 0:
        x, begin, end = _cropped(b, x, begin, end)
    b.result(Pad(begin, end, PadMode(mode), value), x)


def _real(value: float, x: TensorType) -> float:
    """The number that an element of x stands for."""
    return value if x.quant is None else x.quant.scale[0] * (value - x.quant.zero_point[0])


def _paddings(node: Node, b: Builder, shape: Shape) -> tuple[tuple[int, ...], tuple[int, ...]]:
    rank = len(shape)
    given = b.optional_constant(1, "pads")
    pads = [int(n) for n in given] if given is not None else list(node.ints("pads") or node.ints("paddings") or ())
    named = b.optional_constant(3, "axes")
    axes = list(range(rank)) if named is None else [int(axis) % rank for axis in named]
    if len(pads) != 2 * len(axes):
        raise GraphError(f"{len(pads)} pads for {len(axes)} axes")
    begin, end = [0] * rank, [0] * rank
    for index, axis in enumerate(axes):
        begin[axis], end[axis] = pads[index], pads[index + len(axes)]
    return tuple(begin), tuple(end)


def _cropped(
    b: Builder, x: str, begin: tuple[int, ...], end: tuple[int, ...]
) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """Negative padding takes elements away: a slice, and the padding that remains."""
    shape = b.type_of(x).shape
    starts = tuple(max(-n, 0) for n in begin)
    lengths = tuple(n - s - max(-e, 0) for n, s, e in zip(shape, starts, end, strict=True))
    cut = b.emit(Slice(starts, lengths, (1,) * len(shape)), x)
    return cut, tuple(max(n, 0) for n in begin), tuple(max(n, 0) for n in end)
