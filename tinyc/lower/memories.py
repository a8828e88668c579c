"""Which memory each buffer lies in, and where: the arena, or memory that the caller binds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from tinyc.lower.arena import Overlaps, lower_bound
from tinyc.lower.overlaps import by_index
from tinyc.lower.program import ARENA, Buffer, Memory, Role, Shared

Planner: TypeAlias = Callable[[Sequence[Buffer], Overlaps], tuple[tuple[Buffer, ...], int]]
"""Buffers to the same with offsets, and the size of their memory."""


@dataclass(frozen=True, slots=True)
class Placement:
    """All buffers at their places, by name; the arena's size, and the memories beside it."""

    buffers: Mapping[str, Buffer]
    arena_bytes: int
    shared: tuple[Shared, ...]
    memories: tuple[Memory, ...]

    @property
    def lower_bound_bytes(self) -> int:
        """No arena with these buffers can be smaller."""
        here = [buffer for buffer in self.buffers.values() if buffer.memory == ARENA]
        return lower_bound(here, by_index(self.shared, here))


def placed(
    bound: Sequence[Buffer],
    wanted: Sequence[Buffer],
    shared: tuple[Shared, ...],
    planner: Planner,
    consumed: frozenset[str] = frozenset(),
) -> Placement:
    """Every buffer in its memory: what the caller binds (`bound`) in the one that its buffer names; of those `wanted`
    what makes the arena smaller in the memory of inputs that may be consumed, the others in the arena.
    """
    rooms = [_Room(planner, shared, buffer.memory, buffer.bytes, (buffer,)) for buffer in bound]
    rest: tuple[Buffer, ...] = tuple(wanted)
    for index, buffer in enumerate(bound):
        if buffer.name in consumed:
            rooms[index], rest = rooms[index].relieving(rest)
    in_arena, size = planner(rest, by_index(shared, rest))
    everything = (*in_arena, *(buffer for room in rooms for buffer in room.buffers))
    found = {buffer.name: buffer for buffer in everything}
    assert len(found) == len(everything), "two buffers have one name"
    in_order = {buffer.name: found[buffer.name] for buffer in (*bound, *wanted)}
    return Placement(in_order, size, shared, tuple(_memory(room, consumed) for room in rooms))


def _memory(room: _Room, consumed: frozenset[str]) -> Memory:
    """What C knows of a memory that the caller binds; the first buffer is what it is bound for."""
    bound = room.buffers[0]
    role, _, index = room.name.partition("_")
    align = max(buffer.align for buffer in room.buffers)
    writable = Role(role) is Role.OUTPUT or bound.name in consumed
    return Memory(room.name, Role(role), int(index), bound.name, room.bytes, align, writable)


@dataclass(frozen=True, slots=True)
class _Room:
    """A memory of so many bytes with what lies in it."""

    planner: Planner
    shared: tuple[Shared, ...]
    name: str
    bytes: int
    buffers: tuple[Buffer, ...] = ()

    def with_(self, buffer: Buffer) -> _Room | None:
        """With one more buffer; None if it has no room."""
        return self.holding((*self.buffers, buffer))

    def holding(self, buffers: Sequence[Buffer]) -> _Room | None:
        """With these buffers alone; None if they have no room."""
        inside = [replace(buffer, offset=0, memory=self.name) for buffer in buffers]
        overlaps = by_index(self.shared, inside)
        if lower_bound(inside, overlaps) > -(-self.bytes // 4) * 4:
            return None
        there = self.planner(inside, overlaps)[0]
        fits = all(buffer.offset + buffer.bytes <= self.bytes for buffer in there)
        return replace(self, buffers=there) if fits else None

    def relieving(self, rest: tuple[Buffer, ...]) -> tuple[_Room, tuple[Buffer, ...]]:
        """With buffers of which `rest` gets smaller, one after the other as long as there is one; and what is left."""
        room = self
        while True:
            movable = [buffer for buffer in _peak(rest, self.shared) if buffer.role is not Role.STATE]
            offers = [(buffer, offer) for buffer in movable if (offer := room.with_(buffer)) is not None]
            if not offers:
                return room, rest
            buffer, room = min(offers, key=lambda offer: (self._needed(rest, offer[0]), -offer[0].bytes))
            rest = tuple(other for other in rest if other is not buffer)

    def _needed(self, rest: tuple[Buffer, ...], moved: Buffer) -> int:
        left = [other for other in rest if other is not moved]
        return lower_bound(left, by_index(self.shared, left))


def _peak(buffers: Sequence[Buffer], shared: Sequence[Shared]) -> tuple[Buffer, ...]:
    """What lives at the moment that needs most, the first of several."""
    moments = sorted({buffer.first for buffer in buffers})
    alive = [tuple(b for b in buffers if b.first <= moment <= b.last) for moment in moments]
    return max(alive, key=lambda some: lower_bound(some, by_index(shared, some)), default=())
