"""Fold constant factors and terms per channel into the weights and bias before them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import Array, DType, Shape, TensorType
from tinyc.ops.binary import Add, Div, Mul, Sub
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.conv_transpose import ConvTranspose
from tinyc.ops.dense import Dense
from tinyc.passes.base import Pass, PassContext, pass_


@pass_("fold_batchnorm")
@dataclass(frozen=True, slots=True)
class FoldBatchnorm(Pass):
    """Fold `mul`, `add`, `sub` and `div` by a constant per channel into the conv2d, conv_transpose or dense before.

    What: batch normalisation arrives as such a `mul` and `add`; so does the bias that some exporters write as an op of
    its own. Weights, bias and clamp of the layer take it over, if nobody else reads the layer's result.
    When it is exact: up to the rounding of float32, since factors are multiplied into the weights first (in float64,
    rounded once). Quantised layers are left alone.
    Example: `conv2d, mul, add, relu` becomes `conv2d, relu`.
    Cost: one pass over the weights of each such layer.
    """

    selective = True

    def run(self, graph: Graph, context: PassContext) -> Graph:
        draft = graph.draft()
        consumers = graph.consumers()
        layers: dict[str, Op] = {}
        folded: set[str] = set()
        for op in graph.ops:
            layer = op
            while context.selects(op) and (step := _only_reader(graph, layer, consumers)) is not None:
                after = _folded(draft, layer, step)
                if after is None:
                    break
                layer = layers[op.name] = after
                folded.add(step.name)
        if not folded:
            return graph
        context.remarks.append(f"{len(folded)} ops folded into {len(layers)} layers")
        draft.ops = [layers.get(op.name, op) for op in graph.ops if op.name not in folded]
        return draft.freeze()


@dataclass(frozen=True, slots=True)
class _Affine:
    """y = factor * x + term, each per channel or a single number."""

    factor: Array
    term: Array


def _only_reader(graph: Graph, layer: Op, consumers: dict[str, list[Op]]) -> Op | None:
    if not isinstance(layer.operator, Conv2d | ConvTranspose | Dense) or layer.outputs[0] in graph.outputs:
        return None
    readers = consumers[layer.outputs[0]]
    return readers[0] if len(readers) == 1 else None


def _folded(draft: Draft, layer: Op, step: Op) -> Op | None:
    """The layer with the step inside it; None if that cannot be."""
    assert isinstance(layer.operator, Conv2d | ConvTranspose | Dense)
    channel_axis = -1 if isinstance(layer.operator, Dense) else 1
    affine = _affine(draft, layer.outputs[0], step, channel_axis)
    _, weights_name, bias_name = (*layer.inputs, None)[:3]
    channels = draft.types[layer.outputs[0]].shape[channel_axis]
    bias = np.zeros(channels) if bias_name is None else _real(draft, bias_name)
    if affine is None or bias is None or layer.operator.clamp is not None:
        return None
    scale = np.broadcast_to(affine.factor, bias.shape)
    with np.errstate(all="ignore"):
        new_bias = (bias * scale + affine.term).astype(np.float32)
    if not np.isfinite(new_bias).all():
        return None
    if not (scale == 1).all():
        weights_name = _scaled(draft, layer, scale)
        if weights_name is None:
            return None
    inputs = (layer.inputs[0], weights_name, _added(draft, f"{layer.name}.bias", new_bias))
    clamp = getattr(step.operator, "clamp", None)
    return replace(layer, operator=replace(layer.operator, clamp=clamp), inputs=inputs, outputs=step.outputs)


def _scaled(draft: Draft, layer: Op, scale: Array) -> str | None:
    """Weights times the factor of their channel; None if they are no constant or would become infinite."""
    weights = _real(draft, layer.inputs[1])
    if weights is None:
        return None
    with np.errstate(all="ignore"):
        scaled = (weights * scale.reshape(-1, *[1] * (weights.ndim - 1))).astype(np.float32)
    return _added(draft, f"{layer.name}.weights", scaled) if np.isfinite(scaled).all() else None


def _added(draft: Draft, stem: str, array: Array) -> str:
    return draft.add_constant(stem, array, TensorType(DType.F32, array.shape))


def _real(draft: Draft, name: str | None) -> Array | None:
    if name is None or name not in draft.constants or draft.types[name].dtype is not DType.F32:
        return None
    return draft.constants[name].array.astype(np.float64)


def _affine(draft: Draft, value: str, step: Op, channel_axis: int) -> _Affine | None:
    """What the step does to `value`, if it is a product, quotient, sum or difference with a constant per channel."""
    if not isinstance(step.operator, Add | Sub | Mul | Div) or step.inputs == (value, value):
        return None
    position = step.inputs.index(value)
    other = _real(draft, step.inputs[1 - position])
    if other is None or draft.types[step.outputs[0]].shape != draft.types[value].shape:
        return None
    numbers = _per_channel(other, draft.types[value].shape, channel_axis)
    if numbers is None:
        return None
    one, zero = np.ones(1), np.zeros(1)
    if isinstance(step.operator, Add):
        return _Affine(one, numbers)
    if isinstance(step.operator, Mul):
        return _Affine(numbers, zero)
    if isinstance(step.operator, Sub):
        return _Affine(one, -numbers) if position == 0 else _Affine(-one, numbers)
    with np.errstate(divide="ignore"):
        return _Affine(1 / numbers, zero) if position == 0 else None


def _per_channel(array: Array, shape: Shape, channel_axis: int) -> Array | None:
    """The numbers for each channel, or the single one; None if they vary along another axis."""
    aligned = array.reshape((1,) * (len(shape) - array.ndim) + array.shape)
    channel = channel_axis % len(shape)
    if any(length != 1 for axis, length in enumerate(aligned.shape) if axis != channel):
        return None
    return aligned.reshape(-1)
