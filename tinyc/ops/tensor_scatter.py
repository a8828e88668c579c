"""Rows of a cache replaced by new ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx


@dataclass(frozen=True, slots=True)
class TensorScatter(Operator):
    """y = x with the elements of `update` along `axis` from index starts[b] on; ONNX TensorScatter.

    x [B, ..., S, ...], update [B, ..., U, ...] with U <= S, one format; starts int64 [B], 0 if missing. `circular`
    wraps places modulo S. Otherwise a place outside the cache is left out: run-time data never leads outside the array.
    """

    kind: ClassVar[str] = "tensor_scatter"
    slots: ClassVar[tuple[str, ...]] = ("x", "update", "starts")

    axis: int
    circular: bool = False

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, update, starts = inputs
        assert x is not None and update is not None
        rest = [(a, b) for i, (a, b) in enumerate(zip(x.shape, update.shape, strict=False)) if i != self.axis]
        if x.rank != update.rank or not 0 < self.axis < x.rank or any(a != b for a, b in rest):
            raise GraphError(f"tensor_scatter along axis {self.axis}: {x} and {update} do not go together")
        if update.shape[self.axis] > x.shape[self.axis] or (x.dtype, x.quant) != (update.dtype, update.quant):
            raise GraphError(f"tensor_scatter along axis {self.axis}: {update} does not fit into {x}")
        if starts is not None and (starts.dtype is not DType.S64 or starts.shape != x.shape[:1]):
            raise GraphError(f"tensor_scatter: write_indices are int64[{x.shape[0]}], not {starts}")
        return (x,)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, update, starts = inputs
        assert x is not None and update is not None
        result = np.moveaxis(x.copy(), self.axis, 1)
        new, length = np.moveaxis(update, self.axis, 1), x.shape[self.axis]
        for batch in range(x.shape[0]):
            places = np.arange(new.shape[1]) + (0 if starts is None else int(starts[batch]))
            places = places % length if self.circular else places
            inside = (places >= 0) & (places < length)
            result[batch, places[inside]] = new[batch, inside]
        return (np.ascontiguousarray(np.moveaxis(result, 1, self.axis)),)


@from_onnx("TensorScatter")
def tensor_scatter(node: Node, b: Builder) -> None:
    mode = node.string("mode", "linear")
    if mode not in ("linear", "circular"):
        raise UnsupportedOp(f'mode "{mode}" is not one of linear, circular')
    axis = node.int("axis", -2) % b.type_of(b.value(0)).rank
    b.result(TensorScatter(axis, mode == "circular"), b.value(0), b.value(1), b.optional(2))
