"""Convolution whose taps are moved by offsets computed at run time."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.windows import Window, window_of


@dataclass(frozen=True, slots=True)
class DeformConv(Operator):
    """y[n,m,o] = bias[m] + sum w[m,c,k] * mask[n,g,k,o] * x[n,c] at o*stride+k*dilation-begin+offsets[n,g,k,:,o].

    x [N, C, H, W] is read bilinearly, zero outside; w [M, C/groups, kernel], bias [M], offsets
    [N, offset_groups * taps * 2, out], mask [N, offset_groups * taps, out]; two spatial axes, float32.
    """

    kind: ClassVar[str] = "deform_conv"
    slots: ClassVar[tuple[str, ...]] = ("x", "w", "offsets", "b", "mask")

    window: Window
    groups: int = 1
    offset_groups: int = 1

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, w, offsets, _, mask = (*inputs, None, None)[:5]
        assert x is not None and w is not None and offsets is not None
        taps, out = prod(self.window.kernel), self.window.out_shape(x.shape[2:])
        moved = (x.shape[0], self.offset_groups * taps, *out)
        fits = x.rank == 4 and x.shape[1] == w.shape[1] * self.groups and not w.shape[0] % self.groups
        if not fits or x.shape[1] % self.offset_groups or not x.dtype.is_float:
            raise GraphError(f"deform_conv: {x} and weights {w} do not go together")
        if offsets.shape != (moved[0], moved[1] * 2, *out) or (mask is not None and mask.shape != moved):
            raise GraphError(f"deform_conv: offsets {offsets} or the mask do not go with an output of {list(out)}")
        return (x.with_shape((x.shape[0], w.shape[0], *out)),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, w, offsets, bias, mask = (*inputs, None, None)[:5]
        assert x is not None and w is not None and offsets is not None
        (batch, _, *out), taps = out_types[0].shape, prod(self.window.kernel)
        moved = offsets.reshape(batch, self.offset_groups, taps, 2, *out)
        weight = np.ones((batch, self.offset_groups, taps, *out)) if mask is None else mask
        samples = self._samples(x, moved) * weight.reshape(batch, self.offset_groups, 1, taps, *out)
        columns = samples.reshape(batch, self.groups, -1, prod(out))
        matrix = w.astype(np.float64).reshape(self.groups, w.shape[0] // self.groups, -1)
        y = np.matmul(matrix, columns).reshape(out_types[0].shape)
        return ((y if bias is None else y + bias.reshape(1, -1, 1, 1)).astype(np.float32),)

    def _samples(self, x: Array, moved: Array) -> Array:
        """float64 [N, offset_groups, channels, taps, out...]."""
        batch, out = len(x), moved.shape[-2:]
        planes = x.reshape(batch, self.offset_groups, -1, *x.shape[2:]).astype(np.float64)
        result = np.zeros((*planes.shape[:3], moved.shape[2], *out))
        rows, columns = (self._places(axis, moved[:, :, :, axis]) for axis in (0, 1))
        for n, g in np.ndindex(batch, self.offset_groups):
            for up, left in np.ndindex(2, 2):
                row, column = np.floor(rows[n, g]) + up, np.floor(columns[n, g]) + left
                weight = (1 - np.abs(rows[n, g] - row)) * (1 - np.abs(columns[n, g] - column))
                inside = (row >= 0) & (row < x.shape[2]) & (column >= 0) & (column < x.shape[3])
                at = [np.where(inside, place, 0).astype(np.int64) for place in (row, column)]
                result[n, g] += np.where(inside, weight, 0.0) * planes[n, g][:, at[0], at[1]]
        return result

    def _places(self, axis: int, moved: Array) -> Array:
        """Coordinates along an axis [N, offset_groups, taps, out...], float32; infinity and NaN lie outside."""
        window, out = self.window, moved.shape[-2:]
        tap = np.indices(window.kernel)[axis].reshape(-1, 1, 1) * window.dilations[axis]
        origin = np.indices(out)[axis] * window.strides[axis] - window.begin[axis]
        at = (moved + (tap + origin).astype(np.float32)).astype(np.float32)
        return np.where(np.abs(at) < 2**20, at, np.float32(-(2**20)))


@from_onnx("DeformConv")
def deform_conv(node: Node, b: Builder) -> None:
    x, w = b.type_of(b.value(0)), b.type_of(b.value(1))
    if x.rank != 4:
        raise UnsupportedOp(f"{x.rank - 2} spatial axes; 2 are supported")
    window = window_of(node, x.shape[2:], node.ints("kernel_shape") or w.shape[2:])
    operator = DeformConv(window, node.int("group", 1), node.int("offset_group", 1))
    b.result(operator, b.value(0), b.value(1), b.value(2), b.optional(3), b.optional(4))
