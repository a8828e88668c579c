"""Zeros for weights, one layer after the other, each with inputs as the pruned layers before leave them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeAlias

import numpy as np

from tinyc.calibration.allocate import Choices, allocate
from tinyc.calibration.calibration import Calibration
from tinyc.calibration.lockstep import first_samples
from tinyc.calibration.moments import Moments, Sums, input_columns
from tinyc.calibration.surgeon import Importance, Line
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import Array
from tinyc.ops.binary import Add
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.passes.prune_layers import Cut, Layer, cut, line_of, refitted, rewritten, saved, wanted_rows
from tinyc.passes.prune_measure import Judge
from tinyc.passes.prune_options import Price
from tinyc.passes.quantize_follower import Follower

MOST_MACS = 4e9
"""Of the runs for moments: bounds time; small graphs see more samples."""
SAMPLES = (256, 4096)
"""Least and most of them."""
HELD_OUT = 4
"""Every so many samples judge what the others have fitted: few samples flatter their own fit."""
JUDGED = 32
"""Samples for what a layer costs the outputs."""
MEASURED = (0.5, 0.8, 0.95)
"""Shares of a layer's prunable weights at which that is measured."""
LEVELS = 64
TINY = 1e-12


Cutter: TypeAlias = Callable[[Moments | None], Cut | None]
"""From the moments of a layer's inputs to what becomes of it; None where it stays as it is."""


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
    """So many weights of each layer become zero. Without data nothing makes up for them.

    With Hessians, layers of which none goes still make up for the layers before.
    """

    def cutter(layer: Layer, count: int) -> Cutter:
        def run(seen: Moments | None) -> Cut | None:
            if count == 0 and (by is not Importance.HESSIAN or seen is None or not seen.moved):
                return None
            wanted = wanted_rows(layer, seen, by)
            if count == 0:
                return refitted(layer, wanted, seen)
            return cut(layer, line_of(layer, wanted, seen, by), wanted, seen, by, count)

        return run

    cutters = {layer.op.name: cutter(layer, count) for layer, count in zip(layers, counts, strict=True)}
    return in_lockstep(graph, cutters, data)


def in_lockstep(graph: Graph, cutters: Mapping[str, Cutter], data: Calibration | None) -> Found:
    """Cut layers one after the other, each with moments of its inputs as the layers before leave them."""
    draft, told = graph.draft(), {}
    draft.ops = []
    follower = None if data is None else Follower(graph, draft, data, data.count)
    for op in graph.ops:
        if op.name in cutters:
            found = cutters[op.name](None if follower is None else _seen(graph, op, follower))
            if found is not None:
                told[op.name] = (1.0 - float(np.count_nonzero(found.rows)) / found.rows.size, found.error)
            draft.ops.append(op if found is None else rewritten(draft, op, found))
        else:
            draft.ops.append(op)
        if follower is not None:
            follower.leave(op, {})
    return Found(draft.freeze(), told)


def _seen(graph: Graph, op: Op, follower: Follower) -> Moments:
    """Moments of a layer's inputs; a layer that is added to another makes up for the other's error too."""
    seen, other = follower.moments(op, op.reads[0]), _added_to(graph, op)
    if other is None or not all(other in values for values in (follower.floats[0], follower.integers[0])):
        return seen
    both = zip(follower.floats, follower.integers, strict=True)
    return seen.owing(op, ((mine[op.reads[0]], real[other] - mine[other]) for real, mine in both))


def _added_to(graph: Graph, op: Op) -> str | None:
    """The value to which nothing but the op's result is added, before any clamp, and nothing else reads it."""
    y = op.outputs[0]
    readers = graph.consumers()[y]
    if len(readers) != 1 or not isinstance(readers[0].operator, Add) or y in graph.outputs:
        return None
    assert isinstance(op.operator, Conv2d | Dense)
    others = [name for name in readers[0].reads if name != y]
    alike = len(others) == 1 and graph.types[others[0]].shape == graph.types[y].shape
    return others[0] if alike and op.operator.clamp is None and others[0] not in graph.constants else None


@dataclass(frozen=True, slots=True)
class Spread:
    """What the outputs of a graph lose with the weights of each layer: counts of weights, and what comes with each."""

    grids: list[Array]
    choices: list[Choices]

    def counts(self, goal: float) -> list[int]:
        """Weights of each layer that go, so that together they save the goal at the least error of the outputs."""
        return [int(grid[i]) for grid, i in zip(self.grids, allocate(self.choices, goal), strict=True)]


def spread(graph: Graph, layers: Sequence[Layer], price: Price, by: Importance, data: Calibration) -> Spread:
    """Measures each layer alone. Counts that save nothing are none to choose."""
    fit, held = parted(graph, data)
    seen, judge = plain_moments(graph, layers, fit), Judge(graph, first_samples(held, JUDGED))
    grids = [_grid(layer, price) for layer in layers]
    choices = [
        Choices(saved(layer, grid, price), _errors(judge, layer, seen[layer.op.name], by, grid))
        for layer, grid in zip(layers, grids, strict=True)
    ]
    return Spread(grids, choices)


def parted(graph: Graph, data: Calibration) -> tuple[Calibration, Calibration]:
    """Samples for a fit, and each fourth, which judges it; all for both if they are too few, or states go on."""
    count = -(-data.count // HELD_OUT)
    if count == data.count or graph.states:
        return data, data
    held = replace(data, samples=lambda: islice(data.samples(), 0, None, HELD_OUT), count=count)
    fit = replace(
        data, samples=lambda: (s for i, s in enumerate(data.samples()) if i % HELD_OUT), count=data.count - count
    )
    return fit, held


def plain_moments(graph: Graph, layers: Sequence[Layer], data: Calibration) -> dict[str, Moments]:
    """Moments of what the layers read in the float graph, by op name."""
    sums = {layer.op.name: Sums() for layer in layers}
    for values in data.runs(graph, "moments of the float graph"):
        for layer in layers:
            sums[layer.op.name].add(input_columns(layer.op, values[layer.op.reads[0]]), None)
    return {name: found.moments() for name, found in sums.items()}


def _grid(layer: Layer, price: Price) -> Array:
    """Counts of weights among which the layer's is chosen: 0, then those that save something."""
    if layer.pattern.kept:
        return np.array([0, layer.most])
    found = np.unique(np.linspace(0, layer.most, LEVELS + 1).astype(int))
    return np.append(0, found[saved(layer, found, price) > 0])


def _errors(judge: Judge, layer: Layer, seen: Moments, by: Importance, grid: Array) -> Array:
    """Of the outputs, for each count: the layer's own error, times what it was worth where that was measured."""
    wanted = wanted_rows(layer, seen, by)
    line = line_of(layer, wanted, seen, by)
    local = _local_errors(layer, line, seen, by, grid)
    near = sorted({int(np.abs(grid - share * layer.most).argmin()) for share in MEASURED} - {0})
    if not near:
        return np.zeros(len(grid))
    measured = [judge.error(alone(judge.graph, layer, cut(layer, line, wanted, seen, by, int(grid[i])))) for i in near]
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


def alone(graph: Graph, layer: Layer, found: Cut) -> Graph:
    """The graph with this layer pruned."""
    draft = graph.draft()
    draft.ops = [rewritten(draft, op, found) if op.name == layer.op.name else op for op in graph.ops]
    return draft.freeze()
