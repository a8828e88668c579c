"""Bounds of every channel of an integer graph, as far as weights, biases and clamps prove them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import Array, TensorType
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.ops.integer import requantize_channels
from tinyc.ops.pool import MaxPool

Bounds: TypeAlias = tuple[Array, Array]
"""Least and largest integer of each channel, inclusive; float64 [C]."""


def bounds_after(graph: Graph, op: Op, known: Mapping[str, Bounds]) -> Bounds | None:
    """Bounds of the op's output channels, from those `known` of its input; None where nothing is proven.

    Weighted sums with per-tensor activations and constant weights, and max pooling. Each sum is taken at the input that
    makes it least and largest, padding included; requantisation is monotone.
    """
    y = graph.types[op.outputs[0]]
    if isinstance(op.operator, MaxPool):
        return known.get(op.reads[0])
    if not isinstance(op.operator, Conv2d | Dense) or not _is_integer(graph, op, y):
        return None
    low, high = _centred(graph.types[op.reads[0]], known.get(op.reads[0]), isinstance(op.operator, Conv2d))
    weights = np.asarray(graph.constant(op.inputs[1]), np.float64)
    taps = weights.reshape(*weights.shape[:2], -1)
    groups = op.operator.groups if isinstance(op.operator, Conv2d) else 1
    low, high = (_read_by(side, len(taps), groups) for side in (low, high))
    sums = [
        np.minimum(taps * low, taps * high).sum(axis=(1, 2)),
        np.maximum(taps * low, taps * high).sum(axis=(1, 2)),
    ]
    bias = graph.constant(op.inputs[2]) if len(op.inputs) > 2 and op.inputs[2] is not None else None
    types, clamp = graph.in_types(op), op.operator.clamp
    found = (requantize_channels(s + (0 if bias is None else bias), types, y, clamp, 0) for s in sums)
    least, largest = (side.astype(np.float64) for side in found)
    return least, largest


def _is_integer(graph: Graph, op: Op, y: TensorType) -> bool:
    """Whether x, w and y are quantised, x and y per tensor, the weights symmetric and, as the bias, constant."""
    if any(name is not None and name not in graph.constants for name in op.inputs[1:]):
        return False
    x, w = graph.in_types(op)[:2]
    if x is None or w is None or x.quant is None or y.quant is None or w.quant is None or x.rank < 2:
        return False
    if isinstance(op.operator, Dense) and x.rank != 2:
        return False
    rows = w.quant.is_per_tensor or (w.quant.axis == 0 and not w.quant.blocks)
    return x.quant.is_per_tensor and y.quant.is_per_tensor and rows and not any(w.quant.zero_point)


def _centred(x: TensorType, known: Bounds | None, padded: bool) -> Bounds:
    """q - zero_point of each input channel; 0 is among them where padding may insert it."""
    assert x.quant is not None
    channels = x.shape[1]
    low, high = known or tuple(np.full(channels, float(bound)) for bound in x.dtype.bounds)
    low, high = low - x.quant.zero_point[0], high - x.quant.zero_point[0]
    return (np.minimum(low, 0), np.maximum(high, 0)) if padded else (low, high)


def _read_by(side: Array, out_channels: int, groups: int) -> Array:
    """[out_channels, inputs of a group, 1]: what each output channel's weights are multiplied with."""
    grouped = side.reshape(groups, -1)
    return np.repeat(grouped, out_channels // groups, axis=0)[:, :, np.newaxis]
