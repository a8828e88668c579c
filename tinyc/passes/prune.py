"""Weights that matter little become zero; channels that matter little go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from math import isnan, prod
from typing import TypeAlias

import numpy as np

from tinyc.calibration import pattern
from tinyc.calibration.calibration import Calibration
from tinyc.calibration.lockstep import first_samples
from tinyc.calibration.surgeon import Importance
from tinyc.errors import RecipeError
from tinyc.ir.graph import Graph, Op
from tinyc.ops.conv2d import Conv2d
from tinyc.passes.base import Pass, PassContext, Ratio, pass_
from tinyc.passes.channels import channels_in
from tinyc.passes.prune_channels import open_channels, prune_channels, queue_of
from tinyc.passes.prune_layers import AT_ONCE, Layer, is_depthwise, is_prunable, layer_of, saved
from tinyc.passes.prune_measure import Judge
from tinyc.passes.prune_options import Block, Price, PruneOptions, Scope, Whole
from tinyc.passes.prune_weights import Found, prune_weights, samples_for, spread

TRIALS = 6
"""Sparsities that are tried for a bound on the loss."""
TRIED = 192
"""Samples of a trial at most."""
HELD_OUT = 4
"""Every so many of them judge a trial that the others have made."""
LEAST = 0.05
"""Of the multiplications' time: for less, a bound on the loss with cost=cycles takes no accuracy."""
FOUR = 4
"""Outputs and inputs of the blocks that kernels of few pixels leave out best."""
FINE = 1e-3
"""Of sparsity: less than a unit of weights."""
Attempt: TypeAlias = Callable[[float, Calibration | None], Found]
"""From a sparsity and samples to a pruned graph."""
Made: TypeAlias = tuple[Attempt, float]
"""With the largest sparsity that there is."""


