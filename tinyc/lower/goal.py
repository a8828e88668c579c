"""What the choice of kernels is for."""

from __future__ import annotations

from enum import Enum


class Goal(Enum):
    """TIME and BALANCED take the fewest estimated cycles, RAM the least scratch memory, FLASH the smallest code: the
    reference kernels, which need no packed copies of weights and no unrolled loops. Ties go to fewer cycles. Only TIME
    takes kernels that store more than the weights, such as transformed ones, within the board's budget.
    """

    TIME = "time"
    RAM = "ram"
    FLASH = "flash"
    BALANCED = "balanced"
