"""Index of the greatest or smallest element along an axis."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx


@dataclass(frozen=True, slots=True)
class ArgExtreme(Operator):
    """Base of both: y of format `index`, int64 or int32, the axis of length 1 with `keepdims`, else gone. Among equals
    the first, or the last.

    A NaN is never chosen unless it comes first. Quantised integers stand for themselves: scales are positive.
    """

    axis: int
    keepdims: bool = True
    last: bool = False
    index: DType = DType.S64

    @property
    def follows_layout(self) -> bool:
        return self.keepdims

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        kept = (1,) if self.keepdims else ()
        return (TensorType(self.index, x.shape[: self.axis] + kept + x.shape[self.axis + 1 :]),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        values = np.moveaxis(x, self.axis, 0)
        found, best = np.zeros(values.shape[1:], np.int64), values[0]
        for index in range(1, len(values)):
            wins = self.beats(values[index], best)
            found, best = np.where(wins, index, found), np.where(wins, values[index], best)
        return (found.reshape(out_types[0].shape).astype(self.index.numpy),)

    @abstractmethod
    def beats(self, value: Array, best: Array) -> Array:
        """True where a later value takes the place of the best one so far."""


@dataclass(frozen=True, slots=True)
class ArgMax(ArgExtreme):
    """Index of the greatest element; ONNX ArgMax."""

    kind: ClassVar[str] = "argmax"

    def beats(self, value: Array, best: Array) -> Array:
        return value >= best if self.last else value > best


@dataclass(frozen=True, slots=True)
class ArgMin(ArgExtreme):
    """Index of the smallest element; ONNX ArgMin."""

    kind: ClassVar[str] = "argmin"

    def beats(self, value: Array, best: Array) -> Array:
        return value <= best if self.last else value < best


@from_onnx("ArgMax", "ArgMin")
def arg_extreme(node: Node, b: Builder) -> None:
    cls = ArgMax if node.op_type == "ArgMax" else ArgMin
    axis = node.int("axis") % b.type_of(b.value(0)).rank
    b.result(cls(axis, bool(node.int("keepdims", 1)), bool(node.int("select_last_index"))), b.value(0))
