"""Where every value and every call's scratch memory lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tinyc.ir.graph import Graph
from tinyc.kernels.record import Site
from tinyc.lower.arena import Overlaps
from tinyc.lower.liveness import Liveness
from tinyc.lower.overlaps import by_index, shared_buffers, wanted_buffers
from tinyc.lower.program import ARENA, Buffer, Guard, Shared, Tensor

Planner: TypeAlias = Callable[[Sequence[Buffer], Overlaps], tuple[tuple[Buffer, ...], int]]
"""Buffers to the same with offsets, and the arena's size."""


@dataclass(slots=True)
class Plan:
    """Placed buffers, and which of them holds each value and each op's scratch."""

    liveness: Liveness
    buffers: tuple[Buffer, ...]
    arena_bytes: int
    home: dict[str, Buffer]
    scratch: dict[str, Buffer]
    shared: tuple[Shared, ...]

    @staticmethod
    def make(liveness: Liveness, sites: Mapping[str, Site], planner: Planner) -> Plan:
        lives = liveness.buffers()
        wanted, shared = wanted_buffers(liveness, sites), shared_buffers(liveness, sites)
        placed, size = planner(wanted, by_index(shared, wanted))
        home = {name: placed[index] for index, live in enumerate(lives) for name in live.values}
        by_name = {buffer.name: buffer for buffer in placed[len(lives) :]}
        return Plan(liveness, placed, size, home, by_name, shared)

    def tensor(self, graph: Graph, name: str) -> Tensor:
        home = self.home[name]
        return Tensor(name, graph.types[name], home.offset, home.memory)

    def guard(self, condition: str, wanted: bool) -> Guard:
        home = self.home[condition]
        return Guard(condition, home.offset, wanted, home.memory)

    def live_bytes(self, call: int) -> int:
        """Bytes of the arena that hold something during a call; those that two buffers share count once."""
        here = [b for b in self.buffers if b.memory == ARENA and b.first <= call <= b.last]
        live = sorted((b.offset, b.offset + b.bytes) for b in here)
        total = reached = 0
        for start, end in live:
            total += max(0, end - max(start, reached))
            reached = max(reached, end)
        return total
