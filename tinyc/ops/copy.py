"""The same tensor a second time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from tinyc.ir.graph import Types
from tinyc.ir.types import DENSE, Array, Shape, TensorType
from tinyc.ops.by_element import ByElement
from tinyc.ops.movement import Movement


@dataclass(frozen=True, slots=True)
class Copy(ByElement, Movement):
    """y = x in memory of its own: for outputs of the model that are its inputs or constants."""

    kind: ClassVar[str] = "copy"

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        return (replace(x, encoding=DENSE),)

    def out_shape(self, shape: Shape) -> Shape:
        return shape

    def move(self, x: Array) -> Array:
        return x
