"""Tensors one after another along an axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx


@dataclass(frozen=True, slots=True)
class Concat(Operator):
    """The inputs in order along `axis`, all other lengths equal; one format, scale and zero point for all."""

    kind: ClassVar[str] = "concat"
    slots: ClassVar[tuple[str, ...]] = ("x*",)

    axis: int

    @property
    def follows_layout(self) -> bool:
        return True

    @property
    def integer_ready(self) -> bool:
        return True

    @property
    def int16_ready(self) -> bool:
        return True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        kinds = [kind for kind in inputs if kind is not None]
        first = kinds[0]
        for kind in kinds:
            lengths = [have == want for have, want in zip(kind.shape, first.shape, strict=False)]
            del lengths[self.axis : self.axis + 1]
            if kind.rank != first.rank or self.axis >= kind.rank or not all(lengths) or kind.dtype is not first.dtype:
                raise GraphError(f"concat along axis {self.axis}: {first} and {kind} do not go together")
        shape = list(first.shape)
        shape[self.axis] = sum(kind.shape[self.axis] for kind in kinds)
        return (TensorType(first.dtype, tuple(shape), quant=first.quant),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        return (np.concatenate([array for array in inputs if array is not None], axis=self.axis),)


@from_onnx("Concat")
def concat(node: Node, b: Builder) -> None:
    axis = node.int("axis")
    rank = b.type_of(b.value(0)).rank
    if not -rank <= axis < rank:
        raise GraphError(f"axis {axis} does not go with rank {rank}")
    b.result(Concat(axis % rank), *(b.value(index) for index in range(len(node.inputs))))
