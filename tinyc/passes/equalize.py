"""Weights of neighbouring layers get like ranges, so that one scale fits all channels between them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import Array
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.passes.base import Pass, PassContext, pass_

ROUNDS = 100
CONVERGED = 1e-3
"""Largest change of a factor, relative, at which the rounds end."""
LARGEST_FACTOR = 1e4
"""A channel is moved no further than this in one round; near-zero channels would otherwise drown in their bias."""

HOMOGENEOUS = (None, (0.0, math.inf))
"""Clamps with clamp(s * x) = s * clamp(x) for s > 0."""


@pass_("equalize")
@dataclass(frozen=True, slots=True)
class Equalize(Pass):
    """Equalise the ranges of weights across layers.

    What: where one conv2d or dense reads the result of another alone, each channel between them is divided by
    s = sqrt(r1 / r2) in the first layer and multiplied by it in the second; r1 and r2 are the channel's largest
    magnitudes of weights (bias included) before and behind. Depthwise layers stand in both roles, so that factors
    travel along chains; the pairs are visited in turn until no factor moves. Nagel et al., "Data-Free Quantization
    Through Weight Equalization and Bias Correction", 2019. It belongs behind fuse_activation, before quantize.
    When it is exact: up to the rounding of float weights; only where the first layer has no clamp or that of a relu.
    Example: conv2d, depthwise conv2d, conv2d with weights of 0.01 in one channel and 10 in another.
    Cost: linear in the weights for each round, at most 100 rounds; no data.
    """

    selective = True

    def run(self, graph: Graph, context: PassContext) -> Graph:
        pairs = _pairs(graph, context)
        layers = {op.name: _Layer(graph, op) for pair in pairs for op in pair}
        moved = 0.0
        for _ in range(ROUNDS):
            change = max((_equalize(layers[a.name], layers[b.name]) for a, b in pairs), default=0.0)
            moved = max(moved, change)
            if change < CONVERGED:
                break
        if moved < CONVERGED:
            return graph
        draft = graph.draft()
        draft.ops = [layers[op.name].rewritten(draft) if op.name in layers else op for op in graph.ops]
        context.remarks.append(f"{len(pairs)} pairs of layers")
        return draft.freeze()


class _Layer:
    """Weights [M, C/groups, ...] and bias [M] of one layer, in float64, while they change."""

    def __init__(self, graph: Graph, op: Op) -> None:
        self.op = op
        self.groups = op.operator.groups if isinstance(op.operator, Conv2d) else 1
        self.w = np.asarray(graph.constants[op.inputs[1] or ""].array, np.float64)
        bias = graph.constant(op.inputs[2]) if len(op.inputs) > 2 else None
        self.bias = None if bias is None else bias.astype(np.float64)

    def by_input(self) -> Array:
        """The weights as [groups, M/groups, C/groups, taps]."""
        return self.w.reshape(self.groups, self.w.shape[0] // self.groups, self.w.shape[1], -1)

    def out_ranges(self) -> Array:
        """Largest magnitude of each output channel, [M]."""
        ranges = np.abs(self.w.reshape(len(self.w), -1)).max(axis=1, initial=0.0)
        return np.asarray(ranges if self.bias is None else np.maximum(ranges, np.abs(self.bias)))

    def in_ranges(self) -> Array:
        """Largest magnitude of what reads each input channel, [C]."""
        return np.asarray(np.abs(self.by_input()).max(axis=(1, 3), initial=0.0).reshape(-1))

    def scale_outputs(self, factors: Array) -> None:
        self.w = self.w * factors.reshape(-1, *[1] * (self.w.ndim - 1))
        self.bias = None if self.bias is None else self.bias * factors

    def scale_inputs(self, factors: Array) -> None:
        self.w = (self.by_input() * factors.reshape(self.groups, 1, -1, 1)).reshape(self.w.shape)

    def rewritten(self, draft: Draft) -> Op:
        """The op with constants of its own in the draft."""
        inputs = list(self.op.inputs)
        for slot, array in ((1, self.w), (2, self.bias)):
            if array is not None and (source := inputs[slot]) is not None:
                kind = draft.types[source]
                inputs[slot] = draft.add_constant(f"{source}.equalized", array.astype(np.float32), kind)
        return replace(self.op, inputs=tuple(inputs))


def _equalize(first: _Layer, second: _Layer) -> float:
    """One step on one pair; the largest relative change of a channel."""
    before, behind = first.out_ranges(), second.in_ranges()
    alive = (before > 0) & (behind > 0)
    ratio = np.where(alive, before, 1.0) / np.where(alive, behind, 1.0)
    factors = np.clip(np.sqrt(ratio), 1 / LARGEST_FACTOR, LARGEST_FACTOR)
    first.scale_outputs(1 / factors)
    second.scale_inputs(factors)
    return float(np.abs(np.log(factors)).max(initial=0.0))


def _pairs(graph: Graph, context: PassContext) -> list[tuple[Op, Op]]:
    """Layers of one kind where the second alone reads the first, as its data."""
    consumers, producers = graph.consumers(), graph.producers()
    found = []
    for second in graph.ops:
        first = producers.get(second.inputs[0] or "") if second.inputs else None
        if first is None or not (context.selects(first) and context.selects(second)):
            continue
        alone = consumers[first.outputs[0]] == [second] and first.outputs[0] not in graph.outputs
        if alone and first.kind == second.kind and _scalable(graph, first, True) and _scalable(graph, second, False):
            found.append((first, second))
    return found


def _scalable(graph: Graph, op: Op, scales_result: bool) -> bool:
    operator = op.operator
    if not isinstance(operator, Conv2d | Dense) or (scales_result and operator.clamp not in HOMOGENEOUS):
        return False
    is_float = all(graph.types[name].dtype.is_float for name in (*op.reads, *op.outputs))
    constants = all(name in graph.constants for name in op.reads[1:])
    return is_float and constants and op.reads.count(op.inputs[0] or "") == 1
