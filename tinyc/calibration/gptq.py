"""GPTQ: one weight after the other is rounded, and those that follow make up for its error.

Frantar et al., "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers", 2022.
"""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array

BLOCK = 32
"""Columns whose errors reach the columns behind the block in one product."""


def gptq(weights: Array, scales: Array, largest: int, gram: Array, zeros: Array | None = None) -> Array:
    """Integers in [-largest, largest] of weights [G, M, K]; scales [G, M, 1] or [G, M, K], gram [G, K, K].

    Columns with the largest inputs come first. `zeros`, bool [G, M, K]: weights that stay zero, whatever it costs.
    """
    return Spread(gram)(weights, scales, largest, zeros)


class Spread:
    """How the errors of columns reach the columns behind them, for many roundings with one `gram`."""

    def __init__(self, gram: Array) -> None:
        order = np.argsort(-np.diagonal(gram, axis1=1, axis2=2), axis=1, kind="stable")
        inner = np.take_along_axis(np.take_along_axis(gram, order[:, :, None], 1), order[:, None, :], 2)
        inverse = np.linalg.inv(inner)
        self.order = order[:, None, :]
        self.upper = np.swapaxes(np.linalg.cholesky((inverse + np.swapaxes(inverse, 1, 2)) / 2), 1, 2)

    def __call__(self, weights: Array, scales: Array, largest: int, zeros: Array | None = None) -> Array:
        """As `gptq`."""
        steps = np.take_along_axis(np.broadcast_to(scales, weights.shape), self.order, 2)
        free = np.ones((1, 1, weights.shape[2]), bool) if zeros is None else ~np.take_along_axis(zeros, self.order, 2)
        result = _in_order(np.take_along_axis(weights, self.order, 2), steps, largest, self.upper, free)
        return np.asarray(np.take_along_axis(result, np.argsort(self.order, axis=2), 2))


def _in_order(work: Array, steps: Array, largest: int, upper: Array, free: Array) -> Array:
    result, count = np.empty_like(work), work.shape[2]
    for start in range(0, count, BLOCK):
        stop = min(start + BLOCK, count)
        errors = np.empty_like(work[:, :, start:stop])
        for column in range(start, stop):
            integers = np.clip(np.rint(work[:, :, column] / steps[:, :, column]), -largest, largest)
            integers *= free[:, :, column]
            error = (work[:, :, column] - integers * steps[:, :, column]) / upper[:, None, column, column]
            work[:, :, column + 1 : stop] -= error[:, :, None] * upper[:, None, column, column + 1 : stop]
            result[:, :, column], errors[:, :, column - start] = integers, error
        work[:, :, stop:] -= errors @ upper[:, start:stop, stop:]
    return result
