"""Scales of quantised weights: of each output channel, and of groups of inputs within it."""

from __future__ import annotations

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.types import Array, DType, TensorType


def matrix_scales(kind: TensorType) -> Array:
    """float32 [out_channels, groups] of weights [out_channels, inputs, ...]; GraphError if they lie otherwise."""
    quant = kind.quant
    fits = quant is not None and kind.dtype in (DType.S8, DType.S16) and quant.axis in (None, 0, 1)
    if quant is None or not fits or any(quant.zero_point):
        raise GraphError(f"{kind} is no matrix of integers with zero points 0 and scales of its rows")
    grid = quant.grid(kind.shape)
    if quant.blocks and kind.shape[1] % grid[1]:
        raise GraphError(f"{kind}: groups of {quant.blocks[1]} inputs do not come out even")
    if grid[0] not in (1, kind.shape[0]) or any(count != 1 for count in grid[2:]) or (grid[1] > 1 and not quant.blocks):
        raise GraphError(f"{kind}: scales must be those of rows, or of groups of inputs of each row")
    scales = np.array(quant.scale, np.float32).reshape(grid[:2])
    return np.ascontiguousarray(np.broadcast_to(scales, (kind.shape[0], grid[1])))


def grouped_product(x: Array, w: Array, kind: TensorType | None) -> Array:
    """float32 x [..., K] times weights [M, K]: each group's sum times its scale; a plain product for float weights."""
    if kind is None or kind.quant is None:
        return np.asarray(x @ w.T)
    scales, real = matrix_scales(kind), w.astype(np.float32)
    group = w.shape[1] // scales.shape[1]
    parts = [slice(start, start + group) for start in range(0, w.shape[1], group)]
    return np.asarray(sum((x[..., part] @ real[:, part].T) * scales[:, g] for g, part in enumerate(parts)))
