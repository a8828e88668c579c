"""What the choice of kernels is for."""

from __future__ import annotations

from enum import Enum


class Goal(Enum):
    """TIME takes the fewest estimated cycles, BALANCED a few more where that makes the arena much smaller, RAM the
    smallest arena that a third more allows, with layers row by row, FLASH the smallest code: the reference kernels,
    which need no packed copies of weights and no unrolled loops. Ties go to fewer cycles. Only TIME takes kernels that
    store more than the weights, such as transformed ones, within the board's budget.
    """

    TIME = "time"
    RAM = "ram"
    FLASH = "flash"
    BALANCED = "balanced"

    @property
    def spare(self) -> float:
        """The part of the estimated cycles that may be given up for a smaller arena."""
        return {Goal.RAM: 0.35, Goal.BALANCED: 0.1}.get(self, 0.0)

    @property
    def kernel_worth(self) -> float:
        """The part of the estimated cycles that is given up to do without one kernel's code."""
        return {Goal.BALANCED: 0.001, Goal.FLASH: 1.0}.get(self, 0.0)

    @property
    def arena_worth(self) -> float:
        """The part of the estimated cycles that the whole arena is worth: under BALANCED, 1 % of the cycles is given up
        for 4 % of the arena or more.
        """
        return {Goal.BALANCED: 0.25}.get(self, 0.0)
