"""Weighted layers as `prune` sees them: which weights go together, and what remains after some went."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

import numpy as np

from tinyc.calibration.moments import Moments
from tinyc.calibration.pattern import Pattern
from tinyc.calibration.supported import held_zeros, solved_within
from tinyc.calibration.surgeon import Importance, Line, in_line, ranked, surgery
from tinyc.errors import DataError
from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.passes.prune_options import Price
from tinyc.passes.quantize_weights import finite_weights

FAINT = 1e-12
"""A change for which no layer gets a bias."""
LEFT_OUT, LISTED = 1.15, 0.2
"""Kernels of blocks save so many multiplications of a dense kernel's for each that they leave out, and lose a share of
all the layer's: as measured on a Cortex-M4, docs/encodings.md.
"""
DENSE, SINGLE, SINGLE_OUTPUT = 0.92, 1.55, 7.0
"""What a multiplication of a dense kernel takes, one of kernels of single weights, and what these lose for each output;
measured likewise.
"""
AT_ONCE = 8
"""Pixels that kernels of single weights compute together."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A float dense or conv2d with constant weights, as rows [groups, M/groups, K]; a weight is used `positions` times
    in one inference, or `in_eights` times by a kernel that computes eight pixels at a time.
    """

    op: Op
    rows: Array
    positions: int
    pattern: Pattern
    in_eights: int

    @property
    def most(self) -> int:
        """Weights that may go: all but one unit."""
        heights = self.pattern.heights(self.rows.shape[1])
        if self.pattern.kept:
            return self.rows.size - prod(self.rows.shape[:2]) * _kept_of_row(self.pattern)
        return self.rows.size - int(heights.max() * self.pattern.lengths.max())


def saved(layer: Layer, counts: Array, price: Price) -> Array:
    """What the layer saves when so many weights go, at least 0: weights, multiplications, or multiplications' time."""
    if price is Price.WEIGHTS:
        return counts
    macs = counts * layer.positions
    if price is Price.MACS:
        return np.asarray(macs)
    whole = layer.rows.size * layer.positions
    if not layer.pattern.is_single:
        return np.maximum(LEFT_OUT * macs - LISTED * whole, 0)
    if is_depthwise(layer.op):
        return np.zeros(len(counts))
    taken = SINGLE * (layer.rows.size - counts) * layer.in_eights + SINGLE_OUTPUT * whole / layer.rows.shape[2]
    return np.asarray(np.maximum(DENSE * whole - taken, 0))


def _kept_of_row(pattern: Pattern) -> int:
    return int(np.minimum(np.bincount(pattern.sets), pattern.kept).sum())


def is_prunable(graph: Graph, op: Op) -> bool:
    """True for a float dense or conv2d whose weights are constants."""
    if not isinstance(op.operator, Conv2d | Dense) or op.inputs[1] not in graph.constants:
        return False
    bias = op.inputs[2] if len(op.inputs) > 2 else None
    known = bias is None or bias in graph.constants
    return known and all(graph.types[name].dtype is DType.F32 for name in (*op.reads, *op.outputs))


def is_depthwise(op: Op) -> bool:
    """True for a convolution with groups."""
    return isinstance(op.operator, Conv2d) and op.operator.groups > 1


def layer_of(graph: Graph, op: Op, pattern: Pattern) -> Layer:
    """RecipeError if its weights hold NaN or infinity."""
    weights = finite_weights(graph, op, op.inputs[1] or "").astype(np.float64)
    groups = op.operator.groups if isinstance(op.operator, Conv2d) else 1
    rows = weights.reshape(groups, len(weights) // groups, -1)
    positions = max(1, graph.macs(op) // weights.size)
    return Layer(op, rows, positions, pattern, in_eights(graph, op, positions))


def in_eights(graph: Graph, op: Op, positions: int) -> int:
    """Positions counted up to whole eights: along the better axis where windows move along two."""
    if not isinstance(op.operator, Conv2d) or {*op.operator.window.kernel, *op.operator.window.strides} == {1}:
        return -(-positions // AT_ONCE) * AT_ONCE
    axes = graph.types[op.outputs[0]].shape[2:]
    return min(positions // length * (-(-length // AT_ONCE) * AT_ONCE) for length in axes)


@dataclass(frozen=True, slots=True)
class Cut:
    """Rows of a layer after pruning, what its bias takes up [M] or None, and the outputs' squared error, relative."""

    rows: Array
    bias: Array | None
    error: float


def line_of(layer: Layer, wanted: Array, seen: Moments | None, by: Importance) -> Line:
    """The order in which weights go."""
    if by is Importance.HESSIAN:
        assert seen is not None
        trace = surgery(wanted, seen.gram, layer.pattern)
    else:
        size = np.diagonal(seen.gram, axis1=1, axis2=2)[:, None, :] if by is Importance.ACTIVATION and seen else 1.0
        trace = ranked(wanted**2 * size, layer.pattern)
    return in_line(trace, layer.pattern, layer.rows.shape)


def cut(layer: Layer, line: Line, wanted: Array, seen: Moments | None, by: Importance, count: int) -> Cut:
    """The layer without `count` weights; with Hessians the others make up for them."""
    zeros = held_zeros(layer.rows)
    free = line.free(layer.rows.shape, layer.pattern, count) & (True if zeros is None else ~zeros)
    if seen is None:
        return Cut(np.where(free, wanted, 0.0), None, float("nan"))
    rows = np.where(free, wanted, 0.0)
    if by is Importance.HESSIAN:
        rows = np.stack([solved_within(*group) for group in zip(seen.gram, wanted @ seen.gram, free, strict=True)])
    error, power = rows - wanted, float(((wanted @ seen.gram) * wanted).sum())
    loss = float(((error @ seen.gram) * error).sum()) / max(power, 1e-30)
    return Cut(rows, seen.bias_change(layer.rows, rows), loss)


def refitted(layer: Layer, wanted: Array, seen: Moments | None) -> Cut:
    """The layer with all its weights, which make up for what the layers before have lost."""
    assert seen is not None
    return Cut(wanted, seen.bias_change(layer.rows, wanted), 0.0)


def wanted_rows(layer: Layer, seen: Moments | None, by: Importance) -> Array:
    """The weights that would be best if none went: with Hessians they make up for what layers before have lost."""
    if seen is None:
        return layer.rows
    if not (np.isfinite(seen.gram).all() and np.isfinite(seen.cross).all()):
        raise DataError(f'op "{layer.op.name}": it reads NaN or Inf on calibration data', hint="check data and model")
    if by is not Importance.HESSIAN:
        return layer.rows
    return seen.target(layer.rows, held_zeros(layer.rows))


def rewritten(draft: Draft, op: Op, found: Cut) -> Op:
    """The op with the weights and the bias of the cut, as constants of its own."""
    w = op.inputs[1]
    assert w is not None
    kind = draft.types[w]
    weights = found.rows.reshape(kind.shape).astype(np.float32)
    inputs = (op.inputs[0], draft.add_constant(f"{w}.pruned", weights, kind), *op.inputs[2:])
    bias = op.inputs[2] if len(op.inputs) > 2 else None
    if found.bias is None or (bias is None and np.abs(found.bias).max(initial=0.0) < FAINT):
        return replace(op, inputs=inputs)
    moved = found.bias if bias is None else draft.constants[bias].array + found.bias
    kind = TensorType(DType.F32, moved.shape)
    name = draft.add_constant(f"{bias or f'{op.name}.bias'}.pruned", moved.astype(np.float32), kind)
    return replace(op, inputs=(*inputs[:2], name))
