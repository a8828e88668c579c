"""Which ops may be skipped at run time: those whose results only matter on one side of a choice.

A `where` whose condition is one element picks all of `a` or all of `b`: what computes the other operand alone need not
run. So ONNX's If, which the importer writes as its two branches and a `where`, becomes a branch in C.
"""

from __future__ import annotations

from typing import TypeAlias

from tinyc.ir.graph import Graph, Op
from tinyc.ops.where import Where

Side: TypeAlias = tuple[str, bool]
"""A condition and what it must be."""


def guards(graph: Graph) -> dict[str, tuple[Side, ...]]:
    """For each op that may be skipped, the conditions under which it must run, in the order in which they are computed.

    Exact: an op is skipped only if every use of its results is on the other side of some choice.
    """
    place = {name: index for index, op in enumerate(graph.ops) for name in op.outputs}
    needed: dict[str, frozenset[Side]] = dict.fromkeys(_always_read(graph), frozenset())
    found: dict[str, tuple[Side, ...]] = {}
    for index in range(len(graph.ops) - 1, -1, -1):
        op = graph.ops[index]
        uses = [needed[name] for name in op.outputs if name in needed]
        sides = frozenset.intersection(*uses) if uses else frozenset()
        known = [(place.get(condition, -1), condition, wanted) for condition, wanted in sides]
        if earlier := sorted(side for side in known if side[0] < index):
            found[op.name] = tuple((condition, wanted) for _, condition, wanted in earlier)
        for slot, name in enumerate(op.inputs):
            if name is not None:
                here = sides | _side(graph, op, slot)
                needed[name] = needed[name] & here if name in needed else here
    return found


def _always_read(graph: Graph) -> list[str]:
    return [*graph.outputs, *(output for _, output in graph.states)]


def _side(graph: Graph, op: Op, slot: int) -> frozenset[Side]:
    """The side of a choice on which an operand is read."""
    condition = op.inputs[0]
    chooses = isinstance(op.operator, Where) and condition is not None and condition not in graph.constants
    if not chooses or slot == 0 or condition is None or graph.types[condition].elements != 1:
        return frozenset()
    return frozenset([(condition, slot == 1)])
