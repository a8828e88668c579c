"""How far apart the offsets of two buffers must be: what every planner of offsets must keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tinyc.kernels.overlap import Overlap
from tinyc.lower.program import Buffer

Overlaps: TypeAlias = Mapping[tuple[int, int], Overlap]
"""By the places of an input and an output in the list of buffers."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two buffers that live at one time, by their places in a list. One of these must hold of their offsets in bytes:

    second - first >= `up`, first - second >= `down`, or second - first is one of `exact`.
    """

    first: int
    second: int
    up: int
    down: int
    exact: tuple[int, ...] = ()

    def allows(self, first: int, second: int) -> bool:
        """Whether the two may lie at these offsets."""
        distance = second - first
        return distance >= self.up or -distance >= self.down or distance in self.exact


def pairs(buffers: Sequence[Buffer], overlaps: Overlaps) -> list[Pair]:
    """All that buffers ask of each other. Where every distance is allowed there is no pair."""
    order = sorted(range(len(buffers)), key=lambda index: buffers[index].first)
    found, live = [], list[int]()
    for index in order:
        mine = buffers[index]
        live = [other for other in live if buffers[other].last >= mine.first]
        found += [_pair(other, index, buffers, overlaps) for other in live if buffers[other].meets(mine)]
        live.append(index)
    return [pair for pair in found if pair.up + pair.down > 0]


def _pair(first: int, second: int, buffers: Sequence[Buffer], overlaps: Overlaps) -> Pair:
    if (second, first) in overlaps:
        first, second = second, first
    source, target = buffers[first].bytes, buffers[second].bytes
    overlap = overlaps.get((first, second))
    if overlap is None:
        return Pair(first, second, source, target)
    return Pair(first, second, source, min(-overlap.at_most, target), overlap.exact)


def round_up(value: int, step: int) -> int:
    """The least multiple of `step` that is not below the value."""
    return -(-value // step) * step
