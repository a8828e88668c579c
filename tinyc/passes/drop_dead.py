"""Remove what no output depends on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tinyc.ir.graph import Graph, Op
from tinyc.passes.base import Pass, PassContext, pass_


@pass_("drop_dead")
@dataclass(frozen=True, slots=True)
class DropDead(Pass):
    """Remove ops whose results nobody reads, and constants that no op reads.

    What: keeps the ops from which an output of the graph can be reached, and what they read. Inputs of the graph stay,
    read or not: they belong to the model's surface.
    When it is exact: always.
    Example: an auxiliary head of a network whose output is not exported.
    Cost: linear in the ops.
    """

    def run(self, graph: Graph, context: PassContext) -> Graph:
        draft = graph.draft()
        draft.ops = live_ops(graph.ops, graph.outputs)
        result = draft.freeze()
        if len(result.ops) == len(graph.ops) and len(result.types) == len(graph.types):
            return graph
        dropped = len(graph.ops) - len(result.ops), len(graph.constants) - len(result.constants)
        context.remarks.append(f"{dropped[0]} ops and {dropped[1]} constants dropped")
        return result


def live_ops(ops: Sequence[Op], outputs: Iterable[str]) -> list[Op]:
    """The ops from which one of the outputs can be reached, in their order."""
    wanted = set(outputs)
    kept = []
    for op in reversed(ops):
        if wanted.intersection(op.outputs):
            kept.append(op)
            wanted.update(op.reads)
    return kept[::-1]
