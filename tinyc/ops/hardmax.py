"""Hardmax: 1 at the first greatest element, 0 elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.ir.graph import Arrays, Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.fixedpoint import quantize_real
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.softmax import Normalise, distribution_axes


@dataclass(frozen=True, slots=True)
class Hardmax(Normalise):
    """1 at the first greatest element along `axes`, 0 elsewhere. Quantised int8: 1 and 0 as y writes them."""

    kind: ClassVar[str] = "hardmax"

    @property
    def integer_ready(self) -> bool:
        return True

    def levels(self, y: TensorType) -> tuple[float, float] | tuple[int, int]:
        """What stands for 0 and for 1 in y."""
        if y.quant is None:
            return 0.0, 1.0
        zero, one = (
            int(quantize_real(np.array(real), y.quant.scales(0), y.quant.zero_points(0), *y.dtype.bounds))
            for real in (0.0, 1.0)
        )
        return zero, one

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, y = inputs[0], out_types[0]
        assert x is not None
        order = [*(axis for axis in range(x.ndim) if axis not in self.axes), *self.axes]
        turned = np.transpose(x, order)
        runs = turned.reshape(-1, int(np.prod([x.shape[axis] for axis in self.axes])))
        zero, one = self.levels(y)
        result = np.full(runs.shape, zero, y.dtype.numpy)
        result[np.arange(len(runs)), runs.argmax(axis=1)] = one
        return (np.transpose(result.reshape(turned.shape), np.argsort(order)),)


@from_onnx("Hardmax")
def hardmax(node: Node, b: Builder) -> None:
    b.result(Hardmax(distribution_axes(node, b.type_of(b.number(0)).rank)), b.number(0))
