"""Elements picked by index along an axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, ModelError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, Shape, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.reshape import Reshape
from tinyc.ops.slice import Slice


@dataclass(frozen=True, slots=True)
class Gather(Operator):
    """y = x with `axis` replaced by the axes of `indices`; ONNX Gather.

    x of any format, which y has as well; indices int32 or int64. Negative ones count from the end. An index outside
    reads the nearest element inside, so that run-time data never leads outside the array.
    """

    kind: ClassVar[str] = "gather"
    slots: ClassVar[tuple[str, ...]] = ("x", "indices")

    axis: int

    @property
    def integer_ready(self) -> bool:
        return True

    @property
    def int16_ready(self) -> bool:
        return True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, indices = inputs
        assert x is not None and indices is not None
        if indices.dtype not in (DType.S32, DType.S64):
            raise GraphError(f"gather: indices must be int32 or int64, not {indices}")
        if x.quant is not None and not x.quant.is_per_tensor:
            raise GraphError("gather: x is quantised per channel")
        shape = x.shape[: self.axis] + indices.shape + x.shape[self.axis + 1 :]
        return (TensorType(x.dtype, shape, quant=x.quant),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, indices = inputs
        assert x is not None and indices is not None
        length = x.shape[self.axis]
        inside = np.clip(np.where(indices < 0, indices + length, indices), 0, length - 1)
        return (np.take(x, inside, axis=self.axis),)


@from_onnx("Gather")
def gather(node: Node, b: Builder) -> None:
    x = b.type_of(b.value(0))
    _gather(b, b.value(0), node.int("axis") % x.rank)


@from_onnx("ArrayFeatureExtractor", domain="ai.onnx.ml")
def array_feature_extractor(node: Node, b: Builder) -> None:
    """Gather on the last axis with a flat list of indices; a vector of features counts as one row."""
    rank = b.type_of(b.value(0)).rank
    indices = b.emit(Reshape((b.type_of(b.value(1)).elements,)), b.value(1))
    if rank == 1:
        row = b.emit(Reshape((1, b.type_of(b.value(0)).elements)), b.value(0))
        b.result(Gather(1), row, indices)
    else:
        b.result(Gather(rank - 1), b.value(0), indices)


def _gather(b: Builder, x: str, axis: int) -> None:
    indices = b.value(1)
    known = b.draft.constants.get(indices)
    length = b.type_of(x).shape[axis]
    if known is not None and known.array.size and not -length <= known.array.min() <= known.array.max() < length:
        raise ModelError(f"an index is outside [{-length}, {length - 1}]")
    part = None if known is None else _as_slice(b.type_of(x).shape, axis, known.array.reshape(-1) % length)
    if part is None:
        b.result(Gather(axis), x, indices)
        return
    shape = part.lengths[:axis] + b.type_of(indices).shape + part.lengths[axis + 1 :]
    b.result(Reshape(shape), b.emit(part, x))


def _as_slice(shape: Shape, axis: int, indices: Array) -> Slice | None:
    """The slice that picks the same elements, where the known indices go up or down in equal steps."""
    steps = np.unique(np.diff(indices))
    if indices.size == 0 or steps.size > 1 or 0 in steps:
        return None
    ranges = [(0, length, 1) for length in shape]
    ranges[axis] = (int(indices[0]), indices.size, int(steps[0]) if steps.size else 1)
    return Slice(*(tuple(column) for column in zip(*ranges, strict=True)))
