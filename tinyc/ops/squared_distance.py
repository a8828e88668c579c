"""Distance to each of some fixed points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, TensorType


@dataclass(frozen=True, slots=True)
class SquaredDistance(Operator):
    """y[n, s] = sum over k of (x[n, k] - points[s, k])^2; x [N, K], points [S, K], all float32."""

    kind: ClassVar[str] = "squared_distance"
    slots: ClassVar[tuple[str, ...]] = ("x", "points")

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, points = inputs
        assert x is not None and points is not None
        if x.rank != 2 or points.rank != 2 or x.shape[1] != points.shape[1] or not x.dtype.is_float:
            raise GraphError(f"squared_distance: {x} and {points} do not go together")
        return (x.with_shape((x.shape[0], points.shape[0])),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, points = inputs
        assert x is not None and points is not None
        apart = x.astype(np.float64)[:, None, :] - points
        return ((apart * apart).sum(axis=2).astype(np.float32),)

    def macs(self, inputs: Types, outputs: tuple[TensorType, ...]) -> int:
        x = inputs[0]
        assert x is not None
        return outputs[0].elements * x.shape[1]
