"""Integers that a value can hold at run time, as far as the ops that make it prove."""

from __future__ import annotations

from tinyc.ir.graph import Graph
from tinyc.ops.clamp import clamp_integers
from tinyc.ops.columns import Columns
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.ops.pool import MaxPool
from tinyc.ops.relayout import Relayout
from tinyc.ops.reshape import Reshape
from tinyc.ops.transpose import Transpose

_HANDED_ON = (Columns, MaxPool, Reshape, Relayout, Transpose)
"""Operators whose results are some of their input's values."""


def proven_range(graph: Graph, name: str) -> tuple[int, int] | None:
    """Bounds of a quantised value that a weighted sum with a clamp makes, inclusive; None for any other value."""
    kind = graph.types[name]
    if kind.quant is None or name in graph.constants:
        return None
    maker = next((op for op in graph.ops if name in op.outputs), None)
    if maker is None:
        return None
    if isinstance(maker.operator, _HANDED_ON) and maker.inputs[0] is not None:
        same = graph.types[maker.inputs[0]].quant == kind.quant
        return proven_range(graph, maker.inputs[0]) if same else None
    if not isinstance(maker.operator, Conv2d | Dense) or maker.operator.clamp is None:
        return None
    return clamp_integers(kind, maker.operator.clamp)
