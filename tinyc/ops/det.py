"""Determinants of square matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx


@dataclass(frozen=True, slots=True)
class Det(Operator):
    """Determinant of each matrix in the last two axes of x, float32; ONNX Det."""

    kind: ClassVar[str] = "det"

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        if x.dtype is not DType.F32 or x.rank < 2 or x.shape[-1] != x.shape[-2]:
            raise GraphError(f"det: takes square matrices of float32, not {x}")
        return (TensorType(DType.F32, x.shape[:-2]),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        return (np.asarray(np.linalg.det(x.astype(np.float64)), dtype=np.float32),)


@from_onnx("Det")
def det(node: Node, b: Builder) -> None:
    b.result(Det(), b.number(0))
