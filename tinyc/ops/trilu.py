"""Upper or lower triangles of matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Types
from tinyc.ir.types import Array, Shape, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.movement import Movement


@dataclass(frozen=True, slots=True)
class Trilu(Movement):
    """x with zeros below (upper) or above (lower) diagonal `k` of the last two axes; ONNX Trilu.

    Diagonal 0 is the main one, positive ones lie above it. x of any format; quantised zeros are the zero point.
    """

    kind: ClassVar[str] = "trilu"

    upper: bool = True
    k: int = 0

    def out_shape(self, shape: Shape) -> Shape:
        if len(shape) < 2:
            raise GraphError(f"trilu: {list(shape)} is no matrix")
        return shape

    def move(self, x: Array) -> Array:
        return np.where(self.mask(x.shape), x, np.zeros((), x.dtype))

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, quant = inputs[0], out_types[0].quant
        assert x is not None and (quant is None or quant.is_per_tensor)
        zero = np.zeros((), x.dtype) if quant is None else np.array(quant.zero_point[0], x.dtype)
        return (np.where(self.mask(x.shape), x, zero),)

    def mask(self, shape: Shape) -> Array:
        """True where an element of a matrix stays."""
        rows, columns = np.ogrid[: shape[-2], : shape[-1]]
        distance = columns - rows
        return np.asarray(distance >= self.k if self.upper else distance <= self.k)


@from_onnx("Trilu")
def trilu(node: Node, b: Builder) -> None:
    k = b.optional_constant(1, "k")
    b.result(Trilu(bool(node.int("upper", 1)), 0 if k is None else int(k.reshape(-1)[0])), b.number(0))
