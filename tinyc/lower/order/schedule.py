"""The order of the ops: the model's own, unless the plan of another needs less memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from tinyc.ir.graph import Graph, Op
from tinyc.kernels.record import Kernel, Site
from tinyc.lower.liveness import Liveness
from tinyc.lower.memories import Placement
from tinyc.lower.offsets.arena import lower_bound, place
from tinyc.lower.offsets.planner import FAST, Planner
from tinyc.lower.order.order_problem import OrderProblem
from tinyc.lower.order.orders import Order, least_orders
from tinyc.lower.overlaps import Known, by_index, shared_buffers, wanted_buffers
from tinyc.lower.program import Role

_MOST_PLANS = 8
"""Orders of equal peak whose arenas are compared."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A graph in the order in which it runs, and the bytes that no order of it needs less of, if that is known.
    `is_only`: there is no other order, and its bound is theirs.
    """

    graph: Graph
    bound_bytes: int | None = None
    is_only: bool = False

    def bound_of(self, placement: Placement) -> int | None:
        """The bound of a plan's arena; None also where buffers may lie in memory beside it."""
        if any(memory.role is Role.REGION for memory in placement.memories):
            return None
        return placement.lower_bound_bytes if self.is_only else self.bound_bytes


def scheduled(
    graph: Graph, kernels: Mapping[str, Kernel], sites: Mapping[str, Site], planner: Planner = FAST
) -> Schedule:
    """The graph with its ops in the order whose arena is smallest among the orders of least peak; the same graph if its
    own is as good. Deterministic.
    """
    trials = Trials(graph, kernels, sites)
    if trials.is_chain():
        return Schedule(graph, is_only=not graph.edges.consumed)
    problem = OrderProblem.of(graph, kernels, sites, trials.known)
    own = trials.arena(graph)
    if own <= problem.bound:
        return Schedule(graph, trials.proven(problem.bound))
    found = least_orders(problem, planner.order_sets, planner.order_width)
    best = trials.best(graph, own, found.orders[:_MOST_PLANS], problem)
    return Schedule(best, trials.proven(found.bound))


def rescheduled(
    graph: Graph, kernels: Mapping[str, Kernel], sites: Mapping[str, Site], planner: Planner = FAST
) -> Schedule:
    """The same with the kernels of the program. Graphs with states keep the order that the copies of the states, which
    they have by then, rely on.
    """
    return Schedule(graph) if graph.states else scheduled(graph, kernels, sites, planner)


@dataclass(slots=True)
class Trials:
    """Arenas of a graph's ops in other orders."""

    graph: Graph
    kernels: Mapping[str, Kernel]
    sites: Mapping[str, Site]
    known: Known = field(default_factory=dict)

    def is_chain(self) -> bool:
        """Whether there is one order only: every call reads what the call before made."""
        made: set[str] = set()
        for op in self.graph.ops:
            if self.kernels[op.name].is_view:
                made |= set(op.outputs) if not made.isdisjoint(op.reads) else set()
            elif made and made.isdisjoint(op.reads):
                return False
            else:
                made = set(op.outputs)
        return True

    def proven(self, bound: int) -> int | None:
        """The bound, where it holds: not where states may be written in place or values lie in a consumed input."""
        return None if self.graph.states or self.graph.edges.consumed else bound

    def best(self, graph: Graph, arena: int, orders: Iterable[Order], problem: OrderProblem) -> Graph:
        """The graph in the order of the smallest arena, itself if none is smaller than this one of its own."""
        for order in orders:
            trial = self.ordered([problem.steps[call].op for call in order])
            size = self.arena(trial, arena)
            if size < arena:
                graph, arena = trial, size
        return graph

    def ordered(self, calls: Iterable[Op]) -> Graph:
        """The graph with the calls in this order; views follow what they view."""
        views = [op for op in self.graph.ops if self.kernels[op.name].is_view]
        known, order = set(self.graph.inputs), list[Op]()
        for op in (None, *calls):
            order += [] if op is None else [op]
            known |= set() if op is None else set(op.outputs)
            for view in [view for view in views if view.reads[0] in known]:
                views.remove(view)
                known.update(view.outputs)
                order.append(view)
        return replace(self.graph, ops=tuple(order))

    def arena(self, graph: Graph, most: int | None = None) -> int:
        """Bytes of the plan; no more than the lower bound if that is `most` already."""
        liveness = Liveness(graph, dict(self.kernels))
        buffers = wanted_buffers(liveness, self.sites)
        overlaps = by_index(shared_buffers(liveness, self.sites, known=self.known), buffers)
        bound = lower_bound(buffers, overlaps)
        return bound if most is not None and bound >= most else place(buffers, overlaps)[1]
