"""AdaRound: learn for each weight whether to round it up or down.

Nagel et al., "Up or Down? Adaptive Rounding for Post-Training Quantization", 2020; with the Gram matrix of the layer's
inputs in place of the inputs, which gives the same loss without their noise.
"""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array

STEPS = 1000
RATE = 0.05
HARDNESS = 0.3
"""Weight of the term that drives each choice to 0 or 1, where the reconstruction error of one weight by one step is 1.
With 0.01 two thirds of the choices stay undecided."""
WARM_UP = 0.2
"""Share of the steps without that term."""


def adaround(weights: Array, scales: Array, largest: int, gram: Array, zeros: Array | None = None) -> Array:
    """Integers in [-largest, largest] of weights [G, M, K]; scales [G, M, 1] or [G, M, K], gram [G, K, K].

    `zeros`, bool [G, M, K]: weights that are zero and stay so.
    """
    real = weights / scales
    below = np.clip(np.floor(real), -largest, largest - 1)
    choice = _Choice(np.clip(real - below, 0.01, 0.99))
    unit = scales / np.sqrt((scales**2).mean(axis=2, keepdims=True))
    free = np.ones_like(real) if zeros is None else (~zeros).astype(np.float64)
    inner = gram / np.diagonal(gram, axis1=1, axis2=2).mean(axis=1)[:, None, None]
    for step in range(1, STEPS + 1):
        slope = 2 * (((below + choice.soft() - real) * unit * free) @ inner) * unit
        choice.move(slope, step)
    return np.asarray((below + (choice.soft() >= 0.5)) * free)


class _Choice:
    """A rectified sigmoid for each weight, 0 down and 1 up, moved by Adam."""

    def __init__(self, start: Array) -> None:
        self.logits = -np.log(1.2 / (start + 0.1) - 1.0)
        self.first, self.second = np.zeros_like(start), np.zeros_like(start)

    def soft(self) -> Array:
        return np.clip(1.2 / (1.0 + np.exp(-self.logits)) - 0.1, 0.0, 1.0)

    def move(self, slope: Array, step: int) -> None:
        """One step along the slope of the loss by the choice, and of the term that hardens it."""
        soft = self.soft()
        slope = (slope + _hardening(soft, step / STEPS)) * (soft + 0.1) * (1.1 - soft) / 1.2
        slope[(soft <= 0.0) | (soft >= 1.0)] = 0.0
        self.first = 0.9 * self.first + 0.1 * slope
        self.second = 0.999 * self.second + 0.001 * slope**2
        mean, square = self.first / (1 - 0.9**step), self.second / (1 - 0.999**step)
        self.logits -= RATE * mean / (np.sqrt(square) + 1e-10)


def _hardening(soft: Array, progress: float) -> Array:
    """Slope of 1 - |2 h - 1|^beta, beta falling from 20 to 2 along a cosine."""
    if progress <= WARM_UP:
        return np.zeros_like(soft)
    beta = 11 + 9 * np.cos(np.pi * (progress - WARM_UP) / (1 - WARM_UP))
    middle = 2 * soft - 1
    return np.asarray(-HARDNESS * 2 * beta * np.abs(middle) ** (beta - 1) * np.sign(middle))
