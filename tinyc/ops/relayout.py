"""Another order of the axes in memory for the same logical tensor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tinyc.ir.graph import Types
from tinyc.ir.types import Array, Layout, Shape, TensorType
from tinyc.ops.movement import Movement


@dataclass(frozen=True, slots=True)
class Relayout(Movement):
    """y = x, lying in memory as `layout` says. Inserted by the layout pass; no ONNX operator."""

    kind: ClassVar[str] = "relayout"

    layout: Layout

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        return (x.with_layout(self.layout),)

    def out_shape(self, shape: Shape) -> Shape:
        return shape

    def move(self, x: Array) -> Array:
        return x
