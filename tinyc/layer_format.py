"""In which formats a layer is tried alone, and the coarsest one of a recipe."""

from __future__ import annotations

from dataclasses import dataclass

from tinyc.passes.quantize import Quantize
from tinyc.passes.quantize_formats import ActivationFormat, WeightFormat
from tinyc.recipe import Recipe


@dataclass(frozen=True, slots=True)
class LayerFormat:
    """Weights and activations of one layer, under a short name."""

    name: str
    weights: WeightFormat
    activations: ActivationFormat = ActivationFormat.INT8


FORMATS = (
    LayerFormat("int4", WeightFormat.INT4),
    LayerFormat("int8", WeightFormat.INT8),
    LayerFormat("int16", WeightFormat.INT8, ActivationFormat.INT16),
)
"""int4 and int8: weights of these bits with int8 activations; int16: int8 weights with int16 activations."""


def coarsest(recipe: Recipe) -> LayerFormat | None:
    """The format with the fewest bits that a recipe quantises to; None if it does not quantise."""
    steps = [step.pass_ for step in recipe.steps if isinstance(step.pass_, Quantize)]
    if not steps:
        return None
    step = min(steps, key=lambda step: step.weights.largest)
    given = "" if step.activations is ActivationFormat.INT8 else f" with {step.activations.value} activations"
    return LayerFormat(f"{step.weights.value}{given}", step.weights, step.activations)
