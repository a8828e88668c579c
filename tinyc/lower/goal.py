"""What the choice of kernels is for."""

from __future__ import annotations

from enum import Enum


class Goal(Enum):
    """TIME takes the fewest estimated cycles, BALANCED a few more where that makes the arena smaller, RAM the least
    scratch memory, FLASH the smallest code: the reference kernels, which need no packed copies of weights and no
    unrolled loops. Ties go to fewer cycles. Only TIME takes kernels that store more than the weights, such as
    transformed ones, within the board's budget.
    """

    TIME = "time"
    RAM = "ram"
    FLASH = "flash"
    BALANCED = "balanced"

    @property
    def spare(self) -> float:
        """The part of the estimated cycles that may be given up for a smaller arena."""
        return {Goal.RAM: 0.3, Goal.BALANCED: 0.005}.get(self, 0.0)
