"""How hard the least arena is looked for: fast by default, exact, or with the solver CP-SAT."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tinyc.lower.offsets.arena import QUICK, Effort, at_offsets, searched
from tinyc.lower.offsets.separation import Overlaps
from tinyc.lower.program import Buffer


@dataclass(frozen=True, slots=True)
class Offsets:
    """Buffers with offsets, the bytes of their memory, and whether it is proven that no offsets make it smaller."""

    buffers: tuple[Buffer, ...]
    bytes: int
    is_least: bool


Place: TypeAlias = Callable[[Sequence[Buffer], Overlaps], Offsets]


@dataclass(frozen=True, slots=True)
class Planner:
    """`order_sets`: sets of calls that the search for the least order may look at; `order_width`: ways that it keeps
    where those are not enough; `place`: gives the offsets.
    """

    name: str
    order_sets: int
    order_width: int
    place: Place


def by_search(*efforts: Effort) -> Place:
    """First fit, and branch and bound, with these efforts."""

    def place(buffers: Sequence[Buffer], overlaps: Overlaps) -> Offsets:
        plan, is_least = searched(buffers, overlaps, efforts)
        return Offsets(at_offsets(buffers, plan), plan.arena_bytes, is_least)

    return place


FAST_EFFORTS: Sequence[Effort] = (*QUICK, (400_000, 2_000))
FAST = Planner("fast", 4_000, 24, by_search(*FAST_EFFORTS))
"""Mostly in milliseconds, in a second or two at most."""