@pass_("prune")
@dataclass(frozen=True, slots=True)
class Prune(PruneOptions, Pass):
    """Set weights to zero, or take channels out, and let the other weights make up for them.

    What: of the selected float dense and conv2d layers a share of the weights becomes zero; no training, only
    calibration data. Layers change one after the other, each with inputs as the pruned layers before leave them; biases
    take up the mean error. It belongs behind the exact passes and before `quantize`, whose roundings keep the zeros.
    When it is exact: never; the note tells each layer's zeros and the squared error of its outputs, relative.
    Example: `prune(sparsity=60%, structure=block[4, 2]) on conv*`.
    Cost: a run of the float graph for each sample (256 to 4096, fewer for more MACs); for K inputs and M outputs of a
    layer about M K^3 multiplications, with blocks of `a` outputs M K^3 / a, twice with scope=global.

    `sparsity`: the share of zeros. `loss`: squared error of the outputs (before a last softmax), relative to their
    variance: as sparse as stays below it, at most `sparsity`; found by seven trials, judged on samples that their fits
    do not see; with cost=cycles nothing goes where that saves less than a twentieth. With neither: 50%, or what n:m
    has. `structure`: element; block[a, b]: a output channels by b neighbouring input channels of one tap of the kernel,
    counted from 0, the last block of a row smaller where b does not divide them; n:m such as 2:4: n of each m
    neighbouring input channels of a tap stay, in each output channel; auto: what kernels leave out best: single weights
    where a weight is used for eight pixels or more, else block[4, 4]; channel: whole channels of values, followed
    through adds, depthwise layers, pooling, concatenation and flattening, leave every tensor; only channels that
    selected layers alone compute go, and sparsity counts all layers. `by`: hessian: what the layer's outputs lose when
    the others make up for it (optimal brain surgery; Hassibi and Stork, 1993; Frantar and Alistarh, 2022; Frantar,
    "SparseGPT", 2023); activation: magnitude times the deviation of the input (Sun, "Wanda", 2023); magnitude; the last
    two change no other weight. `scope`: global: each layer's share such that the error of the graph's outputs, measured
    for each layer alone, is least; layer: the same in each.
    `cost`: what global sparsity counts: weights, macs, or cycles, the share of dense multiplications' time that kernels
    of blocks and of single weights save: they leave zeros out and take longer for others, so that a few layers with
    many zeros save more than as many zeros in all. Depthwise layers are pruned by element only.
    """

    def run(self, graph: Graph, context: PassContext) -> Graph:
        context.original = context.original or graph
        data = self._data(graph, context)
        make = self._channels if self.structure is Whole.CHANNEL else self._weights
        made = make(graph, context, data)
        if made is None:
            return graph
        attempt, reached = made
        if self.loss is not None:
            found = self._within_loss(graph, attempt, min(self.most, reached), data)
        elif self.sparsity is not None and reached < self.sparsity - FINE:
            raise _too_sparse(self.sparsity, reached)
        else:
            found = attempt(self.most, data)
        if not found.layers:
            return graph
        context.remarks += _told(graph, found)
        return found.graph

    def _data(self, graph: Graph, context: PassContext) -> Calibration | None:
        if context.calibration is not None and context.calibration.count > 0:
            context.calibration.read_for.append("prune")
            return samples_for(graph, context.calibration)
        if self.by is Importance.MAGNITUDE and self.scope is Scope.LAYER and self.loss is None:
            return None
        wants = f"by={self.by.value}" if self.by is not Importance.MAGNITUDE else f"scope={self.scope.value}"
        raise RecipeError(
            f"prune({wants}) needs calibration data",
            hint="give samples with --calib X.npz, or prune with by=magnitude, scope=layer",
        )

    def _within_loss(self, graph: Graph, attempt: Attempt, most: float, data: Calibration | None) -> Found:
        """The sparsest graph whose outputs stay within the loss on samples that did not make it."""
        assert data is not None and self.loss is not None
        fit, held = _parts(data)
        judge, low, high = Judge(graph, held), 0.0, most
        least = LEAST if self.cost is Price.CYCLES else 0.0
        if high < least:
            return Found(graph, {})
        if judge.error(attempt(high, fit).graph) <= self.loss:
            return attempt(high, data)
        for _ in range(TRIALS):
            middle = (low + high) / 2
            fits = judge.error(attempt(middle, fit).graph) <= self.loss
            low, high = (middle, high) if fits else (low, middle)
        return attempt(low, data) if low > 0 and low >= least else Found(graph, {})

    def _weights(self, graph: Graph, context: PassContext, data: Calibration | None) -> Made | None:
        layers, others = self._layers(graph, context)
        if not layers:
            return None
        rest = [0] * len(others)
        unit = Price.WEIGHTS if self.cost is Price.WEIGHTS else Price.MACS
        whole = sum(int(saved(layer, np.array(layer.rows.size), unit)) for layer in layers)
        if self.scope is Scope.LAYER:
            return lambda sparsity, fit: prune_weights(
                graph, [*layers, *others], [*(_share(layer, sparsity) for layer in layers), *rest], self.by, fit
            ), 1.0
        assert data is not None
        found = spread(graph, layers, self.cost, self.by, data)
        reached = sum(float(choice.savings[-1]) for choice in found.choices) / whole
        return lambda sparsity, fit: prune_weights(
            graph, [*layers, *others], [*found.counts(sparsity * whole), *rest], self.by, fit
        ), reached

    def _channels(self, graph: Graph, context: PassContext, data: Calibration | None) -> Made | None:
        assert data is not None
        channels = channels_in(graph)
        may_go = open_channels(graph, channels, [op for op in graph.ops if context.selects(op)])
        if not may_go.any():
            context.remarks.append("no channel lies between selected layers alone")
            return None
        queue = queue_of(graph, channels, may_go, self.most, self.cost is Price.MACS, data)
        def attempt(sparsity: float, fit: Calibration | None) -> Found:
            assert fit is not None
            return prune_channels(graph, channels, queue.until(sparsity), self.by, fit)

        return attempt, float(queue.saved.max(initial=0.0))

    def _layers(self, graph: Graph, context: PassContext) -> tuple[list[Layer], list[Layer]]:
        """Selected layers that the structure fits, and others; RecipeError where one was named that it does not fit."""
        found, others, left = [], [], []
        for op in graph.ops:
            if not context.selects(op) or not is_prunable(graph, op):
                continue
            if problem := self._misfit(graph, op):
                left.append(f"{op.name}: {problem}")
                others.append(layer_of(graph, op, pattern.elements(1, 1)))
            else:
                found.append(layer_of(graph, op, self._pattern(graph, op)))
        if left and context.selection is not None:
            raise RecipeError(f"{left[0]}; structure={self.structure_text} does not fit it", hint="name others with on")
        if left:
            context.remarks.append(f"without zeros: {', '.join(line.split(':')[0] for line in left)}")
        return found, others

    def _misfit(self, graph: Graph, op: Op) -> str:
        """Why the structure does not fit a layer, or nothing."""
        outputs, channels, _ = _extents(graph, op)
        if self.structure in (Whole.ELEMENT, Whole.AUTO):
            return ""
        if isinstance(op.operator, Conv2d) and op.operator.groups > 1:
            return "a convolution in groups is pruned by element only"
        wanted = (self.structure.outputs, self.structure.inputs) if isinstance(self.structure, Block) else (1, 0)
        inputs = self.structure.of if isinstance(self.structure, Ratio) else wanted[1]
        return f"it has {outputs} outputs and {channels} inputs" if wanted[0] > outputs or inputs > channels else ""

    def _pattern(self, graph: Graph, op: Op) -> pattern.Pattern:
        outputs, channels, taps = _extents(graph, op)
        if self.structure is Whole.AUTO and min(outputs, channels) >= FOUR and not is_depthwise(op):
            positions = graph.macs(op) // graph.types[op.reads[1]].elements
            if positions < AT_ONCE:
                return pattern.blocks_of(FOUR, FOUR, channels, taps)
        if isinstance(self.structure, Block):
            return pattern.blocks_of(self.structure.outputs, self.structure.inputs, channels, taps)
        if isinstance(self.structure, Ratio):
            return pattern.some_of(self.structure.count, self.structure.of, channels, taps)
        return pattern.elements(channels, taps)


