"""Small operators for tests of the IR and of passes: every form that an attribute may take, arithmetic that is exact.

They are not in `Operator.registry` unless a test uses the fixture `toy_ops`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

import numpy as np

from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, TensorType


class Mode(Enum):
    """An Enum attribute; one member is spelled like a word of the grammar."""

    NEAREST = "nearest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Steps:
    """A nested attribute."""

    size: tuple[int, ...]
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class ToyAny(Operator):
    """x as it is; carries one attribute of each form."""

    kind: ClassVar[str] = "toy_any"

    count: int = 0
    scale: float = 1.0
    flag: bool = False
    label: str = ""
    to: DType = DType.F32
    mode: Mode = Mode.NEAREST
    bounds: tuple[float, float] | None = None
    axes: tuple[int, ...] = ()
    number: int | float | None = None
    grid: tuple[tuple[int, ...], ...] = ()
    steps: Steps | None = None

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        assert inputs[0] is not None
        return (inputs[0],)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        assert inputs[0] is not None
        return (inputs[0],)


@dataclass(frozen=True, slots=True)
class ToySplit(Operator):
    """x in two halves along its first axis; the second input is optional and unused."""

    kind: ClassVar[str] = "toy_split"
    slots: ClassVar[tuple[str, ...]] = ("x", "hint")

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        assert inputs[0] is not None
        return (inputs[0].with_shape((inputs[0].shape[0] // 2, *inputs[0].shape[1:])),) * 2

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        assert inputs[0] is not None
        first, second = np.split(inputs[0], 2)
        return first, second


TOYS: dict[str, type[Operator]] = {toy.kind: toy for toy in (ToyAny, ToySplit)}
for _kind in TOYS:
    del Operator.registry[_kind]
