"""Parts of a tensor: Slice, and Split as several slices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from tinyc.errors import GraphError
from tinyc.ir.types import Array, Shape
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.movement import Movement


@dataclass(frozen=True, slots=True)
class Slice(Movement):
    """y[i] = x[start + i * step] for i < length along every axis; one entry of each field per axis.

    `steps` may be negative. All elements read lie inside x.
    """

    kind: ClassVar[str] = "slice"

    starts: tuple[int, ...]
    lengths: tuple[int, ...]
    steps: tuple[int, ...]

    @property
    def follows_layout(self) -> bool:
        return True

    def out_shape(self, shape: Shape) -> Shape:
        if not len(shape) == len(self.starts) == len(self.lengths) == len(self.steps):
            raise GraphError(f"slice: {len(self.starts)} starts for {list(shape)}")
        for size, start, length, step in zip(shape, self.starts, self.lengths, self.steps, strict=True):
            if length and not (0 <= start < size and 0 <= start + (length - 1) * step < size):
                raise GraphError(f"slice: {length} elements from {start} in steps of {step} leave {list(shape)}")
        return self.lengths

    def move(self, x: Array) -> Array:
        ranges = zip(self.starts, self.lengths, self.steps, strict=True)
        return x[tuple(_python_slice(start, length, step) for start, length, step in ranges)]


def _python_slice(start: int, length: int, step: int) -> slice:
    stop = start + length * step
    return slice(start, None if stop < 0 else stop, step)


@from_onnx("Slice")
def slice_(node: Node, b: Builder) -> None:
    shape = b.type_of(b.value(0)).shape
    starts, ends = _operand(node, b, 1, "starts"), _operand(node, b, 2, "ends")
    if starts is None or ends is None:
        raise GraphError("starts and ends are missing")
    axes = _operand(node, b, 3, "axes") or tuple(range(len(starts)))
    steps = _operand(node, b, 4, "steps") or (1,) * len(starts)
    b.result(sliced(shape, starts, ends, axes, steps), b.value(0))


def _operand(node: Node, b: Builder, index: int, name: str) -> tuple[int, ...] | None:
    """From the attribute (before opset 10) or from an input."""
    given = b.optional_constant(index, name)
    return node.ints(name) if given is None else tuple(int(value) for value in given.reshape(-1))


def sliced(
    shape: Shape, starts: Sequence[int], ends: Sequence[int], axes: Sequence[int], steps: Sequence[int]
) -> Slice:
    """The slice that ONNX's numbers mean: negative ones count from the end, those outside are clamped."""
    rank = len(shape)
    ranges = [(0, length, 1) for length in shape]
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        if not -rank <= axis < rank or step == 0:
            raise GraphError(f"slice: axis {axis} in steps of {step} does not go with {list(shape)}")
        first, last, _ = slice(start, end, step).indices(shape[axis])
        ranges[axis % rank] = (first, len(range(first, last, step)), step)
    return Slice(*(tuple(column) for column in zip(*ranges, strict=True)))


@from_onnx("Split")
def split(node: Node, b: Builder) -> None:
    shape = b.type_of(b.value(0)).shape
    axis = node.int("axis")
    if not -len(shape) <= axis < len(shape):
        raise GraphError(f"axis {axis} does not go with {list(shape)}")
    axis %= len(shape)
    start = 0
    for index, length in enumerate(_split_lengths(node, b, shape[axis])):
        part = sliced(shape, (start,), (start + length,), (axis,), (1,))
        b.alias(b.emit(part, b.value(0), stem=node.outputs[index] or f"{node.outputs[0]}.part{index}"), index)
        start += length


def _split_lengths(node: Node, b: Builder, total: int) -> tuple[int, ...]:
    """Lengths given by input or attribute; else equal parts, the last one shorter if need be."""
    given = _operand(node, b, 1, "split")
    count = len(node.outputs)
    if given is None:
        part = -(-total // count)
        given = tuple(max(min(part, total - index * part), 0) for index in range(count))
    if len(given) != count or sum(given) != total:
        raise GraphError(f"parts {list(given)} do not make {count} outputs of {total} elements")
    return given
