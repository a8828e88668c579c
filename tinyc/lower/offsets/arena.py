"""Place buffers in the arena, as small as possible: apart while both live, but as far as a kernel lets them overlap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias

from tinyc.kernels.overlap import STEP_BYTES
from tinyc.lower.offsets.exact_offsets import BranchAndBound
from tinyc.lower.offsets.first_fit import FirstFit, Plan
from tinyc.lower.offsets.separation import Overlaps, round_up
from tinyc.lower.program import Buffer

Effort: TypeAlias = tuple[int, int]
"""How long a search for offsets may take: neighbours that first fit may visit, decisions of branch and bound."""

QUICK: Sequence[Effort] = ((8_000, 200), (60_000, 200))
"""A few milliseconds, some hundredths of a second at most."""
_NONE: Overlaps = {}


def lower_bound(buffers: Sequence[Buffer], overlaps: Overlaps = _NONE) -> int:
    """Largest number of bytes that live at one moment, with every input and output as far over each other as may be: no
    plan can be smaller.
    """
    moments = {buffer.first for buffer in buffers}
    return max((bytes_needed(buffers, overlaps, moment) for moment in moments), default=0)


def place(buffers: Sequence[Buffer], overlaps: Overlaps = _NONE) -> tuple[tuple[Buffer, ...], int]:
    """Buffers with offsets, in the order given, and the arena's size in bytes. Deterministic."""
    plan, _ = searched(buffers, overlaps, QUICK)
    return at_offsets(buffers, plan), plan.arena_bytes


def searched(buffers: Sequence[Buffer], overlaps: Overlaps, efforts: Sequence[Effort]) -> tuple[Plan, bool]:
    """The best plan that one effort after the other finds, and whether it is proven that none is smaller: first fit
    under several orders and seeded changes of them, then branch and bound. The first effort that comes to a proof ends
    the search.
    """
    bound, best = lower_bound(buffers, overlaps), None
    for visits, nodes in efforts:
        plan = FirstFit.of(buffers, overlaps, visits).best(bound)
        if best is None or plan.arena_bytes < best.arena_bytes:
            best = plan
        best, is_least = BranchAndBound.of(buffers, overlaps, nodes).improved(best, bound)
        if is_least:
            return best, True
    assert best is not None, "no effort at all"
    return best, False


def at_offsets(buffers: Sequence[Buffer], plan: Plan) -> tuple[Buffer, ...]:
    """The buffers at a plan's offsets."""
    return tuple(buffer.at(offset) for buffer, offset in zip(buffers, plan.offsets, strict=True))


def bytes_needed(buffers: Sequence[Buffer], overlaps: Overlaps, moment: int) -> int:
    """The bytes that live at a moment. Inputs of a call lie apart, so that together they share with its output no more
    than all of it.
    """
    live = {index: round_up(b.bytes, STEP_BYTES) for index, b in enumerate(buffers) if b.first <= moment <= b.last}
    shared: dict[int, int] = defaultdict(int)
    for (source, target), overlap in overlaps.items():
        if source in live and target in live:
            shared[target] += overlap.shared(live[source], live[target])
    return sum(live.values()) - sum(min(together, live[target]) for target, together in shared.items())
