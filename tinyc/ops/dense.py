"""Fully connected layer: a matrix of constant weights applied to the last axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.clamp import Clamp, clamp_real
from tinyc.ops.integer import centred, requantize_channels, require_bias
from tinyc.ops.weight_scales import grouped_product


@dataclass(frozen=True, slots=True)
class Dense(Operator):
    """y[..., m] = clamp(bias[m] + sum_k w[m, k] * x[..., k]); ONNX Gemm and MatMul with constant weights.

    x [..., K], w [M, K], bias [M]; y [..., M]. Quantised, or with quantised weights alone, as in conv2d.
    """

    kind: ClassVar[str] = "dense"
    slots: ClassVar[tuple[str, ...]] = ("x", "w", "b")

    clamp: Clamp = None

    @property
    def integer_ready(self) -> bool:
        return True

    @property
    def int16_ready(self) -> bool:
        return True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, w = inputs[0], inputs[1]
        assert x is not None and w is not None
        if w.rank != 2 or x.rank < 1 or x.shape[-1] != w.shape[1]:
            raise GraphError(f"dense: input {x} and weights {w} do not go together")
        require_bias(inputs, w.shape[0])
        return (x.with_shape((*x.shape[:-1], w.shape[0])).with_quant(x.dtype, None),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, w, bias = inputs
        assert x is not None and w is not None
        if out_types[0].quant is None:
            acc = grouped_product(x, w, in_types[1])
            acc = acc if bias is None else acc + bias
            return (clamp_real(acc, self.clamp).astype(np.float32),)
        acc = centred(x, in_types[0]) @ centred(w, in_types[1]).T
        if bias is not None:
            acc = acc + bias
        return (requantize_channels(acc.astype(np.int64), in_types, out_types[0], self.clamp, axis=x.ndim - 1),)

    def macs(self, inputs: Types, outputs: tuple[TensorType, ...]) -> int:
        w = inputs[1]
        assert w is not None
        return outputs[0].elements * w.shape[1]
