"""Float weights that are too small to change a sum: what weight decay leaves of channels that training gave up."""

from __future__ import annotations

import numpy as np

from tinyc.ir.graph import Graph
from tinyc.ir.types import Array, DType
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense

DUST = 2.0**-60
"""Share of a layer's largest weight. A float32 sum keeps 24 bits: products with such a weight change it only where
inputs are 2^36 times as large as others.
"""


def without_dust(graph: Graph) -> Graph:
    """The graph with zeros for the dust in the weights of float conv2d and dense; the same object if there is none."""
    draft, found = graph.draft(), False
    for name in _weights(graph):
        array = draft.constants[name].array
        dust = _dust(array)
        if dust.any():
            found = True
            draft.constants[name] = type(draft.constants[name])(np.where(dust, np.float32(0.0), array))
    return draft.freeze() if found else graph


def _weights(graph: Graph) -> list[str]:
    """Constant float weights that weighted sums alone read, in slot w."""
    layers = [op for op in graph.ops if isinstance(op.operator, Conv2d | Dense)]
    names = {op.inputs[1] for op in layers if op.inputs[1] in graph.constants}
    others = {name for op in graph.ops for place, name in enumerate(op.inputs) if op not in layers or place != 1}
    floats = (name for name in names - others if name is not None and graph.types[name].dtype is DType.F32)
    return sorted(floats)


def _dust(array: Array) -> Array:
    magnitude = np.abs(array.astype(np.float64))
    return np.asarray((magnitude > 0) & (magnitude < DUST * magnitude.max(initial=0.0)))
