"""Another shape for the same elements: Reshape, Flatten, Squeeze, Unsqueeze."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from tinyc.errors import GraphError
from tinyc.ir.types import Array, Shape
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.movement import Movement


@dataclass(frozen=True, slots=True)
class Reshape(Movement):
    """The elements of x, in the order of its logical axes, with another shape of the same size."""

    kind: ClassVar[str] = "reshape"

    shape: tuple[int, ...]

    def out_shape(self, shape: Shape) -> Shape:
        if prod(shape) != prod(self.shape):
            raise GraphError(f"reshape: {list(shape)} does not become {list(self.shape)}: other number of elements")
        return self.shape

    def move(self, x: Array) -> Array:
        return x.reshape(self.shape)


@from_onnx("Reshape")
def reshape(node: Node, b: Builder) -> None:
    shape = b.type_of(b.value(0)).shape
    target = node.ints("shape") if "shape" in node.attributes else tuple(map(int, b.constant(1, "shape")))
    b.result(Reshape(_resolved(shape, target or (), bool(node.int("allowzero")))), b.value(0))


def _resolved(shape: Shape, target: Shape, allow_zero: bool) -> Shape:
    """The target with 0 (copy the length, unless `allow_zero`) and one -1 (what remains) replaced by lengths."""
    if not allow_zero:
        if any(length == 0 and axis >= len(shape) for axis, length in enumerate(target)):
            raise GraphError(f"reshape: 0 in {list(target)} copies an axis that {list(shape)} does not have")
        target = tuple(shape[axis] if length == 0 else length for axis, length in enumerate(target))
    known = prod(length for length in target if length != -1)
    if target.count(-1) > 1 or min(target, default=1) < -1 or (-1 in target and (known == 0 or prod(shape) % known)):
        raise GraphError(f"reshape: {list(shape)} does not become {list(target)}")
    return tuple(prod(shape) // known if length == -1 else length for length in target)


@from_onnx("Flatten")
def flatten(node: Node, b: Builder) -> None:
    shape = b.type_of(b.value(0)).shape
    axis = node.int("axis", 1)
    axis = axis + len(shape) if axis < 0 else axis
    b.result(Reshape((prod(shape[:axis]), prod(shape[axis:]))), b.value(0))


@from_onnx("Squeeze")
def squeeze(node: Node, b: Builder) -> None:
    shape = b.type_of(b.value(0)).shape
    given = _axes(node, b)
    axes = range(len(shape)) if given is None else _positive(given, len(shape))
    if given is not None and any(shape[axis] != 1 for axis in axes):
        raise GraphError(f"axes {list(given)} of {list(shape)} do not all have length 1")
    b.result(Reshape(tuple(n for axis, n in enumerate(shape) if axis not in axes or n != 1)), b.value(0))


@from_onnx("Unsqueeze")
def unsqueeze(node: Node, b: Builder) -> None:
    shape = b.type_of(b.value(0)).shape
    given = _axes(node, b) or ()
    rank = len(shape) + len(given)
    axes = _positive(given, rank)
    if len(axes) != len(given):
        raise GraphError(f"axes {list(given)} name one axis twice")
    rest = iter(shape)
    b.result(Reshape(tuple(1 if axis in axes else next(rest) for axis in range(rank))), b.value(0))


def _axes(node: Node, b: Builder) -> tuple[int, ...] | None:
    """Axes from the attribute (before opset 13) or from the second input; None if not given."""
    given = b.optional_constant(1, "axes")
    return node.ints("axes") if given is None else tuple(int(axis) for axis in given.reshape(-1))


def _positive(axes: tuple[int, ...], rank: int) -> set[int]:
    if any(not -rank <= axis < rank for axis in axes):
        raise GraphError(f"axes {list(axes)} do not go with rank {rank}")
    return {axis % rank for axis in axes}
