"""Pooling: the maximum or the average of each window, in one to three spatial axes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, RowWindow, Types
from tinyc.ir.types import Array, Shape, TensorType
from tinyc.ops.clamp import Clamp, clamp_integers, clamp_real
from tinyc.ops.fixedpoint import multipliers, ratio, requantize
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.integer import centred
from tinyc.ops.pool_indexed import MaxPoolIndexed
from tinyc.ops.reduce import Reduce, Reduction
from tinyc.ops.windows import Window, window_of

MAX_SPATIAL_AXES = 3


@dataclass(frozen=True, slots=True)
class MaxPool(Operator):
    """y[n,c,o] = max over k of x[n,c,o*stride+k*dilation-begin] inside x; ONNX MaxPool, GlobalMaxPool.

    x [N, C, spatial...]; y [N, C, out...]. Padding never wins: a window that lies in padding alone gives the
    smallest value of the format. Quantised: y has the scale and zero point of x.
    """

    kind: ClassVar[str] = "max_pool"

    window: Window

    @property
    def wants_channels_last(self) -> bool:
        return True

    @property
    def integer_ready(self) -> bool:
        return True

    @property
    def int16_ready(self) -> bool:
        return True

    @property
    def rows(self) -> RowWindow | None:
        return self.window.rows(lambda window: replace(self, window=window), zeros=False)

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = _pooled_input(inputs, self.window)
        return (x.with_shape((*x.shape[:2], *self.window.out_shape(x.shape[2:]))),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        dtype = out_types[0].dtype
        lowest = -np.inf if dtype.is_float else dtype.bounds[0]
        windows = self.window.view(x, lowest)
        return (windows.max(axis=_kernel_axes(self.window)).astype(dtype.numpy),)


@dataclass(frozen=True, slots=True)
class AveragePool(Operator):
    """y[n,c,o] = clamp(sum of the window inside x / taps that count); ONNX AveragePool, GlobalAveragePool.

    x [N, C, spatial...]; y [N, C, out...]. A tap counts if it lies in x or at most `counted_begin` before or
    `counted_end` after it along each axis: zeros for count_include_pad=0, the declared padding otherwise (what
    ceil_mode adds never counts). A window without counting taps gives 0.
    Quantised: exact sum of q - zero_point, one requantisation with scale_x / (scale_y * taps).
    """

    kind: ClassVar[str] = "average_pool"

    window: Window
    counted_begin: tuple[int, ...]
    counted_end: tuple[int, ...]
    clamp: Clamp = None

    @property
    def wants_channels_last(self) -> bool:
        return True

    @property
    def integer_ready(self) -> bool:
        return True

    @property
    def int16_ready(self) -> bool:
        return True

    @property
    def rows(self) -> RowWindow | None:
        return self.window.rows(lambda window: replace(self, window=window), zeros=False)

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = _pooled_input(inputs, self.window)
        return (x.with_shape((*x.shape[:2], *self.window.out_shape(x.shape[2:]))).with_quant(x.dtype, None),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, y = inputs[0], out_types[0]
        assert x is not None
        counts = self.counts(x.shape[2:])
        if y.quant is None:
            mean = self._sum(x.astype(np.float64)) / counts
            return (clamp_real(mean.astype(np.float32), self.clamp),)
        acc = self._sum(centred(x, in_types[0])).astype(np.int64)
        distinct, place = np.unique(counts, return_inverse=True)
        values, shifts = multipliers([average_factor(in_types[0], y, int(count)) for count in distinct])
        place = place.reshape(counts.shape)
        low, high = clamp_integers(y, self.clamp)
        result = requantize(acc, values[place], shifts[place], y.quant.zero_point[0], low, high)
        return (result.astype(y.dtype.numpy),)

    def counts(self, spatial: Shape) -> Array:
        """Taps that count, at least 1, for each output position [out...]."""
        window = self.window
        axes = []
        for axis, length in enumerate(window.out_shape(spatial)):
            starts = np.arange(length) * window.strides[axis] - window.begin[axis]
            taps = starts[:, None] + np.arange(window.kernel[axis]) * window.dilations[axis]
            counts = (taps >= -self.counted_begin[axis]) & (taps < spatial[axis] + self.counted_end[axis])
            axes.append(counts.sum(axis=1))
        counted: Array = np.maximum(reduce(np.multiply.outer, axes), 1)
        return counted

    def _sum(self, x: Array) -> Array:
        result: Array = self.window.view(x, 0.0).sum(axis=_kernel_axes(self.window))
        return result


def average_factor(x: TensorType | None, y: TensorType, count: int) -> Fraction:
    """Exact requantisation factor of a sum over `count` elements: scale_x / (scale_y * count)."""
    assert x is not None and x.quant is not None and y.quant is not None
    return ratio(x.quant.scale[0], over=(y.quant.scale[0], count))


def _kernel_axes(window: Window) -> tuple[int, ...]:
    return tuple(range(-len(window.kernel), 0))


def _pooled_input(inputs: Types, window: Window) -> TensorType:
    x = inputs[0]
    assert x is not None
    if x.rank != 2 + len(window.kernel):
        raise GraphError(f"a window over {len(window.kernel)} axes does not go with {x}")
    return x


@from_onnx("MaxPool")
def max_pool(node: Node, b: Builder) -> None:
    if node.wants(1):
        b.result(MaxPoolIndexed(_window(node, b), bool(node.int("storage_order"))), b.value(0))
        return
    b.alias(b.emit(MaxPool(_window(node, b)), b.value(0), stem=node.outputs[0]))


@from_onnx("AveragePool")
def average_pool(node: Node, b: Builder) -> None:
    window = _window(node, b)
    counted_begin = counted_end = (0,) * len(window.kernel)
    if node.int("count_include_pad"):
        plain = {name: value for name, value in node.attributes.items() if name != "ceil_mode"}
        declared = _window(replace(node, attributes=plain), b)
        counted_begin, counted_end = declared.begin, declared.end
    b.result(AveragePool(window, counted_begin, counted_end), b.value(0))


@from_onnx("GlobalMaxPool", "GlobalAveragePool")
def global_pool(node: Node, b: Builder) -> None:
    spatial = b.type_of(b.value(0)).shape[2:]
    how = Reduction.MEAN if node.op_type == "GlobalAveragePool" else Reduction.MAX
    b.result(whole_image(how, spatial) or Reduce(how, tuple(range(2, 2 + len(spatial)))), b.value(0))


def whole_image(how: Reduction, spatial: Shape) -> Operator | None:
    """Pooling with one window over all spatial axes; None where there is no such pooling."""
    rank = len(spatial)
    if how not in (Reduction.MEAN, Reduction.MAX) or not 1 <= rank <= MAX_SPATIAL_AXES:
        return None
    zeros, ones = (0,) * rank, (1,) * rank
    window = Window(spatial, ones, ones, zeros, zeros)
    return AveragePool(window, zeros, zeros) if how is Reduction.MEAN else MaxPool(window)


def _window(node: Node, b: Builder) -> Window:
    spatial = b.type_of(b.value(0)).shape[2:]
    if not 1 <= len(spatial) <= MAX_SPATIAL_AXES:
        raise UnsupportedOp(f"pooling over {len(spatial)} spatial axes; 1 to {MAX_SPATIAL_AXES} are supported")
    return window_of(node, spatial, node.ints("kernel_shape") or ())
