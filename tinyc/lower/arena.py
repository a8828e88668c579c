"""Place buffers in the arena, as small as possible: apart while both live, but as far as a kernel lets them overlap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from tinyc.kernels.overlap import STEP_BYTES
from tinyc.lower.first_fit import FirstFit
from tinyc.lower.program import Buffer
from tinyc.lower.separation import Overlaps, round_up

VISITS = 60_000
"""How long the search for offsets may take: a few milliseconds."""
_NONE: Overlaps = {}


def lower_bound(buffers: Sequence[Buffer], overlaps: Overlaps = _NONE) -> int:
    """Largest number of bytes that live at one moment, with every input and output as far over each other as may be: no
    plan can be smaller.
    """
    moments = {buffer.first for buffer in buffers}
    return max((bytes_needed(buffers, overlaps, moment) for moment in moments), default=0)


def place(
    buffers: Sequence[Buffer], overlaps: Overlaps = _NONE, visits: int = VISITS
) -> tuple[tuple[Buffer, ...], int]:
    """Buffers with offsets, in the order given, and the arena's size in bytes.

    First fit under several orders; if none meets the lower bound, seeded changes of the best order follow, until so
    many neighbours were visited. Deterministic.
    """
    plan = FirstFit.of(buffers, overlaps, visits).best(lower_bound(buffers, overlaps))
    return tuple(buffer.at(offset) for buffer, offset in zip(buffers, plan.offsets, strict=True)), plan.arena_bytes


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
