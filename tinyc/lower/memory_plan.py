"""Where every value and every call's scratch memory lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from tinyc.ir.graph import Graph
from tinyc.kernels.record import Site
from tinyc.lower.accesses import buffer_accesses
from tinyc.lower.hot_weights import shared_with_weights
from tinyc.lower.liveness import Liveness
from tinyc.lower.memories import Placement, placed
from tinyc.lower.offsets.planner import Planner
from tinyc.lower.overlaps import shared_buffers, wanted_buffers
from tinyc.lower.program import ARENA, Buffer, Guard, Tensor
from tinyc.lower.regions import NO_PLACES, Places, Regions, regions_of
from tinyc.targets import Board


@dataclass(slots=True)
class Plan:
    """Placed buffers, and which of them holds each value and each op's scratch."""

    liveness: Liveness
    placement: Placement
    home: dict[str, Buffer]
    scratch: dict[str, Buffer]

    @staticmethod
    def make(
        liveness: Liveness, sites: Mapping[str, Site], planner: Planner, board: Board,
        places: Places = NO_PLACES, taken: Mapping[str, int] = MappingProxyType({}),
    ) -> Plan:  # fmt: skip
        """`taken`: bytes of regions that constants need."""
        lives = liveness.buffers()
        bound = [live.frozen() for live in lives if live.memory != ARENA]
        wanted, shared = wanted_buffers(liveness, sites), shared_buffers(liveness, sites)
        counts = buffer_accesses(liveness)
        bound, wanted = ([replace(b, accesses=counts.get(b.name, 0)) for b in some] for some in (bound, wanted))
        regions = regions_of(board, places, wanted, taken)

        def place(regions: Regions) -> Placement:
            return placed(bound, wanted, shared, planner, liveness.graph.edges.consumed, regions)

        found = shared_with_weights(place, regions, liveness, board, places)
        home = {name: found.buffers[live.name] for live in lives for name in live.values}
        values = {live.name for live in lives}
        return Plan(liveness, found, home, {name: b for name, b in found.buffers.items() if name not in values})

    @property
    def buffers(self) -> tuple[Buffer, ...]:
        return tuple(self.placement.buffers.values())

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
