"""Zeros for weights, one layer after the other, each with inputs as the pruned layers before leave them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tinyc.calibration.allocate import Choices, allocate
from tinyc.calibration.calibration import Calibration
from tinyc.calibration.lockstep import first_samples
from tinyc.calibration.moments import Moments, Sums, input_columns
from tinyc.calibration.surgeon import Importance, Line
from tinyc.ir.graph import Graph
from tinyc.ir.types import Array
from tinyc.passes.prune_layers import Cut, Layer, cut, line_of, rewritten, wanted_rows
from tinyc.passes.prune_measure import Judge
from tinyc.passes.quantize_follower import Follower

MOST_MACS = 4e9
"""Of the runs for moments: bounds time; small graphs see more samples."""
SAMPLES = (256, 4096)
"""Least and most of them."""
JUDGED = 32
"""Samples for what a layer costs the outputs."""
MEASURED = (0.5, 0.75, 0.9, 0.97)
"""Shares of a layer's prunable weights at which that is measured."""
LEVELS = 64
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Found:
    """The pruned graph, and for each layer the share of zeros and the outputs' relative squared error."""

    graph: Graph
    layers: dict[str, tuple[float, float]]


def samples_for(graph: Graph, data: Calibration) -> Calibration:
    """As many samples as the layers' moments are worth."""
    macs = max(1, sum(graph.macs(op) for op in graph.ops))
    return first_samples(data, int(np.clip(MOST_MACS / macs, *SAMPLES)))


def prune_weights(
    graph: Graph, layers: Sequence[Layer], counts: Sequence[int], by: Importance, data: Calibration | None
) -> Found:
    """So many weights of each layer become zero. Without data nothing makes up for them."""
    draft, told = graph.draft(), {}
    draft.ops = []
    follower = None if data is None else Follower(graph, draft, data, data.count)
    goals = {layer.op.name: (layer, count) for layer, count in zip(layers, counts, strict=True)}
    for op in graph.ops:
        if op.name in goals:
            layer, count = goals[op.name]
            seen = follower.moments(op, op.reads[0]) if follower is not None else None
            wanted = wanted_rows(layer, seen, by)
            found = cut(layer, line_of(layer, wanted, seen, by), wanted, seen, by, count)
            told[op.name] = (1.0 - float(np.count_nonzero(found.rows)) / found.rows.size, found.error)
            draft.ops.append(rewritten(draft, op, found))
        else:
            draft.ops.append(op)
        if follower is not None:
            follower.leave(op, {})
    return Found(draft.freeze(), told)


def spread(
    graph: Graph, layers: Sequence[Layer], goal: float, prices: Sequence[int], by: Importance, data: Calibration
) -> list[int]:
    """Weights of each layer that go, so that together they save the goal at the least error of the outputs.

    A weight of a layer saves its price. What outputs lose is measured for each layer alone.
    """
    seen = plain_moments(graph, layers, data)
    judge = Judge(graph, first_samples(data, JUDGED))
    grids = [_grid(layer) for layer in layers]
    choices = [
        Choices(grid * price, _errors(judge, layer, seen[layer.op.name], by, grid))
        for layer, price, grid in zip(layers, prices, grids, strict=True)
    ]
    return [int(grid[choice]) for grid, choice in zip(grids, allocate(choices, goal), strict=True)]


def plain_moments(graph: Graph, layers: Sequence[Layer], data: Calibration) -> dict[str, Moments]:
    """Moments of what the layers read in the float graph, by op name."""
    sums = {layer.op.name: Sums() for layer in layers}
    for values in data.runs(graph, "moments of the float graph"):
        for layer in layers:
            sums[layer.op.name].add(input_columns(layer.op, values[layer.op.reads[0]]), None)
    return {name: found.moments() for name, found in sums.items()}


def _grid(layer: Layer) -> Array:
    """Counts of weights among which the layer's is chosen, from 0."""
    if layer.pattern.kept:
        return np.array([0, layer.most])
    return np.unique(np.linspace(0, layer.most, LEVELS + 1).astype(int))


def _errors(judge: Judge, layer: Layer, seen: Moments, by: Importance, grid: Array) -> Array:
    """Of the outputs, for each count: the layer's own error, times what it was worth where that was measured."""
    wanted = wanted_rows(layer, seen, by)
    line = line_of(layer, wanted, seen, by)
    local = _local_errors(layer, line, seen, by, grid)
    near = sorted({int(np.abs(grid - share * layer.most).argmin()) for share in MEASURED} - {0})
    measured = [judge.error(_alone(judge.graph, layer, cut(layer, line, wanted, seen, by, int(grid[i])))) for i in near]
    worth = np.interp(np.log(local), np.log(local[near]), np.log(np.maximum(measured, TINY) / local[near]))
    return np.asarray(np.where(grid > 0, np.maximum.accumulate(local * np.exp(worth)), 0.0))


def _local_errors(layer: Layer, line: Line, seen: Moments, by: Importance, grid: Array) -> Array:
    """Squared error of the layer's outputs for each count; positive and rising."""
    if by is Importance.HESSIAN:
        units = np.minimum(np.searchsorted(np.cumsum(line.sizes), grid) + 1, len(line.sizes)) * (grid > 0)
        errors = np.append(0.0, np.cumsum(line.costs))[units]
    else:
        power = float(((layer.rows @ seen.gram) * layer.rows).sum())
        errors = np.array([cut(layer, line, layer.rows, seen, by, int(count)).error * power for count in grid])
    return np.asarray(np.maximum(np.maximum.accumulate(errors), TINY * np.arange(1, len(grid) + 1)))


def _alone(graph: Graph, layer: Layer, found: Cut) -> Graph:
    """The graph with this layer pruned."""
    draft = graph.draft()
    draft.ops = [rewritten(draft, op, found) if op.name == layer.op.name else op for op in graph.ops]
    return draft.freeze()
