"""Running sums and products along an axis."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx


@dataclass(frozen=True, slots=True)
class Cumulative(Operator):
    """Base of both. x and y of one shape, float32, int32 or int64 (which wrap); computed in the format of x, in order.

    `reverse` starts at the end of the axis. With `exclusive`, an element does not count for its own result, and the
    first is the neutral number.
    """

    neutral: ClassVar[int] = 0

    axis: int
    exclusive: bool = False
    reverse: bool = False

    @property
    def follows_layout(self) -> bool:
        return True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        if x.dtype not in (DType.F32, DType.S32, DType.S64):
            raise GraphError(f"{self.kind}: takes float32, int32 or int64, not {x}")
        return (x,)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        values = np.moveaxis(x, self.axis, 0)
        values = values[::-1] if self.reverse else values
        if self.exclusive:
            values = np.concatenate([np.full_like(values[:1], self.neutral), values[:-1]])
        result = self.run(values)
        return (np.ascontiguousarray(np.moveaxis(result[::-1] if self.reverse else result, 0, self.axis)),)

    @abstractmethod
    def run(self, x: Array) -> Array:
        """Along axis 0, in the format of x."""


@dataclass(frozen=True, slots=True)
class CumSum(Cumulative):
    """Running sum; ONNX CumSum."""

    kind: ClassVar[str] = "cum_sum"

    def run(self, x: Array) -> Array:
        return np.cumsum(x, axis=0, dtype=x.dtype)


@dataclass(frozen=True, slots=True)
class CumProd(Cumulative):
    """Running product; ONNX CumProd."""

    kind: ClassVar[str] = "cum_prod"
    neutral: ClassVar[int] = 1

    def run(self, x: Array) -> Array:
        return np.cumprod(x, axis=0, dtype=x.dtype)


@from_onnx("CumSum", "CumProd")
def cumulative(node: Node, b: Builder) -> None:
    axis, rank = int(b.constant(1, "axis").reshape(-1)[0]), b.type_of(b.number(0)).rank
    if not -rank <= axis < rank:
        raise GraphError(f"axis {axis} does not go with rank {rank}")
    cls = CumSum if node.op_type == "CumSum" else CumProd
    b.result(cls(axis % rank, bool(node.int("exclusive")), bool(node.int("reverse"))), b.number(0))
