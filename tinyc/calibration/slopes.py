"""Results of float ops for a batch of samples, and the slopes of a loss by their inputs (reverse mode).

Values that depend on the data are [B, ...], B samples one after the other; constants stand without that axis. Griewank
and Walther, "Evaluating Derivatives", 2008. Where a function has a corner, one of its slopes is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np

from tinyc.calibration.columns import folded, unfolded
from tinyc.ir.graph import Op, Operator
from tinyc.ir.types import Array, Shape
from tinyc.ops.binary import Add, Mul, Sub, Sum
from tinyc.ops.bounding import Bounding, Clip, Relu
from tinyc.ops.clamp import Clamp, clamp_real
from tinyc.ops.concat import Concat
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.ops.pool import AveragePool, MaxPool
from tinyc.ops.reduce import Reduce, Reduction
from tinyc.ops.reshape import Reshape
from tinyc.ops.transpose import Transpose

Slopes: TypeAlias = tuple[Array | None, ...]
Back: TypeAlias = Callable[[Array], Slopes]
"""From the slope by an op's result to the slopes by its inputs; None for an input that is not there."""
Rule: TypeAlias = Callable[[Operator, "Inputs", Shape], tuple[Array, Back]]


@dataclass(frozen=True, slots=True)
class Given:
    """An input of an op: its array, and whether that has the axis of samples."""

    array: Array
    batched: bool

    @property
    def shape(self) -> Shape:
        """Without the axis of samples."""
        return self.array.shape[1:] if self.batched else self.array.shape


Inputs: TypeAlias = Sequence[Given | None]


def is_known(op: Op, constants: frozenset[str]) -> bool:
    """True if there is a rule for the op; that of a layer wants weights and bias among the constants."""
    operator = op.operator
    if isinstance(operator, Conv2d | Dense):
        return op.inputs[0] not in constants and constants.issuperset(op.reads[1:])
    if isinstance(operator, Reduce):
        return operator.how in (Reduction.MEAN, Reduction.SUM)
    return type(operator) in RULES


def computed(op: Op, inputs: Inputs, shape: Shape) -> tuple[Array, Back]:
    """The op's result [B, *shape] for inputs of which at least one depends on the data, and its slopes."""
    return RULES[type(op.operator)](op.operator, inputs, shape)


def _given(inputs: Inputs, place: int) -> Given | None:
    return inputs[place] if place < len(inputs) else None


def _first(inputs: Inputs) -> Array:
    x = inputs[0]
    assert x is not None and x.batched
    return x.array


def _within(y: Array, clamp: Clamp) -> tuple[Array, Callable[[Array], Array]]:
    """The clamped result, and the slope that passes the clamp."""
    if clamp is None:
        return y, lambda slope: slope
    y = clamp_real(y, clamp)
    inside = (y > np.float32(clamp[0])) & (y < np.float32(clamp[1]))
    return y, lambda slope: slope * inside


