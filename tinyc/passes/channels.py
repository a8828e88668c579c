"""Which channels of which values are one and the same, and a graph without some of them.

Layers end a channel's way; depthwise layers, sums, pooling, activations, concatenation and flattening hand it on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import Array, DType
from tinyc.ops.binary import Add, Mul, Sub
from tinyc.ops.concat import Concat
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.ops.pool import AveragePool, MaxPool
from tinyc.ops.reshape import Reshape
from tinyc.ops.unary import Unary

_TIED = (MaxPool, AveragePool, Unary, Add, Sub, Mul)
"""Operators whose output channel depends on the same channel of their inputs alone."""


@dataclass(frozen=True, slots=True)
class Channels:
    """`numbers`: for each value the number of the channel that each place of axis 1 belongs to; `is_open`, bool for
    each number: a channel that may go, since no input or output of the graph has it, nor an op of another kind.
    """

    numbers: Mapping[str, Array]
    is_open: Array

    @property
    def count(self) -> int:
        return len(self.is_open)


def channels_in(graph: Graph) -> Channels:
    """All channels of a float graph."""
    widths = {n: k.shape[1] for n, k in graph.types.items() if n not in graph.constants and k.rank >= 2}
    starts = dict(zip(widths, np.cumsum([0, *widths.values()]).tolist(), strict=False))
    places = {name: np.arange(starts[name], starts[name] + width) for name, width in widths.items()}
    total = sum(widths.values())
    closed = np.zeros(total, bool)
    ties: list[tuple[Array, Array]] = []
    for op in graph.ops:
        found = _ties(graph, op, places)
        if found is None:
            for name in {*op.reads, *op.outputs} & places.keys():
                closed[places[name]] = True
        ties += found or []
    for name in (*graph.inputs, *graph.outputs):
        if name in places:
            closed[places[name]] = True
    labels = _labels(total, ties)
    _, number = np.unique(labels, return_inverse=True)
    number = number.reshape(-1)
    is_open = np.ones(int(number.max(initial=-1)) + 1, bool)
    is_open[number[closed]] = False
    return Channels({name: number[place] for name, place in places.items()}, is_open)


def is_full(graph: Graph, op: Op) -> bool:
    """True for a float layer in which every output reads every input channel, with constant weights and bias."""
    if not isinstance(op.operator, Conv2d | Dense) or not _is_constant(graph, op):
        return False
    plane = isinstance(op.operator, Conv2d) or graph.types[op.reads[0]].rank == 2
    return plane and not (isinstance(op.operator, Conv2d) and op.operator.groups != 1)


def is_depthwise(graph: Graph, op: Op) -> bool:
    """True for a float convolution in which every output reads one input channel, with constant weights and bias."""
    groups = op.operator.groups if isinstance(op.operator, Conv2d) else 1
    return groups > 1 and groups == graph.types[op.reads[0]].shape[1] and _is_constant(graph, op)


def without(graph: Graph, channels: Channels, gone: Array) -> Graph:
    """The graph without some of its open channels, bool [channels]; what they carried is lost."""
    draft = graph.draft()
    keep = {name: ~gone[numbers] for name, numbers in channels.numbers.items()}
    for name, kept in keep.items():
        kind = graph.types[name]
        draft.types[name] = kind.with_shape((kind.shape[0], int(kept.sum()), *kind.shape[2:]))
    draft.ops = [_narrow(draft, graph, op, keep) for op in graph.ops]
    return draft.freeze()


def _is_constant(graph: Graph, op: Op) -> bool:
    floats = all(graph.types[name].dtype is DType.F32 for name in op.reads)
    return floats and all(name in graph.constants for name in op.reads[1:])


def _labels(total: int, ties: list[tuple[Array, Array]]) -> Array:
    """The smallest place that each place is tied to, by whatever way."""
    labels = np.arange(total)
    if not ties:
        return labels
    one, other = (np.concatenate(side) for side in zip(*ties, strict=True))
    while True:
        before = labels.copy()
        least = np.minimum(labels[one], labels[other])
        np.minimum.at(labels, one, least)
        np.minimum.at(labels, other, least)
        labels = labels[labels]
        if (labels == before).all():
            return labels


def _ties(graph: Graph, op: Op, places: Mapping[str, Array]) -> list[tuple[Array, Array]] | None:
    """Places of the op's inputs and outputs that are one channel; None if the op is of another kind."""
    if is_full(graph, op):
        return []
    if len(op.outputs) != 1 or any(name not in places for name in (op.reads[0], op.outputs[0])):
        return None
    into, out = [places[name] for name in op.reads if name in places], places[op.outputs[0]]
    if is_depthwise(graph, op):
        return [(np.repeat(into[0], len(out) // len(into[0])), out)]
    if len(into) != len(op.reads):
        return None
    return _tied_places(graph, op, into, out)


def _tied_places(graph: Graph, op: Op, into: list[Array], out: Array) -> list[tuple[Array, Array]] | None:
    x, y = graph.types[op.reads[0]], graph.types[op.outputs[0]]
    if isinstance(op.operator, Concat):
        return [(np.concatenate(into), out)] if op.operator.axis == 1 else [(own, out) for own in into]
    if isinstance(op.operator, Reshape):
        flat = y.rank == 2 and x.shape[0] == y.shape[0]
        return [(np.repeat(into[0], len(out) // len(into[0])), out)] if flat or x.shape[:2] == y.shape[:2] else None
    alike = all(graph.types[name].shape == x.shape for name in op.reads) and y.shape[:2] == x.shape[:2]
    return [(own, out) for own in into] if isinstance(op.operator, _TIED) and alike else None


def _narrow(draft: Draft, graph: Graph, op: Op, keep: Mapping[str, Array]) -> Op:
    if isinstance(op.operator, Reshape) and op.outputs[0] in keep:
        return replace(op, operator=Reshape(draft.types[op.outputs[0]].shape))
    is_wide = is_full(graph, op)
    if not is_wide and not is_depthwise(graph, op):
        return op
    into, out = keep[op.reads[0]], keep[op.outputs[0]]
    if into.all() and out.all():
        return op
    bias = None if len(op.inputs) < 3 or op.inputs[2] is None else _sliced(draft, op.inputs[2], out)
    weights = _sliced(draft, op.reads[1], out, into if is_wide else None)
    operator = op.operator
    if isinstance(operator, Conv2d) and not is_wide:
        operator = replace(operator, groups=int(into.sum()))
    return replace(op, operator=operator, inputs=(op.inputs[0], weights, bias)[: len(op.inputs)])


def _sliced(draft: Draft, name: str, rows: Array, columns: Array | None = None) -> str:
    """A constant without some outputs and inputs."""
    array = np.compress(rows, draft.constants[name].array, axis=0)
    array = array if columns is None else np.compress(columns, array, axis=1)
    return draft.add_constant(f"{name}.live", array, draft.types[name].with_shape(array.shape))
