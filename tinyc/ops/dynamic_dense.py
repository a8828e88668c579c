"""Fully connected layer whose input becomes int8 at run time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.clamp import Clamp, clamp_real
from tinyc.ops.dense import Dense
from tinyc.ops.dynamic import quantize_rows, scaled_product
from tinyc.ops.weight_scales import matrix_scales


@dataclass(frozen=True, slots=True)
class DynamicDense(Operator):
    """y[..., m] = clamp(bias[m] + scale_x * sum_k w[m, k] * q[..., k]), q int8 of each row of x as `dynamic.py` has it.

    x float32 [..., K], w int8 [M, K] with scales of rows or of groups of inputs, bias float32 [M]; y float32 [..., M].
    """

    kind: ClassVar[str] = "dynamic_dense"
    slots: ClassVar[tuple[str, ...]] = ("x", "w", "b")

    clamp: Clamp = None

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        w = inputs[1]
        assert w is not None
        result = Dense().infer(inputs)
        matrix_scales(w)
        return result

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        (x, w, bias), kind = (*inputs, None)[:3], in_types[1]
        assert x is not None and w is not None and kind is not None
        q, scale = quantize_rows(x)
        with np.errstate(invalid="ignore"):
            y = scaled_product(q, w, matrix_scales(kind)) * scale
        return (clamp_real(y + (np.float32(0.0) if bias is None else bias), self.clamp),)

    def macs(self, inputs: Types, outputs: tuple[TensorType, ...]) -> int:
        return Dense().macs(inputs, outputs)
