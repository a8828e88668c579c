"""Elements or blocks written at places that indices name: Scatter, ScatterElements, ScatterND."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from math import prod
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.flat_index import along_axis, axis_of, of_rows
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.reshape import Reshape


class ScatterHow(Enum):
    """What becomes of the element that is there."""

    NONE = "none"
    ADD = "add"
    MUL = "mul"
    MIN = "min"
    MAX = "max"


@dataclass(frozen=True, slots=True)
class Scatter(Operator):
    """y = x, where y[indices[i]] is replaced by, or combined with, updates[i], one after another.

    x [n, block...], indices int32 [m], updates [m, block...], y like x: all of one format, scale and zero point.
    An index outside writes to the nearest row inside. Of equal indices the last one wins. Plain integers wrap.
    """

    kind: ClassVar[str] = "scatter"
    slots: ClassVar[tuple[str, ...]] = ("x", "indices", "updates")

    how: ScatterHow = ScatterHow.NONE

    @property
    def integer_ready(self) -> bool:
        return self.how in (ScatterHow.NONE, ScatterHow.MIN, ScatterHow.MAX)

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, indices, updates = inputs
        assert x is not None and indices is not None and updates is not None
        if indices.dtype is not DType.S32 or indices.rank != 1 or updates.shape != indices.shape + x.shape[1:]:
            raise GraphError(f"scatter: {indices} and updates {updates} do not go with {x}")
        if updates.dtype is not x.dtype:
            raise GraphError(f"scatter: updates {updates} have another number format than {x}")
        return (TensorType(x.dtype, x.shape, quant=x.quant),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, indices, updates = inputs
        assert x is not None and indices is not None and updates is not None
        y = x.copy()
        for row, update in zip(np.clip(indices, 0, len(x) - 1).tolist(), updates, strict=True):
            y[row] = update if self.how is ScatterHow.NONE else _COMBINE[self.how](y[row], update)
        return (y,)


_COMBINE: dict[ScatterHow, Callable[[Array, Array], Array]] = {
    ScatterHow.ADD: np.add,
    ScatterHow.MUL: np.multiply,
    ScatterHow.MIN: lambda there, update: np.where(update < there, update, there),
    ScatterHow.MAX: lambda there, update: np.where(update > there, update, there),
}


@from_onnx("Scatter", "ScatterElements")
def scatter_elements(node: Node, b: Builder) -> None:
    x, updates = b.value(0), b.value(2)
    shape = b.type_of(x).shape
    if b.type_of(updates).shape != b.type_of(b.value(1)).shape:
        raise GraphError(f"updates {b.type_of(updates)} and indices {b.type_of(b.value(1))} differ in shape")
    places = along_axis(b, b.value(1), shape, axis_of(node, len(shape)))
    _scatter(node, b, places, x, 1, prod(shape))


@from_onnx("ScatterND")
def scatter_nd(node: Node, b: Builder) -> None:
    x = b.value(0)
    shape = b.type_of(x).shape
    places = of_rows(b, b.value(1), shape)
    indexed = b.type_of(b.value(1)).shape[-1]
    _scatter(node, b, places, x, prod(shape[indexed:]), prod(shape[:indexed]))


def _scatter(node: Node, b: Builder, places: str, x: str, block: int, rows: int) -> None:
    """Flatten all operands to rows of a block each, scatter, and give the result the shape of x."""
    how = node.string("reduction", "none")
    if how not in [known.value for known in ScatterHow]:
        raise UnsupportedOp(f'reduction "{how}" is not one of none, add, mul, min, max')
    if how != "none" and b.type_of(x).dtype is DType.BOOL:
        raise UnsupportedOp(f'reduction "{how}" of bool', hint="use Where, Or or And")
    count = b.type_of(places).elements
    operands = (
        b.emit(Reshape((rows, block)), x),
        b.emit(Reshape((count,)), places),
        b.emit(Reshape((count, block)), b.value(2)),
    )
    b.result(Reshape(b.type_of(x).shape), b.emit(Scatter(ScatterHow(how)), *operands))
