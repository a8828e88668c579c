"""Round weights so that the layer's outputs stay, not the weights themselves.

GPTQ: Frantar et al., "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers", 2022.
AdaRound: Nagel et al., "Up or Down? Adaptive Rounding for Post-Training Quantization", 2020; here with the Gram matrix
of the inputs in place of the inputs, which gives the same loss.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import numpy as np

from tinyc.ir.types import Array

DAMPING = 0.01
"""Share of the mean diagonal that is added to it, so that the matrix can be inverted."""


class Rounding(Enum):
    """How real weights become integers."""

    NEAREST = "nearest"
    GPTQ = "gptq"
    ADAROUND = "adaround"


def rounded(weights: Array, scales: Array, largest: int, gram: Array | None, how: Rounding) -> Array:
    """Integers in [-largest, largest], float64 [M, K], of weights [M, K] with scales [M, 1].

    `gram` [K, K] is the second moment of the inputs; None rounds to nearest.
    """
    if how is Rounding.NEAREST or gram is None:
        return np.asarray(np.clip(np.rint(weights / scales), -largest, largest))
    return _METHODS[how](weights, scales, largest, _damped(gram))


def output_error(weights: Array, integers: Array, scales: Array, gram: Array) -> float:
    """Squared error of the outputs: trace of E G E^T."""
    error = integers * scales - weights
    return float(((error @ gram) * error).sum())


def _damped(gram: Array) -> Array:
    diagonal = np.diagonal(gram)
    floor = max(float(diagonal.mean()) * DAMPING, 1e-12)
    return gram + floor * np.eye(len(gram))


def _gptq(weights: Array, scales: Array, largest: int, gram: Array) -> Array:
    """One column after the other, those with the largest inputs first; each error is spread over the rest."""
    order = np.argsort(-np.diagonal(gram), kind="stable")
    work = weights[:, order].astype(np.float64).copy()
    inverse = np.linalg.inv(gram[np.ix_(order, order)])
    upper = np.linalg.cholesky((inverse + inverse.T) / 2).T
    result = np.empty_like(work)
    for column in range(work.shape[1]):
        integers = np.clip(np.rint(work[:, column] / scales[:, 0]), -largest, largest)
        result[:, column] = integers
        error = (work[:, column] - integers * scales[:, 0]) / upper[column, column]
        work[:, column + 1 :] -= np.outer(error, upper[column, column + 1 :])
    back = np.empty_like(result)
    back[:, order] = result
    return back


def _adaround(weights: Array, scales: Array, largest: int, gram: Array, steps: int = 400) -> Array:
    """Learn for each weight whether to round up or down, with Adam on a soft choice that hardens."""
    real = weights / scales
    below = np.clip(np.floor(real), -largest, largest - 1)
    start = np.clip(real - below, 0.01, 0.99)
    logits = -np.log(1.2 / (start + 0.1) - 1.0)
    first, second = np.zeros_like(logits), np.zeros_like(logits)
    unit = float(np.diagonal(gram).mean()) * float((scales**2).mean())
    for step in range(1, steps + 1):
        sigmoid = 1.0 / (1.0 + np.exp(-logits))
        soft = np.clip(1.2 * sigmoid - 0.1, 0.0, 1.0)
        error = (below + soft - real) * scales
        slope = 2 * (error @ gram) * scales / unit
        if step > steps // 5:
            beta = 20 - 18 * (step - steps / 5) / (steps * 4 / 5)
            middle = 2 * soft - 1
            slope += 0.01 * -beta * np.abs(middle) ** (beta - 1) * np.sign(middle) * 2
        slope = slope * 1.2 * sigmoid * (1 - sigmoid)
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        logits -= 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-10)
    return np.asarray(below + (logits >= 0.0))


_METHODS: dict[Rounding, Callable[[Array, Array, int, Array], Array]] = {
    Rounding.GPTQ: _gptq,
    Rounding.ADAROUND: _adaround,
}