def _conv2d(operator: Operator, inputs: Inputs, shape: Shape) -> tuple[Array, Back]:
    """A convolution as one product of matrices for each group; arrays lie channels first, samples second."""
    assert isinstance(operator, Conv2d)
    w, bias = inputs[1], _given(inputs, 2)
    assert w is not None
    x = _first(inputs)
    images = x.reshape(-1, *x.shape[2:])
    rows = w.array.reshape(operator.groups, len(w.array) // operator.groups, -1)
    columns = unfolded(images, operator.window, 0.0).reshape(*rows.shape[::2], -1)
    sums = np.matmul(rows, columns).reshape(len(w.array), -1)
    sums += 0.0 if bias is None else bias.array[:, None]
    y, passed = _within(sums, operator.clamp)

    def back(slope: Array) -> Slopes:
        own = np.moveaxis(slope.reshape(-1, *slope.shape[2:]), 1, 0).reshape(len(w.array), -1)
        own = passed(own)
        by_group = own.reshape(*rows.shape[:2], -1)
        by_weights = np.matmul(by_group, np.swapaxes(columns, 1, 2)).reshape(w.array.shape)
        by_columns = np.matmul(np.swapaxes(rows, 1, 2), by_group)
        by_x = folded(by_columns, operator.window, images.shape).reshape(x.shape)
        return by_x, by_weights, None if bias is None else own.sum(axis=1)

    spatial = shape[2:]
    return np.moveaxis(y.reshape(len(w.array), len(images), *spatial), 0, 1).reshape(len(x), *shape), back


def _dense(operator: Operator, inputs: Inputs, shape: Shape) -> tuple[Array, Back]:
    assert isinstance(operator, Dense)
    w, bias = inputs[1], _given(inputs, 2)
    assert w is not None
    x = _first(inputs)
    rows = x.reshape(-1, x.shape[-1])
    sums = rows @ w.array.T
    y, passed = _within(sums if bias is None else sums + bias.array, operator.clamp)

    def back(slope: Array) -> Slopes:
        own = passed(slope.reshape(y.shape))
        return (own @ w.array).reshape(x.shape), own.T @ rows, None if bias is None else own.sum(axis=0)

    return y.reshape(len(x), *shape), back


def _spread(given: Given | None, rank: int) -> Array:
    """An input with an axis of samples, and as many others as the result has."""
    assert given is not None
    count = len(given.array) if given.batched else 1
    return given.array.reshape(count, *(1,) * (rank - len(given.shape)), *given.shape)


def _gathered(slope: Array, given: Given | None, spread: Array) -> Array:
    """The slope by an input that was repeated along axes of length 1."""
    assert given is not None
    axes = tuple(axis for axis, length in enumerate(spread.shape) if length == 1 and slope.shape[axis] != 1)
    return np.asarray(slope.sum(axis=axes, keepdims=True).reshape(given.array.shape))


def _arithmetic(operator: Operator, inputs: Inputs, shape: Shape) -> tuple[Array, Back]:
    assert isinstance(operator, Sum | Mul)
    a, b = (_spread(given, len(shape)) for given in inputs)
    y, passed = _within(operator.real(a, b), operator.clamp)

    def back(slope: Array) -> Slopes:
        slope = passed(slope)
        if isinstance(operator, Mul):
            return _gathered(slope * b, inputs[0], a), _gathered(slope * a, inputs[1], b)
        return _gathered(slope, inputs[0], a), _gathered(-slope if operator.subtracts else slope, inputs[1], b)

    return y, back


def _bounding(operator: Operator, inputs: Inputs, shape: Shape) -> tuple[Array, Back]:
    assert isinstance(operator, Bounding)
    y, passed = _within(_first(inputs), operator.bounds)
    return y, lambda slope: (passed(slope),)


def _max_pool(operator: Operator, inputs: Inputs, shape: Shape) -> tuple[Array, Back]:
    """Of equal taps the first gets the slope."""
    assert isinstance(operator, MaxPool)
    window, x = operator.window, _first(inputs)
    images = x.reshape(-1, *x.shape[2:])
    columns = unfolded(images, window, -np.inf)
    place = columns.argmax(axis=1)[:, None]
    y = np.take_along_axis(columns, place, 1)[:, 0]

    def back(slope: Array) -> Slopes:
        own = np.moveaxis(slope.reshape(-1, *slope.shape[2:]), 1, 0).reshape(len(y), -1)
        by_columns = np.zeros(columns.shape, np.float32)
        np.put_along_axis(by_columns, place, own[:, None], 1)
        return (folded(by_columns, window, images.shape).reshape(x.shape),)

    return np.moveaxis(y.reshape(len(y), len(images), *shape[2:]), 0, 1).reshape(len(x), *shape), back


def _average_pool(operator: Operator, inputs: Inputs, shape: Shape) -> tuple[Array, Back]:
    assert isinstance(operator, AveragePool)
    window, x = operator.window, _first(inputs)
    images, counts = x.reshape(-1, *x.shape[2:]), operator.counts(x.shape[3:]).astype(np.float32)
    sums = unfolded(images, window, 0.0).sum(axis=1).reshape(images.shape[1], len(images), *shape[2:])
    y, passed = _within(np.moveaxis(sums / counts, 0, 1).reshape(len(x), *shape), operator.clamp)

    def back(slope: Array) -> Slopes:
        own = passed(slope).reshape(-1, *slope.shape[2:]) / counts
        own = np.moveaxis(own, 1, 0).reshape(own.shape[1], 1, -1)
        by_columns = np.broadcast_to(own, (len(own), prod(window.kernel), own.shape[2]))
        return (folded(by_columns, window, images.shape).reshape(x.shape),)

    return y, back


def _reduce(operator: Operator, inputs: Inputs, shape: Shape) -> tuple[Array, Back]:
    assert isinstance(operator, Reduce)
    x, axes = _first(inputs), tuple(axis + 1 for axis in operator.axes)
    share = np.float32(1 / prod(x.shape[axis] for axis in axes) if operator.how is Reduction.MEAN else 1)
    sums = x.sum(axis=axes, keepdims=True)
    y, passed = _within(sums * share, operator.clamp)

    def back(slope: Array) -> Slopes:
        return (np.broadcast_to(passed(slope.reshape(y.shape)) * share, x.shape),)

    return y.reshape(len(x), *shape), back


def _reshape(operator: Operator, inputs: Inputs, shape: Shape) -> tuple[Array, Back]:
    x = _first(inputs)
    return x.reshape(len(x), *shape), lambda slope: (slope.reshape(x.shape),)


def _transpose(operator: Operator, inputs: Inputs, shape: Shape) -> tuple[Array, Back]:
    assert isinstance(operator, Transpose)
    axes = (0, *(axis + 1 for axis in operator.perm))
    return _first(inputs).transpose(axes), lambda slope: (slope.transpose(np.argsort(axes)),)


def _concat(operator: Operator, inputs: Inputs, shape: Shape) -> tuple[Array, Back]:
    assert isinstance(operator, Concat)
    axis, present = operator.axis + 1, [given for given in inputs if given is not None]
    count = max(len(given.array) for given in present if given.batched)
    arrays = [np.broadcast_to(_spread(given, len(shape)), (count, *given.shape)) for given in present]
    ends = np.cumsum([array.shape[axis] for array in arrays])[:-1]

    def back(slope: Array) -> Slopes:
        parts = np.split(slope, ends, axis)
        return tuple(part if given.batched else part.sum(axis=0) for part, given in zip(parts, present, strict=True))

    return np.concatenate(arrays, axis), back


RULES: dict[type[Operator], Rule] = {
    Conv2d: _conv2d, Dense: _dense, Add: _arithmetic, Sub: _arithmetic, Mul: _arithmetic, Relu: _bounding,
    Clip: _bounding, MaxPool: _max_pool, AveragePool: _average_pool, Reduce: _reduce, Reshape: _reshape,
    Transpose: _transpose, Concat: _concat,
}  # fmt: skip