Prune.selective = True


def _extents(graph: Graph, op: Op) -> tuple[int, int, int]:
    """Outputs, inputs of each and taps of a layer's weights."""
    outputs, channels, *kernel = graph.types[op.reads[1]].shape
    return outputs, channels, prod(kernel)


def _share(layer: Layer, sparsity: float) -> int:
    """Weights of a layer that go; RecipeError if none would stay."""
    count = round(sparsity * layer.rows.size)
    if layer.pattern.kept:
        return min(count, layer.most)
    if count > layer.most:
        raise RecipeError(
            f'op "{layer.op.name}": sparsity={sparsity:.0%} leaves nothing of its {layer.rows.size} weights',
            hint="scope=global spares such layers; or name the layers with on",
        )
    return count


def _too_sparse(sparsity: float, reached: float) -> RecipeError:
    return RecipeError(
        f"sparsity={sparsity:.1%} leaves a layer empty: {reached:.1%} is the most here",
        hint="ask for less, or select more layers",
    )


def _parts(data: Calibration) -> tuple[Calibration, Calibration]:
    """Samples that make a trial, and those that judge it."""
    data = first_samples(data, TRIED)
    count = -(-data.count // HELD_OUT)
    if count == data.count:
        raise RecipeError(f"loss needs samples that judge: {data.count} are too few")
    held = replace(data, samples=lambda: islice(data.samples(), 0, None, HELD_OUT), count=count)
    fit = replace(
        data, samples=lambda: (s for i, s in enumerate(data.samples()) if i % HELD_OUT), count=data.count - count
    )
    return fit, held


def _told(graph: Graph, found: Found) -> list[str]:
    """Sentences for the report: all layers together, then each."""
    by_name = {op.name: op for op in found.graph.ops}
    before = {op.name: graph.types[op.reads[1]].elements for op in graph.ops if op.name in found.layers}
    after = {name: found.graph.constants[by_name[name].reads[1]].array for name in before}
    left = sum(int((array != 0).sum()) for array in after.values())
    total = sum(before.values())
    lines = [f"{total - left} of {total} weights went"]
    for name, (_, error) in found.layers.items():
        gone = 1 - int((after[name] != 0).sum()) / before[name]
        lines.append(f"{name} {gone:.0%}" + ("" if isnan(error) else f" (error {error:.2%})"))
    return ["; ".join(lines)]
