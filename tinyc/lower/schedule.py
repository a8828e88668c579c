"""The order of the ops: the model's own, unless another needs less memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tinyc.ir.graph import Graph, Op
from tinyc.kernels.record import Kernel
from tinyc.lower.arena import lower_bound
from tinyc.lower.liveness import Liveness
from tinyc.lower.program import ARENA


def scheduled(graph: Graph, kernels: Mapping[str, Kernel]) -> Graph:
    """The graph with its ops in the order whose largest sum of live bytes is smallest; the same graph if that is the
    order it has. Tried are the model's order and a greedy one; branches make them differ.
    """
    greedy = replace(graph, ops=tuple(_greedy(graph)))
    return greedy if _peak(greedy, kernels) < _peak(graph, kernels) else graph


def _peak(graph: Graph, kernels: Mapping[str, Kernel]) -> int:
    lives = Liveness(graph, dict(kernels)).buffers()
    return lower_bound([live.frozen() for live in lives if live.memory == ARENA])


def _greedy(graph: Graph) -> list[Op]:
    """Of the ops that can run, always the one that adds least to the live bytes; ties in the model's order."""
    left: dict[str, int] = {name: len(ops) for name, ops in graph.consumers().items()}
    for name in graph.outputs:
        left[name] += 1
    known = {*graph.inputs, *graph.constants}
    waiting, order = list(graph.ops), []
    while waiting:
        ready = [op for op in waiting if all(name in known for name in op.reads)]
        best = min(ready, key=lambda op: _growth(graph, op, left))
        for name in set(best.reads):
            left[name] -= 1
        known.update(best.outputs)
        waiting.remove(best)
        order.append(best)
    return order


def _growth(graph: Graph, op: Op, left: Mapping[str, int]) -> int:
    """Bytes that become live minus bytes that die when the op runs."""
    born = sum(graph.types[name].bytes for name in op.outputs)
    dying = [name for name in set(op.reads) if left[name] == 1 and name not in graph.constants]
    return born - sum(graph.types[name].bytes for name in dying)
