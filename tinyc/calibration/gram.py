"""Second moments of the inputs of weighted layers: what rounding errors of their weights cost."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from tinyc.calibration.calibration import Calibration
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import Array
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense


def gram_matrices(graph: Graph, ops: Sequence[Op], calibration: Calibration) -> dict[str, Array]:
    """X^T X of each op's input columns, float64 [groups, K, K], summed over all samples and positions.

    K counts the weights of one output channel, in the order of the weights' own axes. The squared error of the op's
    outputs under a weight error E [M, K] is the trace of E G E^T.
    """
    found: dict[str, Array] = {}
    for values in calibration.runs(graph, "second moments"):
        for op in ops:
            columns = input_columns(op, values[op.reads[0]])
            gram = np.matmul(np.swapaxes(columns, 1, 2), columns)
            found[op.name] = found[op.name] + gram if op.name in found else gram
    return found


def input_columns(op: Op, x: Array) -> Array:
    """What each output position sees of the input, float64 [groups, positions, K]."""
    operator = op.operator
    if isinstance(operator, Dense):
        return x.reshape(1, -1, x.shape[-1]).astype(np.float64)
    assert isinstance(operator, Conv2d)
    windows = operator.window.view(x.astype(np.float64), 0.0)
    rank = len(operator.window.kernel)
    positions = x.shape[0] * prod(windows.shape[2 : 2 + rank])
    moved = np.moveaxis(windows, 1, 1 + rank)  # [N, out..., C, kernel...]
    grouped = moved.reshape(positions, operator.groups, -1)
    return np.ascontiguousarray(np.swapaxes(grouped, 0, 1))
