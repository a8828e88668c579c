"""Inputs whose rows are pushed, as the ops that work row by row read them."""

from __future__ import annotations

from tinyc.ir.graph import Graph
from tinyc.ir.types import Layout
from tinyc.ops.relayout import Relayout


def without_turns(graph: Graph) -> Graph:
    """The graph without relayouts of pushed inputs of one channel, whose memory is the same channels-last."""
    turns = [op for op in graph.ops if isinstance(op.operator, Relayout) and op.reads[0] in graph.edges.pushed]
    draft = graph.draft()
    for op in turns:
        (name,), (turned,) = op.reads, op.outputs
        last = graph.types[name].with_layout(Layout.CHANNELS_LAST)
        if graph.types[name].same_memory(last) and graph.types[turned].layout is Layout.CHANNELS_LAST:
            draft.types[name] = last
            draft.ops = [other for other in draft.ops if other.name != op.name]
            draft.replace_uses(turned, name)
            del draft.types[turned]
    return graph if len(draft.ops) == len(graph.ops) else draft.freeze()
