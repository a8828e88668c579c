"""Struct members that convolution and fully connected kernels share: bias, requantisation, clamp."""

from __future__ import annotations

import math

import numpy as np

from tinyc.errors import ModelError
from tinyc.ir.types import Array, DType, TensorType
from tinyc.kernels.pack import PACKED_BITS, packed
from tinyc.kernels.record import Field, Site, Table
from tinyc.ops.clamp import Clamp, clamp_integers
from tinyc.ops.fixedpoint import multipliers
from tinyc.ops.integer import channel_factors


def requant_fields(site: Site, clamp: Clamp, channels: int) -> dict[str, Field]:
    """bias, multiplier, shift, zero points and bounds of a weighted sum of int8 or int16.

    ModelError if an accumulator could leave int32: sum |w| * max |x - zero_point| + |bias| must be below 2^31. Sums of
    int16 have 48 bits.
    """
    x, w, y = site.type("x"), site.type("w"), site.type("y")
    assert x.quant is not None and y.quant is not None
    bias = _bias(site, channels, np.int32)
    _prove_no_overflow(site, x, bias)
    values, shifts = multipliers(channel_factors(x, w, y, channels))
    low, high = clamp_integers(y, clamp)
    return {
        "bias": Table("bias", bias, "bias at scale_x * scale_w"),
        "multiplier": Table("multiplier", values, "requantisation factors", "tables"),
        "shift": Table("shift", shifts, "requantisation shifts", "tables"),
        "in_zero_point": x.quant.zero_point[0],
        "out_zero_point": y.quant.zero_point[0],
        "low": low,
        "high": high,
    }


def float_fields(site: Site, clamp: Clamp, channels: int) -> dict[str, Field]:
    """bias and activation bounds of a float weighted sum."""
    low, high = clamp or (-math.inf, math.inf)
    return {"bias": Table("bias", _bias(site, channels, np.float32), "bias"), "low": low, "high": high}


def packed_weights(site: Site, weights: Array) -> Table:
    """Weights of few bits in the order given, packed as the encoding of slot w says."""
    encoding = site.type("w").encoding.name
    content = packed(weights, PACKED_BITS[encoding])
    return Table("weights", content, f"weights {list(weights.shape)}, {encoding}", encoding=encoding)


def _bias(site: Site, channels: int, dtype: type) -> Array:
    bias = site.array("b")
    return np.zeros(channels, dtype) if bias is None else bias.astype(dtype)


def _prove_no_overflow(site: Site, x: TensorType, bias: Array) -> None:
    weights = site.array("w")
    assert weights is not None and x.quant is not None
    zero_point = x.quant.zero_point[0]
    reach = max(abs(bound - zero_point) for bound in x.dtype.bounds)
    worst = np.abs(weights.astype(np.int64)).reshape(weights.shape[0], -1).sum(axis=1) * reach
    worst += np.abs(bias.astype(np.int64))
    bits = 48 if x.dtype is DType.S16 else 32
    if int(worst.max(initial=0)) >= 1 << (bits - 1):
        channel = int(worst.argmax())
        reaches = f"the {bits}-bit accumulator of output channel {channel} can reach {int(worst[channel])}"
        raise ModelError(
            f'op "{site.op.name}": {reaches}',
            hint="a bias or weight scale of this layer is out of proportion; quantise it again",
        )
