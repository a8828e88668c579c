"""Pooling with the p-norm of each window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.pool import MAX_SPATIAL_AXES
from tinyc.ops.windows import Window, window_of


@dataclass(frozen=True, slots=True)
class LpPool(Operator):
    """y[n,c,o] = (sum of |x|^p over the window inside x) ^ (1/p); ONNX LpPool, GlobalLpPool. float32.

    x [N, C, spatial...]; y [N, C, out...]; p at least 1.
    """

    kind: ClassVar[str] = "lp_pool"

    window: Window
    p: int = 2

    @property
    def wants_channels_last(self) -> bool:
        return True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        if x.rank != 2 + len(self.window.kernel) or not x.dtype.is_float:
            raise GraphError(f"lp_pool: a window over {len(self.window.kernel)} axes does not go with {x}")
        return (x.with_shape((*x.shape[:2], *self.window.out_shape(x.shape[2:]))),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        powers = self.window.view(np.abs(x.astype(np.float64)) ** self.p, 0.0)
        sums = powers.sum(axis=tuple(range(-len(self.window.kernel), 0)))
        return ((sums ** (1.0 / self.p)).astype(np.float32),)


@from_onnx("LpPool", "GlobalLpPool")
def lp_pool(node: Node, b: Builder) -> None:
    spatial = b.type_of(b.value(0)).shape[2:]
    rank, p = len(spatial), node.int("p", 2)
    if not 1 <= rank <= MAX_SPATIAL_AXES:
        raise UnsupportedOp(f"pooling over {rank} spatial axes; 1 to {MAX_SPATIAL_AXES} are supported")
    if p < 1:
        raise UnsupportedOp(f"p is {p}; a norm needs at least 1")
    zeros, ones = (0,) * rank, (1,) * rank
    whole = Window(spatial, ones, ones, zeros, zeros)
    window = whole if node.op_type == "GlobalLpPool" else window_of(node, spatial, node.ints("kernel_shape") or ())
    b.result(LpPool(window, p), b.value(0))
