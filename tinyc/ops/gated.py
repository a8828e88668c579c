"""Activations that come with a sum or a product: SwiGLU, and the gelus of ONNX Runtime."""

from __future__ import annotations

from tinyc.ir.graph import Operator
from tinyc.ops.binary import Add, Mul
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.unary import Swish


@from_onnx("SwiGLU")
def swiglu(node: Node, b: Builder) -> None:
    b.result(Mul(), b.emit(Swish(node.float("alpha", 1.0)), b.number(0)), b.number(1))


@from_onnx("Gelu", "BiasGelu", domain="com.microsoft")
def gelu(node: Node, b: Builder) -> None:
    b.result(Operator.registry["gelu"](), _biased(b))


@from_onnx("FastGelu", domain="com.microsoft")
def fast_gelu(node: Node, b: Builder) -> None:
    b.result(Operator.registry["gelu_tanh"](), _biased(b))


@from_onnx("QuickGelu", domain="com.microsoft")
def quick_gelu(node: Node, b: Builder) -> None:
    b.result(Swish(node.float("alpha", 1.702)), b.number(0))


def _biased(b: Builder) -> str:
    """The input, plus a bias along its last axis if there is one."""
    bias = b.optional(1)
    return b.number(0) if bias is None else b.emit(Add(), b.number(0), bias)
