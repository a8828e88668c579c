"""A memory of a given size and what lies in it, as buffers move there one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tinyc.lower.offsets.arena import lower_bound, place
from tinyc.lower.offsets.planner import Planner
from tinyc.lower.overlaps import by_index
from tinyc.lower.program import Buffer, Shared

_MORE_RUNS = 100
"""How often the planner may run to find a better filling than the first one."""


@dataclass(frozen=True, slots=True)
class Room:
    """`buffers` at their places in a memory of at most so many bytes; `region`: of the board, if it is one."""

    shared: tuple[Shared, ...]
    name: str
    bytes: int
    buffers: tuple[Buffer, ...] = ()
    region: str = ""

    @property
    def used_bytes(self) -> int:
        end = max((buffer.offset + buffer.bytes for buffer in self.buffers), default=0)
        return -(-end // 4) * 4

    def called(self, name: str) -> Room:
        """The same under another name, as the memory of a region."""
        return replace(
            self, name=name, region=self.name, buffers=tuple(replace(buffer, memory=name) for buffer in self.buffers)
        )

    def with_(self, *more: Buffer) -> Room | None:
        """With more buffers, all placed anew; None if they have no room."""
        inside = [replace(buffer, offset=0, memory=self.name) for buffer in (*self.buffers, *more)]
        overlaps = by_index(self.shared, inside)
        if lower_bound(inside, overlaps) > -(-self.bytes // 4) * 4:
            return None
        there = place(inside, overlaps)[0]
        fits = all(buffer.offset + buffer.bytes <= self.bytes for buffer in there)
        return replace(self, buffers=there) if fits else None

    def tightened(self, planner: Planner) -> Room:
        """With the same buffers in fewer bytes, if this planner finds how."""
        found = planner.place(self.buffers, by_index(self.shared, self.buffers))
        return replace(self, buffers=found.buffers) if found.bytes < self.used_bytes else self

    def relieving(
        self, rest: tuple[Buffer, ...], movable: frozenset[str], enough: int = 0
    ) -> tuple[Room, tuple[Buffer, ...]]:
        """With buffers of which `rest` gets smaller, one after the other while there is one and the rest needs more
        than `enough` bytes; and what is left.
        """
        room = self
        while _needed(rest, self.shared) > enough:
            some = [buffer for buffer in _peak(rest, self.shared) if buffer.name in movable]
            offers = [(buffer, offer) for buffer in some if (offer := room.with_(buffer)) is not None]
            if not offers:
                break
            left = [_needed(_without(rest, buffer), self.shared) for buffer, _ in offers]
            best = min(range(len(offers)), key=lambda index: (left[index], -offers[index][0].bytes))
            rest, room = _without(rest, offers[best][0]), offers[best][1]
        return room, rest

    def filled(self, candidates: Sequence[Buffer]) -> Room:
        """With those of the candidates that are accessed most together: at first what is accessed most for a byte, then
        a search by branch and bound, complete for a handful of candidates.
        """
        useful = [buffer for buffer in candidates if buffer.accesses and buffer.bytes <= self.bytes]
        ranked = sorted(useful, key=lambda buffer: (-buffer.accesses / buffer.bytes, buffer.name))
        left = [sum(buffer.accesses for buffer in ranked[index:]) for index in range(len(ranked) + 1)]
        best, most, runs = self, 0, len(ranked) + _MORE_RUNS
        waiting = [(self, 0, 0)]
        while waiting and runs > 0:
            room, gained, index = waiting.pop()
            if gained > most:
                best, most = room, gained
            if index < len(ranked) and gained + left[index] > most:
                runs -= 1
                waiting.append((room, gained, index + 1))
                if (more := room.with_(ranked[index])) is not None:
                    waiting.append((more, gained + ranked[index].accesses, index + 1))
        return best


def _without(buffers: tuple[Buffer, ...], gone: Buffer) -> tuple[Buffer, ...]:
    return tuple(buffer for buffer in buffers if buffer is not gone)


def _needed(buffers: Sequence[Buffer], shared: Sequence[Shared]) -> int:
    return lower_bound(buffers, by_index(shared, buffers))


def _peak(buffers: Sequence[Buffer], shared: Sequence[Shared]) -> tuple[Buffer, ...]:
    """What lives at the moment that needs most, the first of several."""
    moments = sorted({buffer.first for buffer in buffers})
    alive = [tuple(b for b in buffers if b.first <= moment <= b.last) for moment in moments]
    return max(alive, key=lambda some: _needed(some, shared), default=())
