"""Weights that matter little become zero; channels that matter little go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from tinyc.calibration import pattern
from tinyc.calibration.calibration import Calibration
from tinyc.calibration.surgeon import Importance
from tinyc.errors import RecipeError
from tinyc.ir.graph import Graph, Op
from tinyc.passes.base import Pass, PassContext, Ratio, pass_
from tinyc.passes.prune_layers import Layer, is_depthwise, is_prunable, layer_of
from tinyc.passes.prune_weights import prune_weights, samples_for, spread


class Whole(Enum):
    """Structures without numbers."""

    ELEMENT = "element"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Block:
    """`outputs` output channels by `inputs` neighbouring input channels of one tap."""

    outputs: int
    inputs: int


Structure: TypeAlias = Whole | Block | Ratio


class Scope(Enum):
    """What has the given sparsity: all layers together, or each."""

    GLOBAL = "global"
    LAYER = "layer"


class Price(Enum):
    """What a weight counts: 1, or the multiplications of one inference."""

    WEIGHTS = "weights"
    MACS = "macs"


@pass_("prune")
@dataclass(frozen=True, slots=True)
class Prune(Pass):
    """Set weights to zero.

    What: x. When it is exact: never. Example: x. Cost: x.
    """

    sparsity: float
    by: Importance = Importance.HESSIAN
    structure: Structure = Whole.ELEMENT
    scope: Scope = Scope.GLOBAL
    cost: Price = Price.WEIGHTS

    def run(self, graph: Graph, context: PassContext) -> Graph:
        layers = self._layers(graph, context)
        if not layers:
            return graph
        data = _data(graph, context)
        counts = self._counts(graph, layers, data)
        found = prune_weights(graph, layers, counts, self.by, data)
        context.remarks.append(str(found.layers))
        return found.graph

    def _counts(self, graph: Graph, layers: list[Layer], data: Calibration | None) -> list[int]:
        if self.scope is Scope.LAYER:
            return [round(self.sparsity * layer.rows.size) for layer in layers]
        prices = [1 if self.cost is Price.WEIGHTS else layer.positions for layer in layers]
        goal = self.sparsity * sum(layer.rows.size * price for layer, price in zip(layers, prices, strict=True))
        return spread(graph, layers, goal, prices, self.by, data)

    def _layers(self, graph: Graph, context: PassContext) -> list[Layer]:
        found = []
        for op in graph.ops:
            if context.selects(op) and is_prunable(graph, op) and (self.structure is Whole.ELEMENT or not is_depthwise(op)):
                found.append(layer_of(graph, op, self._pattern(graph, op)))
        return found

    def _pattern(self, graph: Graph, op: Op) -> pattern.Pattern:
        shape = graph.types[op.reads[1]].shape
        channels, taps = shape[1], max(1, graph.types[op.reads[1]].elements // (shape[0] * shape[1]))
        if isinstance(self.structure, Block):
            return pattern.blocks_of(self.structure.outputs, self.structure.inputs, channels, taps)
        if isinstance(self.structure, Ratio):
            return pattern.some_of(self.structure.count, self.structure.of, channels, taps)
        return pattern.elements(channels, taps)


Prune.selective = True


def _data(graph: Graph, context: PassContext) -> Calibration | None:
    if context.calibration is None or context.calibration.count == 0:
        return None
    return samples_for(graph, context.calibration)
