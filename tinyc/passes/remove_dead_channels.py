"""Take out channels that carry a constant or that nobody reads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import Array, DType, Quant, TensorType
from tinyc.ops.binary import Add, Mul, Sub
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.ops.pool import AveragePool, MaxPool
from tinyc.ops.quantize import Requantize
from tinyc.ops.reshape import Reshape
from tinyc.ops.unary import Unary
from tinyc.passes.base import Pass, PassContext, pass_
from tinyc.passes.channel_ranges import Bounds, bounds_after
from tinyc.passes.dust import without_dust

_TIED = (MaxPool, AveragePool, Unary, Requantize, Add, Sub, Mul)
"""Operators whose output channel depends on the same channel of their inputs alone."""


@pass_("remove_dead_channels")
@dataclass(frozen=True, slots=True)
class RemoveDeadChannels(Pass):
    """Remove channels whose value is a constant, and channels that only zero weights read.

    What: a channel is constant if its weights are zero or read constants alone, or if no input can lift it from one of
    its clamps (integers); constants go through depthwise layers, pooling, activations and adds as far as borders leave
    them constant. A constant channel is folded into the bias of the layers that read it; then it leaves all tensors and
    weights. Float weights below 2^-60 of their layer's largest count as zero: weight decay leaves such dust.
    When it is exact: always on integers; on floats up to the rounding of the changed sums. A channel that padding would
    mix with another value stays.
    Example: a 1x1 convolution with 64 outputs of which 40 have zero weights becomes one with 24.
    Cost: one evaluation of every layer for each round; rounds until nothing changes.
    """

    def run(self, graph: Graph, context: PassContext) -> Graph:
        removed, original = 0, graph
        graph = without_dust(graph)
        while True:
            spaces = _spaces(graph)
            constants = _constant_channels(graph)
            dead = {space.name: _dead_channels(graph, space, constants) for space in spaces}
            count = sum(int(mask.sum()) for mask in dead.values())
            if count == 0:
                break
            graph, removed = _without(graph, spaces, dead, constants), removed + count
        if removed:
            context.remarks.append(f"{removed} channels removed")
        return graph if removed else original


@dataclass(slots=True)
class _Space:
    """Values whose channels are the same channels: `heads` compute them, `tails` consume them, `ties` hand them on."""

    name: str
    channels: int
    values: list[str] = field(default_factory=list)
    heads: list[Op] = field(default_factory=list)
    ties: list[Op] = field(default_factory=list)
    tails: list[Op] = field(default_factory=list)
    is_open: bool = True


def _spaces(graph: Graph) -> list[_Space]:
    """All sets of tied values from which channels could be taken."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.get(name, name) != name:
            name = parent[name]
        return name

    for op in graph.ops:
        if _is_tie(graph, op):
            for name in op.reads:
                if name not in graph.constants:
                    parent[root(name)] = root(op.outputs[0])
    found: dict[str, _Space] = {}
    for name, kind in graph.types.items():
        if name not in graph.constants and kind.rank >= 2:
            space = found.setdefault(root(name), _Space(root(name), kind.shape[1]))
            space.values.append(name)
            space.is_open &= name not in graph.inputs and name not in graph.outputs and kind.shape[1] == space.channels
    for op in graph.ops:
        _enter(graph, op, {name: found[root(name)] for name in (*op.reads, *op.outputs) if root(name) in found})
    return [space for space in found.values() if space.is_open and space.heads]


def _enter(graph: Graph, op: Op, spaces: dict[str, _Space]) -> None:
    """Give the op its part in the spaces of its values; an op of another kind closes them."""
    if _is_full(graph, op):
        if op.reads[0] in spaces:
            spaces[op.reads[0]].tails.append(op)
        if op.outputs[0] in spaces:
            spaces[op.outputs[0]].heads.append(op)
    elif _is_tie(graph, op):
        spaces[op.outputs[0]].ties.append(op)
    else:
        for space in spaces.values():
            space.is_open = False


def _is_full(graph: Graph, op: Op) -> bool:
    """A layer in which every output reads every input channel."""
    fixed = len(op.inputs) > 1 and all(name is None or name in graph.constants for name in op.inputs[1:])
    if not fixed or any((quant := graph.types[name].quant) and quant.blocks for name in op.reads[1:]):
        return False
    dense = isinstance(op.operator, Dense) and len(graph.types[op.reads[0]].shape) == 2
    return dense or (isinstance(op.operator, Conv2d) and op.operator.groups == 1)


