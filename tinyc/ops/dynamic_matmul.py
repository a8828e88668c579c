"""Product of two run-time matrices that become int8 at run time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.clamp import Clamp, clamp_real
from tinyc.ops.dynamic import quantize_rows
from tinyc.ops.matmul import MatMul


@dataclass(frozen=True, slots=True)
class DynamicMatMul(Operator):
    """y[..., i, j] = clamp(float32(sum over k of p[i, k] * q[k, j]) * scale_a[i] * scale_b[j]), in this order.

    a float32 [..., M, K], b float32 [..., K, N], broadcast as MatMul does; p are the int8 of each row of a, q those of
    each column of b, as `dynamic.py` has them.
    """

    kind: ClassVar[str] = "dynamic_matmul"
    slots: ClassVar[tuple[str, ...]] = ("a", "b")

    clamp: Clamp = None

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        return MatMul().infer(inputs)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        a, b = inputs
        assert a is not None and b is not None
        rows, row_scale = quantize_rows(a)
        columns, column_scale = quantize_rows(np.swapaxes(b, -1, -2))
        sums = np.matmul(rows, np.swapaxes(columns, -1, -2)).astype(np.float32)
        with np.errstate(invalid="ignore"):
            y = (sums * row_scale) * np.swapaxes(column_scale, -1, -2)
        return (clamp_real(y, self.clamp),)

    def macs(self, inputs: Types, outputs: tuple[TensorType, ...]) -> int:
        return MatMul().macs(inputs, outputs)
