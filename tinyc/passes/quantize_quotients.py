"""Quotients by constants as products: a form that integers have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import DType
from tinyc.ops.binary import Div, Mul


def with_products(graph: Graph, selects: Callable[[Op], bool]) -> Graph:
    """Selected float `div` by constants without zeros become `mul` by their reciprocals, rounded to float32: within
    2^-23 of the quotient, where an integer step is 2^-8 or 2^-16 of the range. The same graph if there are none.
    """
    found = {op.name for op in graph.ops if selects(op) and _has_reciprocal(graph, op)}
    if not found:
        return graph
    draft = graph.draft()
    draft.ops = []
    for op in graph.ops:
        draft.ops.append(_as_product(draft, op) if op.name in found else op)
    return draft.freeze()


def _as_product(draft: Draft, op: Op) -> Op:
    a, b = op.inputs
    assert isinstance(op.operator, Div) and b is not None
    reciprocal = draft.add_constant(f"{b}.reciprocal", np.float32(1) / draft.constants[b].array, draft.types[b])
    return replace(op, operator=Mul(op.operator.clamp), inputs=(a, reciprocal))


def _has_reciprocal(graph: Graph, op: Op) -> bool:
    """A divisor is constant and float32, and so are its reciprocals: normal numbers."""
    if not isinstance(op.operator, Div):
        return False
    a, b = op.inputs
    if b is None or a in graph.constants or b not in graph.constants or graph.types[b].dtype is not DType.F32:
        return False
    size = np.abs(graph.constants[b].array.astype(np.float64))
    return bool(((size > 2.0**-120) & (size < 2.0**120)).all())