def _is_depthwise(graph: Graph, op: Op) -> bool:
    if not isinstance(op.operator, Conv2d) or any(n is not None and n not in graph.constants for n in op.inputs[1:]):
        return False
    channels = graph.types[op.reads[0]].shape[1]
    return op.operator.groups == channels == graph.types[op.outputs[0]].shape[1] and channels > 1


def _is_tie(graph: Graph, op: Op) -> bool:
    if not op.reads or _is_depthwise(graph, op):
        return bool(op.reads)
    x, y = graph.types[op.reads[0]], graph.types[op.outputs[0]]
    if isinstance(op.operator, Reshape):
        return x.rank > 2 and y.shape == x.shape[:2] and x.elements == y.elements
    alike = all(graph.types[name].shape == x.shape and name not in graph.constants for name in op.reads)
    return isinstance(op.operator, _TIED) and x.rank >= 2 and y.shape[:2] == x.shape[:2] and alike


def _constant_channels(graph: Graph) -> dict[str, Array]:
    """For each value its channels' constants in float64 [C]; NaN where a channel is not constant."""
    found: dict[str, Array] = {}
    ranges: dict[str, Bounds] = {}
    for op in graph.ops:
        for name in op.outputs:
            kind = graph.types[name]
            if kind.rank >= 2:
                found[name] = np.full(kind.shape[1], np.nan)
        if (_is_full(graph, op) or _is_tie(graph, op)) and op.outputs[0] in found:
            found[op.outputs[0]] = _constants_after(graph, op, found)
            _narrow(graph, op, found, ranges)
    return found


def _narrow(graph: Graph, op: Op, found: dict[str, Array], ranges: dict[str, Bounds]) -> None:
    """Enter the bounds of the op's channels; those that a single value is left of are constants."""
    name = op.outputs[0]
    bounds, constants = bounds_after(graph, op, ranges), found[name]
    if bounds is None:
        return
    low, high = (np.where(np.isnan(constants), side, constants) for side in bounds)
    ranges[name] = (low, high)
    found[name] = np.where(low == high, low, constants)


def _constants_after(graph: Graph, op: Op, known: dict[str, Array]) -> Array:
    """Which output channels are constant: they read constants alone, and come out uniform when computed with them."""
    inputs = [known.get(name, np.full(graph.types[name].shape[1], np.nan)) for name in _data(graph, op)]
    fixed = _reads_constants(graph, op, inputs)
    nothing = np.full(graph.types[op.outputs[0]].shape[1], np.nan)
    if not fixed.any():
        return nothing
    arrays = [_filled(graph.types[name], values) for name, values in zip(_data(graph, op), inputs, strict=True)]
    operands = (*arrays, *(graph.constant(name) for name in op.inputs[len(arrays) :]))
    (y,) = op.operator.evaluate(operands, graph.in_types(op), graph.out_types(op))
    rows = np.moveaxis(y, 1, 0).reshape(y.shape[1], -1)
    uniform = fixed & (rows == rows[:, :1]).all(axis=1)
    return np.where(uniform, rows[:, 0].astype(np.float64), nothing)


def _data(graph: Graph, op: Op) -> list[str]:
    """Inputs that are computed at run time."""
    return [name for name in op.reads if name not in graph.constants]


def _reads_constants(graph: Graph, op: Op, inputs: list[Array]) -> Array:
    if _is_tie(graph, op):
        return np.asarray(~np.isnan(np.stack(inputs)).any(axis=0))
    weights = graph.constant(op.inputs[1])
    assert weights is not None
    read = (weights != 0).reshape(*weights.shape[:2], -1).any(axis=2)  # [M, C]
    return np.asarray(~(read & np.isnan(inputs[0])).any(axis=1))


def _filled(kind: TensorType, values: Array) -> Array:
    """A tensor with these constants in its channels, zero (real) where they are not known."""
    zero = 0 if kind.quant is None else kind.quant.zero_point[0]
    row = np.where(np.isnan(values), zero, values).reshape(1, -1, *([1] * (kind.rank - 2)))
    return np.ascontiguousarray(np.broadcast_to(row, kind.shape)).astype(kind.dtype.numpy)


def _dead_channels(graph: Graph, space: _Space, constants: dict[str, Array]) -> Array:
    """Channels that every tail can do without; one channel always stays."""
    dead = np.ones(space.channels, bool)
    for op in space.tails:
        dead &= _foldable(graph, op, constants[op.reads[0]])
    if not space.tails:
        return np.zeros(space.channels, bool)
    if dead.all():
        dead[0] = False
    return dead


