"""What one instruction does to the stack pointer, and where it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Flow(Enum):
    """Where execution goes after an instruction."""

    NEXT = "next"
    BRANCH = "branch"
    """To `target` or to the next."""
    JUMP = "jump"
    """To `target`."""
    CALL = "call"
    """To `target`, and back to the next."""
    CALL_SAVE = "call that saves registers"
    """To `target`, which leaves the registers that it has saved on the stack, and back to the next."""
    CALL_POINTER = "call by pointer"
    JUMP_POINTER = "jump by pointer"
    """To a function that returns to this one's caller, or to a place in this one."""
    JUMP_INSIDE = "computed jump"
    """To a place in this function."""
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Effect:
    """`grows` is by how many bytes the stack gets deeper (negative: it shrinks), None where a register says so."""

    flow: Flow = Flow.NEXT
    grows: int | None = 0
    target: int | None = None


NOTHING = Effect()
