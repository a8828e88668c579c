"""Depthwise convolutions and the 1x1 convolutions that read them as one op, where one kernel does both in less time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tinyc.ir.graph import Graph, Op
from tinyc.kernels.record import Site
from tinyc.lower.goal import Goal
from tinyc.lower.select import Costs, candidates, site_of
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.depthwise_pointwise import DepthwisePointwise
from tinyc.targets import Board


def fused(graph: Graph, board: Board, goal: Goal, costs: Costs) -> Graph:
    """The graph with such pairs as one op each, for the goal of time: the columns in between take scratch memory. What
    lies between two ops of a pair is no value of the result.
    """
    if goal is not Goal.TIME:
        return graph

    def cycles(site: Site) -> float | None:
        best = next(iter(candidates(site, board, costs, goal)), None)
        return None if best is None else best.cycles

    for op in graph.ops:
        first = depthwise_before(graph, op)
        graph = graph if first is None else _merged(graph, first, op, cycles)
    return graph


def depthwise_before(graph: Graph, op: Op) -> Op | None:
    """The depthwise convolution whose result only this op reads, which is a convolution of one group."""
    if not isinstance(op.operator, Conv2d) or op.operator.groups != 1:
        return None
    x = op.inputs[0]
    first = next((other for other in graph.ops if x in other.outputs), None)
    if x is None or first is None or not isinstance(first.operator, Conv2d) or first.operator.groups == 1:
        return None
    alone = x not in graph.outputs and [reader.name for reader in graph.consumers()[x]] == [op.name]
    return first if alone else None


def _merged(graph: Graph, first: Op, second: Op, cycles: Callable[[Site], float | None]) -> Graph:
    """The graph with both as one op in the place of the second, if that takes less time."""
    both = together(graph, first, second)
    one = cycles(site_of(both, _op_of(both, second.name)))
    apart = (cycles(site_of(graph, first)), cycles(site_of(graph, second)))
    if one is None or None in apart or one >= sum(part or 0.0 for part in apart):
        return graph
    return both


def _op_of(graph: Graph, name: str) -> Op:
    return next(op for op in graph.ops if op.name == name)


def together(graph: Graph, first: Op, second: Op) -> Graph:
    """The graph with both as one op in the place of the second."""
    between = first.outputs[0]
    assert isinstance(first.operator, Conv2d) and isinstance(second.operator, Conv2d)
    operator = DepthwisePointwise(first.operator, second.operator, graph.types[between])
    inputs = (*_three(first), *_three(second)[1:])
    sources = " + ".join(source for source in (first.source, second.source) if source)
    op = Op(second.name, operator, inputs, second.outputs, sources)
    ops = tuple(op if other.name == second.name else other for other in graph.ops if other.name != first.name)
    types = {name: kind for name, kind in graph.types.items() if name != between}
    return replace(graph, ops=ops, types=types)


def _three(op: Op) -> tuple[str | None, ...]:
    """x, w and b, None where there is no bias."""
    return (*op.inputs, None)[:3]