def _foldable(graph: Graph, op: Op, values: Array) -> Array:
    """Input channels of a layer that are read by zero weights alone, or are constants that its bias can hold."""
    weights, kind = graph.constant(op.inputs[1]), graph.types[op.reads[0]]
    assert weights is not None
    unread = ~(weights != 0).reshape(*weights.shape[:2], -1).any(axis=(0, 2))
    zero = 0 if kind.quant is None else kind.quant.zero_point[0]
    constant = ~np.isnan(values)
    window = op.operator.window if isinstance(op.operator, Conv2d) else None
    is_padded = window is not None and any(window.begin + window.end)
    return np.asarray(unread | (constant & ((values == zero) | (not is_padded))))


def _without(
    graph: Graph, spaces: list[_Space], dead: dict[str, Array], constants: dict[str, Array]
) -> Graph:
    draft = graph.draft()
    changed = {op.name: op for op in graph.ops}
    for space in spaces:
        keep = ~dead[space.name]
        if keep.all():
            continue
        for op in space.tails:
            changed[op.name] = _narrow_inputs(draft, graph, changed[op.name], keep, constants[op.reads[0]])
        for op in (*space.heads, *space.ties):
            changed[op.name] = _narrow_outputs(draft, graph, changed[op.name], int(keep.sum()), keep)
        for name in space.values:
            kind = draft.types[name]
            draft.types[name] = kind.with_shape((kind.shape[0], int(keep.sum()), *kind.shape[2:]))
    draft.ops = [changed[op.name] for op in graph.ops]
    return draft.freeze()


def _narrow_inputs(draft: Draft, graph: Graph, op: Op, keep: Array, values: Array) -> Op:
    """The layer without its dead input channels, whose constants its bias takes over."""
    w = op.inputs[1]
    assert w is not None
    weights, kind = draft.constants[w].array, graph.types[op.reads[0]]
    zero = 0 if kind.quant is None else kind.quant.zero_point[0]
    share = np.where(np.isnan(values), 0.0, values - zero) * ~keep
    extra = (weights.reshape(*weights.shape[:2], -1).astype(np.float64).sum(axis=2) * share).sum(axis=1)
    narrow = _sliced(draft, w, keep, 1)
    if not extra.any():
        return replace(op, inputs=(op.inputs[0], narrow, *op.inputs[2:]))
    return replace(op, inputs=(op.inputs[0], narrow, _with_bias(draft, graph, op, extra)))


def _with_bias(draft: Draft, graph: Graph, op: Op, extra: Array) -> str:
    bias = op.inputs[2] if len(op.inputs) > 2 else None
    if bias is not None:
        array = draft.constants[bias].array
        return draft.add_constant(f"{bias}.folded", (array + extra).astype(array.dtype), draft.types[bias])
    x, w = graph.types[op.reads[0]], draft.types[op.inputs[1] or ""]
    if x.quant is None or w.quant is None:
        kind = TensorType(DType.F32, extra.shape)
    else:
        scales = np.broadcast_to(np.array(w.quant.scale) * x.quant.scale[0], extra.shape)
        quant = Quant(tuple(scales.tolist()), (0,) * len(extra), 0)
        kind = TensorType(DType.S32, extra.shape, quant=quant)
    return draft.add_constant(f"{op.outputs[0]}.bias", extra.astype(kind.dtype.numpy), kind)


def _narrow_outputs(draft: Draft, graph: Graph, op: Op, channels: int, keep: Array) -> Op:
    """The op for the channels that stay: weights and bias sliced, numbers of channels adjusted."""
    if isinstance(op.operator, Reshape):
        return replace(op, operator=Reshape((op.operator.shape[0], channels)))
    if not isinstance(op.operator, Conv2d | Dense):
        return op
    tail = tuple(None if name is None else _sliced(draft, name, keep, 0) for name in op.inputs[1:])
    operator = op.operator
    if _is_depthwise(graph, op) and isinstance(operator, Conv2d):
        operator = replace(operator, groups=channels)
    return replace(op, operator=operator, inputs=(op.inputs[0], *tail))


def _sliced(draft: Draft, name: str, keep: Array, axis: int) -> str:
    """A constant with the kept entries of an axis, and their scales."""
    kind, array = draft.types[name], np.compress(keep, draft.constants[name].array, axis=axis)
    quant = kind.quant
    if quant is not None and quant.axis == axis:
        scale = tuple(s for s, k in zip(quant.scale, keep, strict=True) if k)
        zero_point = tuple(z for z, k in zip(quant.zero_point, keep, strict=True) if k)
        quant = replace(quant, scale=scale, zero_point=zero_point)
    narrow = replace(kind, shape=array.shape, quant=quant)
    return draft.add_constant(f"{name}.live", array, narrow)
