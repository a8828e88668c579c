"""Adam: steps along the slopes of a loss that is known for a few samples at a time.

Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015; rates fall along half a cosine (Loshchilov and
Hutter, "SGDR", 2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tinyc.ir.types import Array

FIRST, SECOND = 0.9, 0.99
"""What a step keeps of the running means of slopes and of their squares."""


@dataclass(slots=True)
class Adam:
    """Arrays on their way, `total` steps long. `units`: what a step of rate 1 changes in an element at most."""

    arrays: dict[str, Array]
    units: Mapping[str, float]
    rate: float
    total: int
    means: dict[str, Array] = field(init=False)
    squares: dict[str, Array] = field(init=False)
    steps: int = 0

    def __post_init__(self) -> None:
        self.means = {name: np.zeros_like(array) for name, array in self.arrays.items()}
        self.squares = {name: np.zeros_like(array) for name, array in self.arrays.items()}

    def step(self, slopes: Mapping[str, Array]) -> None:
        """Move the arrays against their slopes."""
        rate = self.rate * (1 + np.cos(np.pi * self.steps / self.total)) / 2
        self.steps += 1
        for name, slope in slopes.items():
            mean = self.means[name] = FIRST * self.means[name] + (1 - FIRST) * slope
            square = self.squares[name] = SECOND * self.squares[name] + (1 - SECOND) * slope**2
            deviation = np.sqrt(square / (1 - SECOND**self.steps)) + 1e-20
            moved = rate * self.units[name] * mean / (1 - FIRST**self.steps) / deviation
            self.arrays[name] = (self.arrays[name] - moved).astype(self.arrays[name].dtype)
