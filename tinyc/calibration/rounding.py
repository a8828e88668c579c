"""Round weights so that the layer's outputs stay, not the weights themselves."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import numpy as np

from tinyc.calibration.adaround import adaround
from tinyc.calibration.gptq import Spread, gptq
from tinyc.ir.types import Array

SWEEPS = 10
REFITS = 3
SHARES = np.linspace(1.0, 0.3, 29)
"""Scales that are tried: shares of the one that holds the largest weight."""
MOST_TOGETHER = 2**22
"""Weights that are rounded at once while scales are tried; bounds memory."""


class Rounding(Enum):
    """How real weights become integers."""

    NEAREST = "nearest"
    GPTQ = "gptq"
    ADAROUND = "adaround"


_METHODS: dict[Rounding, Callable[[Array, Array, int, Array, Array | None], Array]] = {
    Rounding.GPTQ: gptq,
    Rounding.ADAROUND: adaround,
}


def nearest(weights: Array, scales: Array, largest: int) -> Array:
    """Integers in [-largest, largest], float64, of weights with scales that broadcast."""
    return np.asarray(np.clip(np.rint(weights / scales), -largest, largest))


def rounded(
    weights: Array, scales: Array, largest: int, gram: Array, how: Rounding, zeros: Array | None = None
) -> Array:
    """Integers in [-largest, largest], float64 [G, M, K], of weights [G, M, K] in G groups of M channels.

    scales: [G, M, 1] or [G, M, K]; gram [G, K, K]: second moments of the inputs, positive definite. GPTQ's or
    AdaRound's integers, then moved until no weight alone can lessen the error. `zeros`, bool [G, M, K]: weights that
    are zero and stay so.
    """
    if how is Rounding.NEAREST:
        return nearest(weights, scales, largest)
    return settled(weights, _METHODS[how](weights, scales, largest, gram, zeros), scales, largest, gram, zeros)


def fitted(
    weights: Array, floor: Array, largest: int, gram: Array, how: Rounding, zeros: Array | None = None
) -> tuple[Array, Array]:
    """As `rounded`, with scales [G, M, 1] of least output error, at least `floor` [G, M, 1]: integers and scales."""
    scales = np.maximum(_searched(weights, largest, gram, zeros), floor)
    integers = rounded(weights, scales, largest, gram, Rounding.GPTQ, zeros)
    for _ in range(REFITS):
        scales = np.maximum(refitted(weights, integers, scales, gram), floor)
        integers = settled(weights, integers, scales, largest, gram, zeros)
    return integers if how is Rounding.GPTQ else rounded(weights, scales, largest, gram, how, zeros), scales


def output_error(weights: Array, integers: Array, scales: Array, gram: Array) -> Array:
    """Squared error of each channel's outputs, [G, M]."""
    error = integers * scales - weights
    return np.asarray(((error @ gram) * error).sum(axis=2))


def refitted(weights: Array, integers: Array, scales: Array, gram: Array) -> Array:
    """Scales [G, M, 1] of least output error for these integers; as they were where all are zero."""
    weighted = integers @ gram
    power = (weighted * integers).sum(axis=2, keepdims=True)
    share = (weighted * weights).sum(axis=2, keepdims=True)
    return np.asarray(np.where(share > 0, share / np.where(power > 0, power, 1.0), scales))


def settled(
    weights: Array, integers: Array, scales: Array, largest: int, gram: Array, zeros: Array | None = None
) -> Array:
    """Coordinate descent on the output error: each integer but `zeros` in turn to its best value, until none moves."""
    integers = integers.copy()
    free = np.ones(integers.shape, bool) if zeros is None else ~zeros
    steps = np.broadcast_to(scales, weights.shape)
    error = integers * scales - weights
    for _ in range(SWEEPS):
        moved = False
        for column in range(weights.shape[2]):
            slope = (error @ gram[:, :, column, None])[:, :, 0] / gram[:, column, column, None]
            best = np.rint(integers[:, :, column] - slope / steps[:, :, column])
            change = (np.clip(best, -largest, largest) - integers[:, :, column]) * free[:, :, column]
            if change.any():
                moved = True
                integers[:, :, column] += change
                error[:, :, column] += change * steps[:, :, column]
        if not moved:
            break
    return integers


def _searched(weights: Array, largest: int, gram: Array, zeros: Array | None) -> Array:
    """Scales [G, M, 1] with which GPTQ leaves the least output error."""
    spread = Spread(gram)
    top = np.abs(weights).max(axis=2, keepdims=True, initial=0.0)
    top = np.where(top > 0, top, 1.0) / largest
    found, least = top, np.full(weights.shape[:2], np.inf)
    together = max(1, MOST_TOGETHER // weights.size)
    for start in range(0, len(SHARES), together):
        shares = SHARES[start : start + together]
        trials = np.concatenate([top * share for share in shares], axis=1)
        copies = np.tile(weights, (1, len(shares), 1))
        held = None if zeros is None else np.tile(zeros, (1, len(shares), 1))
        errors = output_error(copies, spread(copies, trials, largest, held), trials, gram)
        errors = errors.reshape(len(weights), len(shares), -1)
        best = errors.min(axis=1)
        found = np.where((best < least)[:, :, None], top * shares[errors.argmin(axis=1)][:, :, None], found)
        least = np.minimum(best, least)
    return found
