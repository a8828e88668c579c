"""Integer meaning that weighted sums share: accumulator, bias, requantisation per output channel."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.clamp import Clamp, clamp_integers
from tinyc.ops.fixedpoint import multipliers, requantize


def channel_factors(x: TensorType, w: TensorType, y: TensorType, channels: int) -> list[Fraction]:
    """R = scale_x * scale_w / scale_y for each output channel, exact."""
    assert x.quant and w.quant and y.quant
    scales = w.quant.scale * channels if w.quant.is_per_tensor else w.quant.scale
    return list(_factors(x.quant.scale[0], scales, y.quant.scale[0]))


@lru_cache(maxsize=256)
def _factors(x: float, w: tuple[float, ...], y: float) -> tuple[Fraction, ...]:
    base = Fraction(x) / Fraction(y)
    return tuple(Fraction(scale) * base for scale in w)


def requantize_channels(acc: Array, types: Types, y: TensorType, clamp: Clamp, axis: int) -> Array:
    """Integers of `y` from accumulators whose output channels lie along `axis`; types are those of x and w."""
    x, w = types[0], types[1]
    assert x is not None and w is not None and y.quant is not None
    channels = acc.shape[axis]
    values, shifts = multipliers(channel_factors(x, w, y, channels))
    shape = [1] * acc.ndim
    shape[axis] = channels
    low, high = clamp_integers(y, clamp)
    result = requantize(acc, values.reshape(shape), shifts.reshape(shape), y.quant.zero_point[0], low, high)
    return result.astype(y.dtype.numpy)


def centred(array: Array, kind: TensorType | None) -> Array:
    """q - zero_point in float64, which holds every accumulator exactly (|acc| < 2^48)."""
    assert kind is not None and kind.quant is not None
    return array.astype(np.float64) - kind.quant.zero_points(array.ndim)


def require_bias(inputs: Types, channels: int) -> None:
    """GraphError unless the third input, the bias, is missing or has one entry for each output channel."""
    bias = inputs[2] if len(inputs) > 2 else None
    if bias is not None and bias.shape != (channels,):
        raise GraphError(f"a bias {bias} for {channels} output channels")
