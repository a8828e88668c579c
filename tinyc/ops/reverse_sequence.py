"""Sequences of different lengths, each turned round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx


@dataclass(frozen=True, slots=True)
class ReverseSequence(Operator):
    """The first lengths[b] steps of sequence b in reverse order, the others as they are; ONNX ReverseSequence.

    x of any format [T, B, ...], or [B, T, ...] if `batch_first`; lengths int64 [B], limited to [0, T], so that run-time
    data never leads outside the array.
    """

    kind: ClassVar[str] = "reverse_sequence"
    slots: ClassVar[tuple[str, ...]] = ("x", "lengths")

    batch_first: bool = False

    @property
    def integer_ready(self) -> bool:
        return True

    @property
    def int16_ready(self) -> bool:
        return True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, lengths = inputs
        assert x is not None and lengths is not None
        if x.rank < 2 or lengths.dtype is not DType.S64 or lengths.shape != (x.shape[0 if self.batch_first else 1],):
            raise GraphError(f"reverse_sequence: {x} and lengths {lengths} do not go together")
        if x.quant is not None and not x.quant.is_per_tensor:
            raise GraphError("reverse_sequence: x is quantised per channel")
        return (TensorType(x.dtype, x.shape, quant=x.quant),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, lengths = inputs
        assert x is not None and lengths is not None
        rows = x if self.batch_first else np.swapaxes(x, 0, 1)
        turned = rows.copy()
        for row, length in enumerate(np.clip(lengths, 0, rows.shape[1])):
            turned[row, :length] = rows[row, :length][::-1]
        return (np.ascontiguousarray(turned if self.batch_first else np.swapaxes(turned, 0, 1)),)


@from_onnx("ReverseSequence")
def reverse_sequence(node: Node, b: Builder) -> None:
    time_axis, batch_axis = node.int("time_axis", 0), node.int("batch_axis", 1)
    if {time_axis, batch_axis} != {0, 1}:
        raise UnsupportedOp(f"time_axis {time_axis} and batch_axis {batch_axis} must be 0 and 1, or 1 and 0")
    b.result(ReverseSequence(batch_axis == 0), b.value(0), b.value(1))
