"""Ops that read a value as it lies before a relayout, where a kernel does that in less time than both."""

from __future__ import annotations

from dataclasses import replace

from tinyc.ir.graph import Graph, Op
from tinyc.kernels.record import Site
from tinyc.lower.goal import Goal
from tinyc.lower.select import Costs, candidates, site_of
from tinyc.ops.relayout import Relayout
from tinyc.targets import Board


def unturned(graph: Graph, board: Board, goal: Goal, costs: Costs) -> Graph:
    """The graph without relayouts of which one op alone reads the result, as its first input, and can read the source:
    a first layer that reads planes. For FLASH the graph stays, as such kernels are no reference kernels; and for RAM,
    as planes have no rows that could be read one after the other.
    """
    if goal in (Goal.FLASH, Goal.RAM):
        return graph
    for op in graph.ops:
        if isinstance(op.operator, Relayout):
            graph = _without(graph, op, board, costs)
    return graph


def _without(graph: Graph, relayout: Op, board: Board, costs: Costs) -> Graph:
    """The graph without this relayout, if that takes less time."""
    (turned,) = relayout.outputs
    readers = graph.consumers().get(turned, [])
    if turned in graph.outputs or len(readers) != 1 or readers[0].reads.count(turned) != 1:
        return graph
    (reader,) = readers
    if reader.inputs[0] != turned:
        return graph
    op = replace(reader, inputs=(relayout.reads[0], *reader.inputs[1:]), source=reader.source or relayout.source)
    ops = tuple(op if other.name == op.name else other for other in graph.ops if other.name != relayout.name)
    types = {name: kind for name, kind in graph.types.items() if name != turned}
    without = replace(graph, ops=ops, types=types)
    alone = _cycles(site_of(without, op), board, costs)
    both = [_cycles(site_of(graph, one), board, costs) for one in (relayout, reader)]
    if alone is None or None in both or alone >= sum(cycles or 0.0 for cycles in both):
        return graph
    return without


def _cycles(site: Site, board: Board, costs: Costs) -> float | None:
    best = next(iter(candidates(site, board, costs, Goal.TIME)), None)
    return None if best is None else best.cycles
