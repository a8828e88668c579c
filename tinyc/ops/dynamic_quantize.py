"""Quantisation whose scale follows the data of each call, as ONNX Runtime's dynamic quantiser writes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.binary import Add, Mul
from tinyc.ops.cast import Cast
from tinyc.ops.fixedpoint import quantize_real
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.integer_sums import integer_product

STEPS = 255


@dataclass(frozen=True, slots=True)
class DynamicQuantize(Operator):
    """ONNX DynamicQuantizeLinear: x float32; y uint8, its scale (float32) and its zero point (uint8), both scalars.

    The range is that of x and 0. All zeros have scale 1. Everything in float32, in the order of the standard.
    """

    kind: ClassVar[str] = "dynamic_quantize"

    @property
    def follows_layout(self) -> bool:
        return True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        if not x.dtype.is_float:
            raise GraphError(f"dynamic_quantize: takes float32, not {x}")
        return x.with_quant(DType.U8, None), TensorType(DType.F32, ()), TensorType(DType.U8, ())

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        zero = np.float32(0.0)
        low = np.minimum(np.fmin.reduce(x, axis=None, initial=zero), zero)
        high = np.maximum(np.fmax.reduce(x, axis=None, initial=zero), zero)
        scale = np.float32(1.0) if high == low else (high - low) / np.float32(STEPS)
        zero_point = quantize_real(np.asarray(-low), np.asarray(scale), np.asarray(0), 0, STEPS)
        y = quantize_real(x, np.asarray(scale), zero_point, 0, STEPS)
        return y.astype(np.uint8), np.asarray(scale, np.float32), zero_point.astype(np.uint8)


@from_onnx("DynamicQuantizeLinear")
def dynamic_quantize_linear(node: Node, b: Builder) -> None:
    b.result(DynamicQuantize(), b.value(0))


@from_onnx("MatMulIntegerToFloat", domain="com.microsoft")
def matmul_integer_to_float(node: Node, b: Builder) -> None:
    """a, b, a_scale, b_scale, a_zero_point, b_zero_point, bias."""
    sums = integer_product(b, b.value(0), b.value(1), b.optional(4), b.optional(5), f"{node.outputs[0]}.sums")
    _scaled(b, sums, b.value(2), b.value(3), b.optional(6))


@from_onnx("DynamicQuantizeMatMul", domain="com.microsoft")
def dynamic_quantize_matmul(node: Node, b: Builder) -> None:
    """a (float), b, b_scale, b_zero_point, bias."""
    a, a_scale, a_zero = b.emit_all(DynamicQuantize(), b.value(0))
    sums = integer_product(b, a, b.value(1), a_zero, b.optional(3), f"{node.outputs[0]}.sums")
    _scaled(b, sums, a_scale, b.value(2), b.optional(4))


@from_onnx("DynamicQuantizeLSTM", "QAttention", domain="com.microsoft")
def dynamic_recurrent(node: Node, b: Builder) -> None:
    raise UnsupportedOp(
        "the dynamically quantised form has no kernel",
        hint='give the float model and the recipe line quantize(activations=dynamic), which takes gru and lstm',
    )


def _scaled(b: Builder, sums: str, first: str, second: str, bias: str | None) -> None:
    """The node's output: int32 sums times both scales, plus the bias."""
    scale = b.emit(Mul(), first, second)
    real = b.emit(Cast(DType.F32), sums)
    if bias is None:
        b.result(Mul(), real, scale)
    else:
        b.result(Add(), b.emit(Mul(), real, scale), bias)
