"""Columns of an image, copied from rows that are wider or narrower: made by lowering, never imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tinyc.ir.graph import Arrays, Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.by_element import ByElement


@dataclass(frozen=True, slots=True)
class Columns(ByElement):
    """y = x, of whole images. In a strip, x and y hold some columns each: those from number `source` of x on become
    those from `target` on of y, as many as both have; with `fills`, columns of y behind them become real zeros.
    """

    kind: ClassVar[str] = "columns"

    source: int = 0
    target: int = 0
    fills: bool = False

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        return (x,)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        return (x,)
