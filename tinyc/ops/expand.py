"""Repetition: Expand (broadcast to a shape) and Tile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.types import Array, Shape
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.movement import Movement
from tinyc.ops.reshape import Reshape


@dataclass(frozen=True, slots=True)
class Expand(Movement):
    """x broadcast to `shape`: axes of length 1, and axes missing at the front, are repeated."""

    kind: ClassVar[str] = "expand"

    shape: tuple[int, ...]

    def out_shape(self, shape: Shape) -> Shape:
        if _common(shape, self.shape) != self.shape:
            raise GraphError(f"expand: {list(shape)} does not broadcast to {list(self.shape)}")
        return self.shape

    def move(self, x: Array) -> Array:
        return np.broadcast_to(x, self.shape)


def _common(shape: Shape, other: Shape) -> Shape:
    try:
        return np.broadcast_shapes(shape, other)
    except ValueError as problem:
        raise GraphError(f"expand: {list(shape)} and {list(other)} do not broadcast") from problem


@from_onnx("Expand")
def expand(node: Node, b: Builder) -> None:
    target = tuple(int(length) for length in b.constant(1, "shape"))
    b.result(Expand(_common(b.type_of(b.value(0)).shape, target)), b.value(0))


@from_onnx("Tile")
def tile(node: Node, b: Builder) -> None:
    shape = b.type_of(b.value(0)).shape
    repeats = tuple(int(count) for count in b.constant(1, "repeats"))
    if len(repeats) != len(shape):
        raise GraphError(f"{len(repeats)} repeats for {list(shape)}")
    spread = tuple(length for n in shape for length in (1, n))
    repeated = tuple(length for r, n in zip(repeats, shape, strict=True) for length in (r, n))
    copies = b.emit(Expand(repeated), b.emit(Reshape(spread), b.value(0)))
    b.result(Reshape(tuple(r * n for r, n in zip(repeats, shape, strict=True))), copies)
