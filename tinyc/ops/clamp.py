"""Fused activation bounds: what Relu, Relu6 and Clip leave behind in the op before them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from tinyc.ir.types import Array, TensorType

Clamp: TypeAlias = tuple[float, float] | None


def clamp_real(values: Array, clamp: Clamp) -> Array:
    """float32 values within [low, high]; NaN stays NaN."""
    if clamp is None:
        return values
    return np.minimum(np.maximum(values, np.float32(clamp[0])), np.float32(clamp[1]))


def clamp_integers(out: TensorType, clamp: Clamp) -> tuple[int, int]:
    """Saturation bounds of a quantised output: the format's own, narrowed to the quantised clamp.

    Exact, because rounding is monotone: quantising a clamped value equals clamping with quantised bounds.
    """
    low, high = out.dtype.bounds
    if clamp is None or out.quant is None:
        return low, high
    scale, zero_point = np.float32(out.quant.scale[0]), out.quant.zero_point[0]
    with np.errstate(over="ignore"):
        bounds = [float(np.rint(np.float32(value) / scale)) + zero_point for value in clamp]
    return int(min(max(bounds[0], low), high)), int(min(max(bounds[1], low), high))
