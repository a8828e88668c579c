"""Integers that a value can hold at run time, as far as the op that makes it proves."""

from __future__ import annotations

from tinyc.ir.graph import Graph
from tinyc.ops.clamp import clamp_integers
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense


def proven_range(graph: Graph, name: str) -> tuple[int, int] | None:
    """Bounds of a quantised value that a weighted sum with a clamp makes, inclusive; None for any other value."""
    kind = graph.types[name]
    if kind.quant is None or name in graph.constants:
        return None
    maker = next((op.operator for op in graph.ops if name in op.outputs), None)
    if not isinstance(maker, Conv2d | Dense) or maker.clamp is None:
        return None
    return clamp_integers(kind, maker.clamp)
