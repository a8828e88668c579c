"""Places in a flat array from multi-dimensional indices, and the converters that read through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, ModelError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, Shape, TensorType
from tinyc.ops.gather import Gather
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.reshape import Reshape


@dataclass(frozen=True, slots=True)
class FlatIndex(Operator):
    """y[i0, i1, ...] = sum i_a * base[a] + sum over c of inside(indices[i0, i1, ..., c], lengths[c]) * strides[c].

    indices int32 or int64 [..., components]; y int32 [...]. Negative indices count from the end; what is outside even
    so becomes the nearest index inside, so that run-time data never leads outside the array.
    """

    kind: ClassVar[str] = "flat_index"
    slots: ClassVar[tuple[str, ...]] = ("indices",)

    base: tuple[int, ...]
    lengths: tuple[int, ...]
    strides: tuple[int, ...]

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        indices = inputs[0]
        assert indices is not None
        if indices.dtype not in (DType.S32, DType.S64):
            raise GraphError(f"flat_index: indices must be int32 or int64, not {indices}")
        components = len(self.lengths)
        if not indices.rank - 1 == len(self.base) or indices.shape[-1] != components or components != len(self.strides):
            raise GraphError(f"flat_index: {indices} does not go with {components} components")
        return (TensorType(DType.S32, indices.shape[:-1]),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        indices = inputs[0]
        assert indices is not None
        lengths = np.array(self.lengths, np.int64)
        inside = np.clip(np.where(indices < 0, indices + lengths, indices), 0, lengths - 1)
        places = (inside * np.array(self.strides, np.int64)).sum(axis=-1)
        for axis, stride in enumerate(self.base):
            steps = np.arange(places.shape[axis]) * stride
            places = places + steps.reshape(-1, *([1] * (places.ndim - 1 - axis)))
        return (places.astype(np.int32).reshape(out_types[0].shape),)


def row_major(shape: Sequence[int]) -> tuple[int, ...]:
    """Elements between neighbours along each axis."""
    return tuple(prod(shape[axis + 1 :]) for axis in range(len(shape)))


def along_axis(b: Builder, indices: str, shape: Shape, axis: int) -> str:
    """Flat places of GatherElements and ScatterElements: `indices` names the place along one axis of `shape`, the
    other axes are where the index itself stands.
    """
    have = b.type_of(indices).shape
    if len(have) != len(shape) or any(n > m for a, (n, m) in enumerate(zip(have, shape, strict=True)) if a != axis):
        raise GraphError(f"indices {list(have)} do not go with {list(shape)} along axis {axis}")
    check_inside(b, indices, (shape[axis],))
    strides = row_major(shape)
    base = tuple(0 if a == axis else stride for a, stride in enumerate(strides))
    return b.emit(FlatIndex(base, (shape[axis],), (strides[axis],)), b.emit(Reshape((*have, 1)), indices))


def of_rows(b: Builder, indices: str, shape: Shape, batch_axes: int = 0) -> str:
    """Flat places of GatherND and ScatterND, counted in blocks behind the indexed axes of `shape`."""
    have = b.type_of(indices).shape
    indexed = have[-1] + batch_axes if have else 0
    if not have or not batch_axes < len(have) or indexed > len(shape) or have[:batch_axes] != shape[:batch_axes]:
        raise GraphError(f"indices {list(have)} do not go with {list(shape)} and {batch_axes} batch axes")
    lengths = shape[batch_axes:indexed]
    check_inside(b, indices, lengths)
    strides = row_major(shape[:indexed])
    base = strides[:batch_axes] + (0,) * (len(have) - 1 - batch_axes)
    return b.emit(FlatIndex(base, lengths, strides[batch_axes:]), indices)


def check_inside(b: Builder, indices: str, lengths: Sequence[int]) -> None:
    """ModelError if constant indices (one per length along the last axis, or all of one length) lie outside."""
    known = b.draft.constants.get(indices)
    limits = np.array(lengths, np.int64)
    if known is not None and known.array.size and ((known.array < -limits) | (known.array >= limits)).any():
        raise ModelError(f"an index is outside the axes of length {list(lengths)}")


@from_onnx("GatherElements")
def gather_elements(node: Node, b: Builder) -> None:
    shape = b.type_of(b.value(0)).shape
    places = along_axis(b, b.value(1), shape, axis_of(node, len(shape)))
    b.result(Gather(0), b.emit(Reshape((prod(shape),)), b.value(0)), places)


@from_onnx("GatherND")
def gather_nd(node: Node, b: Builder) -> None:
    shape, batch_axes = b.type_of(b.value(0)).shape, node.int("batch_dims")
    indexed = b.type_of(b.value(1)).shape[-1] + batch_axes
    places = of_rows(b, b.value(1), shape, batch_axes)
    b.result(Gather(0), b.emit(Reshape((prod(shape[:indexed]), *shape[indexed:])), b.value(0)), places)


def axis_of(node: Node, rank: int, default: int = 0) -> int:
    """The node's axis, counted from the front; GraphError if there is no such axis."""
    axis = node.int("axis", default)
    if not -rank <= axis < rank:
        raise GraphError(f"axis {axis} does not go with rank {rank}")
    return axis % rank
