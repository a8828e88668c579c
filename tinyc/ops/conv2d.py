"""Convolution in one to three dimensions, with groups (depthwise included), strides, dilations and padding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, RowWindow, Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.clamp import Clamp, clamp_real
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.integer import centred, requantize_channels, require_bias
from tinyc.ops.weight_scales import matrix_scales
from tinyc.ops.windows import Window, window_of


@dataclass(frozen=True, slots=True)
class Conv2d(Operator):
    """y[n,m,o] = clamp(bias[m] + sum w[m,c,k] * x[n,c,o*stride+k*dilation-begin]); ONNX Conv.

    x [N, C, spatial...], w [M, C/groups, kernel...], bias [M]; y [N, M, out...]; one to three spatial axes.
    Quantised: x and y int8 or int16 per tensor, w int8 or int16 with zero point 0, bias int32 at scale_x * scale_w.
    Quantised weights under a float x: y = clamp(bias + scale_w * sum of x and the integers), in float32; with scales
    of groups of input channels, the sum of these for all groups.
    """

    kind: ClassVar[str] = "conv2d"
    slots: ClassVar[tuple[str, ...]] = ("x", "w", "b")

    window: Window
    groups: int = 1
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
        return self.window.rows(lambda window: replace(self, window=window))

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, w = inputs[0], inputs[1]
        assert x is not None and w is not None
        if x.rank != w.rank or x.shape[1] != w.shape[1] * self.groups or w.shape[0] % self.groups:
            raise GraphError(f"conv2d: input {x} and weights {w} do not go together with {self.groups} groups")
        require_bias(inputs, w.shape[0])
        return (x.with_shape((x.shape[0], w.shape[0], *self.window.out_shape(x.shape[2:]))).with_quant(x.dtype, None),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, w, bias = (*inputs, None)[:3]
        assert x is not None and w is not None
        if out_types[0].quant is None:
            acc = self._real_sums(x, w, in_types[1])
            acc = acc if bias is None else acc + _along_channels(bias, x.ndim)
            return (clamp_real(acc, self.clamp).astype(np.float32),)
        acc = self.sums(centred(x, in_types[0]), centred(w, in_types[1]))
        if bias is not None:
            acc = acc + _along_channels(bias, x.ndim)
        return (requantize_channels(acc.astype(np.int64), in_types, out_types[0], self.clamp, axis=1),)

    def macs(self, inputs: Types, outputs: tuple[TensorType, ...]) -> int:
        w = inputs[1]
        assert w is not None
        return outputs[0].elements * prod(w.shape[1:])

    def _real_sums(self, x: Array, w: Array, kind: TensorType | None) -> Array:
        if kind is None or kind.quant is None:
            return self.sums(x, w)
        scales = matrix_scales(kind)
        parts = enumerate(self.parts(x, w.astype(np.float32), scales.shape[1]))
        return np.asarray(sum(self.sums(*part) * _along_channels(scales[:, g], x.ndim) for g, part in parts))

    def parts(self, x: Array, w: Array, count: int) -> Iterator[tuple[Array, Array]]:
        """x and w with one share of the input channels of every filter each, `count` in all."""
        share = w.shape[1] // count
        split = x.reshape(x.shape[0], self.groups, count, share, *x.shape[2:])
        for place in range(count):
            inputs = split[:, :, place].reshape(x.shape[0], self.groups * share, *x.shape[2:])
            yield inputs, w[:, place * share : (place + 1) * share]

    def sums(self, x: Array, w: Array) -> Array:
        """The weighted sums of all windows, without bias, in the format of x."""
        windows = self.window.view(x, 0.0)
        rank = len(self.window.kernel)
        batch, out = windows.shape[0], windows.shape[2 : 2 + rank]
        grouped = windows.reshape(batch, self.groups, -1, *windows.shape[2:])
        columns = np.moveaxis(grouped, range(3, 3 + rank), range(2, 2 + rank))  # [N, G, out..., C/G, kernel...]
        columns = columns.reshape(batch, self.groups, prod(out), -1)
        matrix = w.reshape(self.groups, w.shape[0] // self.groups, -1)
        result = np.matmul(matrix, np.swapaxes(columns, 2, 3))  # [N, G, M/G, out]
        grouped_result: Array = result.reshape(batch, w.shape[0], *out)
        return grouped_result


def _along_channels(values: Array, rank: int) -> Array:
    return values.reshape(1, -1, *([1] * (rank - 2)))


@from_onnx("Conv")
def conv(node: Node, b: Builder) -> None:
    x, w = b.type_of(b.value(0)), b.type_of(b.value(1))
    if not 3 <= x.rank <= 5:
        raise UnsupportedOp(f"convolution over {x.rank - 2} spatial axes; 1 to 3 are supported")
    window = window_of(node, x.shape[2:], node.ints("kernel_shape") or w.shape[2:])
    operator = Conv2d(window, node.int("group", 1))
    b.result(operator, b.value(0), b.value(1), b.optional(2))
