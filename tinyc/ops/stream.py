"""Several ops as one, whose values between are never whole in memory: made by lowering, never imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from tinyc.ir.graph import Arrays, Op, Operator, Types
from tinyc.ir.types import Array, TensorType


@dataclass(frozen=True, slots=True)
class Stream(Operator):
    """y = the last of `ops`, which read the inputs by the names in `reads`, and each other.

    The meaning is that of the ops one after the other on whole tensors; `types` are those of all values.
    """

    kind: ClassVar[str] = "stream"
    slots: ClassVar[tuple[str, ...]] = ("x", "constants*")

    ops: tuple[Op, ...]
    reads: tuple[str, ...]
    types: tuple[tuple[str, TensorType], ...]

    @property
    def known(self) -> Mapping[str, TensorType]:
        """The type of each value by its name."""
        return dict(self.types)

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        return (self.known[self.ops[-1].outputs[0]],)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        known = self.known
        values = dict(zip(self.reads, inputs, strict=True))
        for op in self.ops:
            arrays = tuple(None if name is None else values[name] for name in op.inputs)
            types = tuple(None if name is None else known[name] for name in op.inputs)
            found = op.operator.evaluate(arrays, types, tuple(known[name] for name in op.outputs))
            values.update(zip(op.outputs, found, strict=True))
        result = values[self.ops[-1].outputs[0]]
        assert result is not None
        return (result,)

    def macs(self, inputs: Types, outputs: tuple[TensorType, ...]) -> int:
        known = self.known
        return sum(
            op.operator.macs(
                tuple(None if name is None else known[name] for name in op.inputs),
                tuple(known[name] for name in op.outputs),
            )
            for op in self.ops
        )
