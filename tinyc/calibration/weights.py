"""Weights and biases as integers: symmetric scales by least squared error."""

from __future__ import annotations

from enum import Enum

import numpy as np

from tinyc.calibration.moments import Moments
from tinyc.calibration.rounding import Rounding, fitted, nearest, rounded
from tinyc.calibration.supported import held_zeros
from tinyc.ir.types import Array, Quant

BIAS_REACH = float(2**29)
"""Largest bias in accumulator steps: room for the products beside it in int32."""


class Scales(Enum):
    """How a scale of weights is chosen: so that it holds the largest, or with the least squared error."""

    MAX = "max"
    MSE = "mse"


def weight_integers(
    weights: Array,
    largest: int,
    per_channel: bool,
    bias: Array | None,
    x_scale: float,
    moments: Moments | None = None,
    how: Rounding = Rounding.NEAREST,
    by: Scales = Scales.MSE,
) -> tuple[Array, Quant]:
    """Integers in [-largest, largest] (int8, or int16 if that is not enough) and their scales (axis 0, or one).

    With `moments` of the inputs the rounding is `how` and scales per channel are those of least output error; without
    them each weight is rounded to nearest. A channel whose weights are so small that its bias would not fit int32 at
    scale_x * scale_w gets a larger scale. Zeros that are more than chance stay zero.
    """
    rows = weights.reshape(weights.shape[0], -1).astype(np.float64)
    floor = np.zeros(len(rows)) if bias is None else np.abs(bias.astype(np.float64)) / (x_scale * BIAS_REACH)
    zero_points, axis = (0,) * (len(rows) if per_channel else 1), 0 if per_channel else None
    if moments is None or how is Rounding.NEAREST:
        scales = _scales(rows, largest, per_channel, floor, by)
        integers = nearest(rows, scales[:, None], largest)
    else:
        grouped = moments.grouped(rows)
        zeros = held_zeros(grouped)
        grouped = moments.target(grouped, zeros)
        scales = _scales(grouped.reshape(rows.shape), largest, per_channel, floor, by)
        if per_channel and by is Scales.MSE:
            grouped, scales = _fitted(grouped, scales, floor, largest, moments, how, zeros)
        else:
            wide = np.broadcast_to(scales.astype(np.float64), len(rows)).reshape(*grouped.shape[:2], 1)
            grouped = rounded(grouped, wide, largest, moments.gram, how, zeros)
        integers = grouped
    held = np.int8 if largest <= 127 else np.int16
    return integers.reshape(weights.shape).astype(held), Quant(tuple(scales.tolist()), zero_points, axis)


def _fitted(
    rows: Array, scales: Array, floor: Array, largest: int, moments: Moments, how: Rounding, zeros: Array | None
) -> tuple[Array, Array]:
    """Integers [G, M/G, K] and float32 scales [M] of least output error; of channels without weights as given."""
    least = np.maximum(floor, 1e-3 * scales.astype(np.float64)).reshape(*rows.shape[:2], 1)
    integers, found = fitted(rows, least, largest, moments.gram, how, zeros)
    alive = np.abs(rows).max(axis=2, initial=0.0).reshape(-1) > 0.0
    return integers, np.where(alive, found.reshape(-1), scales).astype(np.float32)


def _scales(rows: Array, largest: int, per_channel: bool, floor: Array, by: Scales) -> Array:
    """float32 scales [M], or [1]; none is 0 or too small for its bias."""
    if not per_channel:
        rows, floor = rows.reshape(1, -1), floor.max(keepdims=True, initial=0.0)
    top = np.abs(rows).max(axis=1, initial=0.0) / largest
    scales = np.maximum(top if by is Scales.MAX else best_scales(rows, largest), floor)
    scales = np.where(scales > 1e-12, scales, 1e-12 if scales.max(initial=0.0) <= 1e-12 else scales.max() * 1e-6)
    return np.maximum(scales, floor).astype(np.float32)


def best_scales(rows: Array, largest: int) -> Array:
    """For each row the scale with the least squared rounding error, among fractions of its largest magnitude."""
    top = np.abs(rows).max(axis=1, initial=0.0)
    best, found = np.full(len(rows), np.inf), top / largest
    steps = np.linspace(1.0, 0.7, 31) if largest >= 127 else np.linspace(1.0, 0.3, 71)
    for factor in steps:
        scales = np.where(top > 0, top * factor / largest, 1.0)
        rounded = np.clip(np.rint(rows / scales[:, None]), -largest, largest) * scales[:, None]
        error = ((rounded - rows) ** 2).sum(axis=1)
        found = np.where(error < best, scales, found)
        best = np.minimum(best, error)
    return np.where(top > 0, found, 0.0)


def bias_integers(bias: Array, x_scale: float, weights: Quant) -> tuple[Array, Quant]:
    """int32 bias at scale_x * scale_w of each channel."""
    scales = x_scale * np.array(weights.scale, np.float64)
    scales = np.broadcast_to(scales, bias.shape)
    integers = np.clip(np.rint(bias.astype(np.float64) / scales), -(2**31) + 1, 2**31 - 1).astype(np.int32)
    return integers, Quant(tuple(scales.tolist()), (0,) * len(scales), 0)
