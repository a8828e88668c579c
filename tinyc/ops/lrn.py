"""Local response normalisation across channels, and normalisation to unit length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.reduce import Reduce, Reduction


@dataclass(frozen=True, slots=True)
class Lrn(Operator):
    """y[n,c,p] = x / (bias + alpha / taps * sum of x^2 over the channels around c) ^ beta; ONNX LRN. float32.

    x and y [N, C, spatial...]. (taps - 1) / 2 channels before c are counted, rounded down, and as many after,
    rounded up.
    """

    kind: ClassVar[str] = "lrn"

    taps: int
    alpha: float = 1e-4
    beta: float = 0.75
    bias: float = 1.0

    @property
    def follows_layout(self) -> bool:
        return True

    @property
    def reach(self) -> tuple[int, int]:
        """Channels before and after the own one that are counted."""
        return (self.taps - 1) // 2, self.taps // 2

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        if x.rank < 2 or not x.dtype.is_float or self.taps < 1:
            raise GraphError(f"lrn: takes float32 of rank 2 and more and size 1 and more, not {x} and {self.taps}")
        return (x,)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        wide = x.astype(np.float64)
        before, after = self.reach
        channels = x.shape[1]
        sums = [
            (wide[:, max(c - before, 0) : min(c + after + 1, channels)] ** 2).sum(axis=1) for c in range(channels)
        ]
        base = self.bias + self.alpha / self.taps * np.stack(sums, axis=1)
        return ((wide / base**self.beta).astype(np.float32),)


@from_onnx("LRN")
def lrn(node: Node, b: Builder) -> None:
    operator = Lrn(node.int("size"), node.float("alpha", 1e-4), node.float("beta", 0.75), node.float("bias", 1.0))
    b.result(operator, b.value(0))


@from_onnx("LpNormalization")
def lp_normalization(node: Node, b: Builder) -> None:
    """x / norm along an axis; where the norm is 0 so is the result."""
    x, p = b.value(0), node.int("p", 2)
    rank = b.type_of(x).rank
    if p not in (1, 2):
        raise UnsupportedOp(f"p is {p}; 1 and 2 are defined")
    norm = b.emit(Reduce(Reduction.L1 if p == 1 else Reduction.L2, (node.int("axis", -1) % rank,)), x)
    least = b.add_constant(f"{node.outputs[0]}.least", np.full((1,) * rank, np.finfo(np.float32).tiny))
    b.result(Operator.registry["div"](), x, b.emit(Operator.registry["max"](), norm, least))
