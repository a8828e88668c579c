"""In which formats a layer is tried alone, and which formats a recipe has given the layers."""

from __future__ import annotations

from dataclasses import dataclass

from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import DType, TensorType
from tinyc.passes.quantize_dynamic import FORMS
from tinyc.passes.quantize_formats import ActivationFormat, WeightFormat


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


def formats_of(graph: Graph) -> dict[str, LayerFormat]:
    """The formats of the layers whose weights are integers of `quantize`, by the names of the ops."""
    found = {}
    for op in graph.ops:
        slots = op.operator.slots
        kind = graph.types[op.inputs[slots.index("w")] or ""] if "w" in slots else None
        weights = None if kind is None else _weights(kind)
        if weights is not None:
            activations = _activations(graph, op)
            given = "" if activations is ActivationFormat.INT8 else f" with {activations.value} activations"
            found[op.name] = LayerFormat(f"{weights.value}{given}", weights, activations)
    return found


def _weights(kind: TensorType) -> WeightFormat | None:
    same = (form for form in WeightFormat if form.dtype is kind.dtype and form.encoding == kind.encoding)
    return next(same, None)


def _activations(graph: Graph, op: Op) -> ActivationFormat:
    dtype = graph.types[op.reads[0]].dtype
    if dtype.is_float:
        return ActivationFormat.DYNAMIC if type(op.operator) in FORMS.values() else ActivationFormat.FLOAT
    return ActivationFormat.INT16 if dtype is DType.S16 else ActivationFormat.INT8
