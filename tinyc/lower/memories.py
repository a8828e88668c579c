"""Which memory each buffer lies in, and where: the arena, memory that the caller binds, other regions of the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tinyc.errors import DoesNotFit
from tinyc.lower.offsets.arena import lower_bound
from tinyc.lower.offsets.planner import Planner
from tinyc.lower.offsets.room import Room
from tinyc.lower.overlaps import by_index
from tinyc.lower.program import ARENA, Buffer, Memory, Role, Shared
from tinyc.lower.regions import Regions, Share
from tinyc.targets.load import ARENA_ALIGN


@dataclass(frozen=True, slots=True)
class Placement:
    """All buffers at their places, by name; the arena's size, the memories beside it, and whether it is proven that no
    places make the arena smaller.
    """

    buffers: Mapping[str, Buffer]
    arena_bytes: int
    shared: tuple[Shared, ...]
    memories: tuple[Memory, ...]
    is_least: bool

    def accesses(self, region: str) -> int:
        """Of all buffers in a region beside the arena's."""
        names = {memory.name for memory in self.memories if memory.role is Role.REGION and memory.value == region}
        return sum(buffer.accesses for buffer in self.buffers.values() if buffer.memory in names)

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
    regions: Regions | None = None,
) -> Placement:
    """Every buffer in its memory: what the caller binds (`bound`) in the one that its buffer names; of those `wanted`
    what makes the arena smaller in the memory of inputs that may be consumed, what is accessed most in regions that
    are faster than the arena's, what the arena has no room for in others, and the rest in the arena.
    """
    rooms = [Room(shared, buffer.memory, buffer.bytes, (buffer,)) for buffer in bound]
    rest = tuple(wanted)
    for index, buffer in enumerate(bound):
        if buffer.name in consumed:
            rooms[index], rest = rooms[index].relieving(rest, _movable(rest, regions))
    further, rest = _further(rest, shared, regions) if regions is not None else ([], rest)
    further = [room.tightened(planner) for room in further]
    in_arena = planner.place(rest, by_index(shared, rest))
    everything = (*in_arena.buffers, *(buffer for room in (*rooms, *further) for buffer in room.buffers))
    found = {buffer.name: buffer for buffer in everything}
    assert len(found) == len(everything), "two buffers have one name"
    in_order = {buffer.name: found[buffer.name] for buffer in (*bound, *wanted)}
    memories = [_bound_memory(room, consumed) for room in rooms]
    memories += [_region_memory(room, index) for index, room in enumerate(further, 1)]
    is_least = in_arena.is_least and not (consumed or further)
    return Placement(in_order, in_arena.bytes, shared, tuple(memories), is_least)


def _movable(buffers: Sequence[Buffer], regions: Regions | None) -> frozenset[str]:
    """Buffers that the planner may put where it likes."""
    asked = regions.asked if regions is not None else {}
    return frozenset(b.name for b in buffers if b.role is not Role.STATE and b.name not in asked)


def _further(
    rest: tuple[Buffer, ...], shared: tuple[Shared, ...], regions: Regions
) -> tuple[list[Room], tuple[Buffer, ...]]:
    """Regions beside the arena's with what lies in them, and what is left."""
    movable, rooms = _movable(rest, regions), []
    for share in regions.further:
        name = share.region.name
        asked = [buffer for buffer in rest if regions.asked.get(buffer.name) == name]
        room = Room(shared, name, share.bytes).with_(*asked)
        if room is None:
            raise _too_much(asked, share)
        if regions.gain(share) > 0:
            room = room.filled([buffer for buffer in rest if buffer.name in movable])
        inside = {buffer.name for buffer in room.buffers}
        rest = tuple(buffer for buffer in rest if buffer.name not in inside)
        rooms.append(room)
    for index, room in enumerate(rooms):
        rooms[index], rest = room.relieving(rest, movable, regions.arena.bytes)
    return [room.called(f"{ARENA}_{index}") for index, room in enumerate((r for r in rooms if r.buffers), 1)], rest


def _too_much(buffers: Sequence[Buffer], share: Share) -> DoesNotFit:
    rows = "\n".join(f"  {buffer.bytes:>10} {buffer.name}" for buffer in sorted(buffers, key=lambda b: -b.bytes))
    return DoesNotFit(
        f"--place: what is asked to lie in {share.region.name} does not fit its {share.bytes} bytes\n{rows}",
        hint="place less there, or give the region a larger share in the board's [budget]",
    )


def _region_memory(room: Room, index: int) -> Memory:
    return Memory(room.name, Role.REGION, index, room.region, room.used_bytes, ARENA_ALIGN, True)


def _bound_memory(room: Room, consumed: frozenset[str]) -> Memory:
    """What C knows of a memory that the caller binds; the first buffer is what it is bound for."""
    bound = room.buffers[0]
    role, _, index = room.name.partition("_")
    align = max(buffer.align for buffer in room.buffers)
    writable = Role(role) is Role.OUTPUT or bound.name in consumed
    return Memory(room.name, Role(role), int(index), bound.name, room.bytes, align, writable)
