"""The greatest or smallest elements along an axis, with their places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.flat_index import axis_of
from tinyc.ops.importing import Builder, Node, from_onnx


@dataclass(frozen=True, slots=True)
class TopK(Operator):
    """(values, indices): the `count` greatest (or smallest) elements of each run along `axis`, best first; ONNX TopK.

    x of any format but bool; values have its format, indices are int64. Among equals the lower index comes first; NaN
    comes after every number. ONNX leaves the order open where sorted is 0: it is the same here.
    """

    kind: ClassVar[str] = "topk"

    count: int
    axis: int
    largest: bool = True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        if not 1 <= self.count <= x.shape[self.axis]:
            raise GraphError(f"topk: {self.count} elements of {x} along axis {self.axis}")
        shape = (*x.shape[: self.axis], self.count, *x.shape[self.axis + 1 :])
        return TensorType(x.dtype, shape, quant=x.quant), TensorType(DType.S64, shape)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        key = x if not self.largest else (-x if x.dtype.kind == "f" else ~x)
        order = np.argsort(key, axis=self.axis, kind="stable")
        places = np.take(order, np.arange(self.count), axis=self.axis)
        return np.take_along_axis(x, places, axis=self.axis), places.astype(np.int64)


@from_onnx("TopK")
def topk(node: Node, b: Builder) -> None:
    rank = b.type_of(b.value(0)).rank
    count = node.int("k") if "k" in node.attributes else int(b.constant(1, "k").reshape(-1)[0])
    b.result(TopK(count, axis_of(node, rank, -1), bool(node.int("largest", 1))), b.value(0))
