"""Requantisation by SMMLA and SSAT, for cores with DSP: multiplier, offset and shift of each channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.record import Site
from tinyc.ops.clamp import Clamp, clamp_integers
from tinyc.ops.fixedpoint import multipliers, requantize
from tinyc.ops.integer import channel_factors

MAX_STEPS = 22
"""Largest k: offset below 2^29 + 2^21 and a product below 2^30 then stay within int32."""


@dataclass(frozen=True, slots=True)
class TwoStep:
    """y = saturate((offset(zero_point, k) + hi32(acc * value)) >> k) for each channel; all int64 [channels].

    `bias` starts the sum over x as stored, its zero point not subtracted. A channel of zero weights has a value of 0
    and its constant result as zero point, so that no factor of it can be out of range.
    """

    bias: Array
    value: Array
    k: Array
    zero_point: Array

    def offset(self, more: int = 0) -> Array:
        """zero_point * 2^k + 2^(k-1), for sums that are 2^more times as large."""
        k = self.k + more
        return np.asarray((self.zero_point << k) + (np.int64(1) << (k - 1)))


def two_step(site: Site, clamp: Clamp, channels: int) -> TwoStep:
    """The form of one weighted sum; `in_range` says whether it is exact."""
    x, w, y = site.type("x"), site.type("w"), site.type("y")
    assert x.quant is not None and y.quant is not None
    weights, bias = _weights(site), _bias(site, channels)
    values, shifts = (np.asarray(part, np.int64) for part in multipliers(channel_factors(x, w, y, channels)))
    still = ~weights.any(axis=1)
    low, high = clamp_integers(y, clamp)
    constant = requantize(bias, values, shifts, y.quant.zero_point[0], low, high)
    still |= values == 0
    return TwoStep(
        bias=np.where(still, 0, bias - x.quant.zero_point[0] * weights.sum(axis=1)),
        value=np.where(still, 0, values),
        k=np.where(still, 1, shifts - 32),
        zero_point=np.where(still, constant, y.quant.zero_point[0]),
    )


def in_range(site: Site, clamp: Clamp, channels: int, more: int = 0) -> bool:
    """True if every channel has 1 <= k and k + more <= MAX_STEPS."""
    k = two_step(site, clamp, channels).k
    return bool((k >= 1).all() and (k + more <= MAX_STEPS).all())


def largest_sums(site: Site, channels: int) -> Array:
    """int64 [channels]: bounds of |sum w * (x - zero_point) + bias|; 0 for channels of zero weights: constants."""
    x, weights = site.type("x"), _weights(site)
    assert x.quant is not None
    reach = max(abs(bound - x.quant.zero_point[0]) for bound in x.dtype.bounds)
    sums = np.abs(weights).sum(axis=1) * reach + np.abs(_bias(site, channels))
    return np.where(weights.any(axis=1), sums, 0)


def _weights(site: Site) -> Array:
    weights = site.array("w")
    assert weights is not None
    return weights.reshape(weights.shape[0], -1).astype(np.int64)


def _bias(site: Site, channels: int) -> Array:
    bias = site.array("b")
    return np.zeros(channels, np.int64) if bias is None else bias.astype(np.int64)
