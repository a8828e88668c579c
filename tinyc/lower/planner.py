"""How hard the least arena is looked for: fast by default, exact, or with the solver CP-SAT."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tinyc.lower.arena import lower_bound
from tinyc.lower.exact_offsets import BranchAndBound
from tinyc.lower.first_fit import FirstFit, Plan
from tinyc.lower.program import Buffer
from tinyc.lower.separation import Overlaps


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


def searched(buffers: Sequence[Buffer], overlaps: Overlaps, visits: int, nodes: int) -> Offsets:
    """By first fit, then by branch and bound if that does not meet the lower bound."""
    bound = lower_bound(buffers, overlaps)
    plan = FirstFit.of(buffers, overlaps, visits).best(bound)
    plan, is_least = BranchAndBound.of(buffers, overlaps, nodes).improved(plan, bound)
    return at_offsets(buffers, plan, is_least)


def at_offsets(buffers: Sequence[Buffer], plan: Plan, is_least: bool) -> Offsets:
    """The buffers at a plan's offsets."""
    placed = tuple(buffer.at(offset) for buffer, offset in zip(buffers, plan.offsets, strict=True))
    return Offsets(placed, plan.arena_bytes, is_least)


FAST = Planner("fast", 4_000, 24, lambda buffers, overlaps: searched(buffers, overlaps, 400_000, 2_000))
"""Mostly in milliseconds, in a second or two at most."""
