"""Dynamic quantisation: activations become int8 at run time, each row by its own scale.

`runtime_c/include/tinyc/dynamic.h` says the same in C. Every step is float32 with one rounding, in this order:

    top      = max |x[k]|                                  NaN counts as nothing
    inverse  = 127 / top, scale = top / 127                both 0 where top < 1e-30
    q[k]     = round_half_even(x[k] * inverse)             NaN gives 0; |q| <= 127
    total    = sum over groups g of (sum of q * w in g, an exact int32, as float32) * scale_w[m, g], in the order of g
    y[m]     = total * scale + bias[m]
"""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array

LARGEST = 127
SMALLEST = 1e-30
"""A row below this is taken as zeros."""


def quantize_rows(x: Array) -> tuple[Array, Array]:
    """Integers of each row in float64, which holds every sum of them exactly, and float32 scales; rows lie along the
    last axis, of which the scales have length 1.
    """
    x = np.asarray(x, np.float32)
    top = np.fmax.reduce(np.abs(x), axis=-1, keepdims=True, initial=np.float32(0.0))
    live = top >= np.float32(SMALLEST)
    divisor = np.where(live, top, np.float32(1.0))
    inverse = np.where(live, np.float32(LARGEST) / divisor, np.float32(0.0))
    scale = np.where(live, top / np.float32(LARGEST), np.float32(0.0))
    with np.errstate(invalid="ignore"):
        steps = np.rint(x * inverse)
    return np.nan_to_num(steps, nan=0.0).astype(np.float64), scale


def scaled_product(q: Array, w: Array, scales: Array) -> Array:
    """float32 [..., M]: rows of integers [..., K] times [M, K], the sum of each group times its scale [M, groups]."""
    group = w.shape[1] // scales.shape[1]
    total = np.zeros((*q.shape[:-1], w.shape[0]), np.float32)
    for place in range(scales.shape[1]):
        part = slice(place * group, (place + 1) * group)
        sums = q[..., part].astype(np.float64) @ w[:, part].astype(np.float64).T
        total = total + sums.astype(np.float32) * scales[:, place]
    return total
