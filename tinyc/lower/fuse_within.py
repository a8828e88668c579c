"""Depthwise convolutions and the 1x1 convolutions behind them as one op where the arena has room for that anyway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tinyc.ir.graph import Graph, Op
from tinyc.kernels.record import Kernel, Site
from tinyc.lower.costs import load_costs
from tinyc.lower.fuse import depthwise_before, together
from tinyc.lower.goal import Goal
from tinyc.lower.liveness import Liveness
from tinyc.lower.offsets.planner import FAST
from tinyc.lower.overlaps import by_index, shared_buffers, wanted_buffers
from tinyc.lower.relief import bytes_needed
from tinyc.lower.select import candidates, estimated_cycles, site_of
from tinyc.targets import Board

_SPARE = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2)
"""Parts of its own cycles that a pair is offered for less scratch memory."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A graph with each op's kernel and site."""

    graph: Graph
    kernels: Mapping[str, Kernel]
    sites: Mapping[str, Site]

    @property
    def arena(self) -> int:
        """Bytes of its plan."""
        liveness = Liveness(self.graph, dict(self.kernels))
        buffers = wanted_buffers(liveness, self.sites)
        return FAST.place(buffers, by_index(shared_buffers(liveness, self.sites), buffers)).bytes

    def cycles(self, op: Op, board: Board) -> float:
        kernel = self.kernels[op.name]
        return 0.0 if kernel.is_view else estimated_cycles(kernel, self.sites[op.name], load_costs(board))

    def with_op(self, graph: Graph, op: Op, kernel: Kernel, site: Site) -> Chosen:
        """With one op done like this; ops that the graph no longer has are left out."""
        names = {other.name for other in graph.ops}
        kernels = {name: one for name, one in self.kernels.items() if name in names}
        sites = {name: one for name, one in self.sites.items() if name in names}
        return Chosen(graph, {**kernels, op.name: kernel}, {**sites, op.name: site})


def fused_within(now: Chosen, board: Board, goal: Goal) -> Chosen:
    """With pairs as one op each that takes less time than both, while the arena does not grow; if all of them together
    are worth the code. For the goal BALANCED: TIME has fused what it can, whatever the arena.
    """
    if goal is not Goal.BALANCED:
        return now
    arena, found = now.arena, now
    for op in now.graph.ops:
        first = depthwise_before(found.graph, op)
        if first is not None:
            found = next(_better(found, first, op, board, arena), found)
    total, left = (sum(one.cycles(op, board) for op in one.graph.ops) for one in (now, found))
    return found if left < (1 - goal.kernel_worth) * total else now


def _better(now: Chosen, first: Op, second: Op, board: Board, arena: int) -> Iterator[Chosen]:
    """Both as one op in less time, fastest first, with plans that need no larger arena."""
    for then in _ways(now, first, second, board, arena):
        if _gain(now, then, first, second, board) > 0 and then.arena <= arena:
            yield then


def _gain(now: Chosen, then: Chosen, first: Op, second: Op, board: Board) -> float:
    """Cycles that are saved."""
    return now.cycles(first, board) + now.cycles(second, board) - then.cycles(second, board)


def _ways(now: Chosen, first: Op, second: Op, board: Board, most: int) -> Iterator[Chosen]:
    """Both as one op that needs no more bytes while it runs, fastest first."""
    graph = together(now.graph, first, second)
    op = next(other for other in graph.ops if other.name == second.name)
    site, costs, least = site_of(graph, op), load_costs(board), most
    for candidate in candidates(site, board, costs):
        for spare in _SPARE if candidate.refusal is None else ():
            then = now.with_op(graph, op, candidate.kernel, replace(site, spare=spare))
            needs = bytes_needed(Liveness(graph, dict(then.kernels)), then.sites, op)
            if needs <= most and (needs < least or spare == 0):
                least = needs
                yield then
