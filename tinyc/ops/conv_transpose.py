"""Transposed convolution in one to three dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, Quant, Shape, TensorType
from tinyc.ops.clamp import Clamp, clamp_real
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.integer import centred, requantize_channels
from tinyc.ops.quantize import Dequantize
from tinyc.ops.reshape import Reshape
from tinyc.ops.transpose import Transpose

MAX_SPATIAL_AXES = 3


@dataclass(frozen=True, slots=True)
class ConvTranspose(Operator):
    """y[n,m,i*stride+k*dilation-begin] += w[m,c,k] * x[n,c,i], plus bias[m], clamped; ONNX ConvTranspose.

    x [N, C, spatial...], w [M, C/groups, kernel...] (outputs first, other than in ONNX), bias [M]; y [N, M, out...].
    Quantised: x and y int8 per tensor, w int8 or int16 with zero point 0, bias int32 at scale_x * scale_w.
    """

    kind: ClassVar[str] = "conv_transpose"
    slots: ClassVar[tuple[str, ...]] = ("x", "w", "b")

    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    begin: tuple[int, ...]
    out: tuple[int, ...]
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

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, w = inputs[0], inputs[1]
        assert x is not None and w is not None
        axes = len(self.out)
        if not x.rank == w.rank == axes + 2 or x.shape[1] != w.shape[1] * self.groups or w.shape[0] % self.groups:
            raise GraphError(f"conv_transpose: input {x} and weights {w} do not go together with {self.groups} groups")
        if not 1 <= axes <= MAX_SPATIAL_AXES or min(self.out) < 1:
            raise GraphError(f"conv_transpose: {x} would become an image of {list(self.out)}")
        return (x.with_shape((x.shape[0], w.shape[0], *self.out)).with_quant(x.dtype, None),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, w, bias = (*inputs, None)[:3]
        assert x is not None and w is not None
        column = 0.0 if bias is None else bias.reshape(1, -1, *([1] * len(self.out)))
        if out_types[0].quant is None:
            acc = self._sum(x.astype(np.float64), w.astype(np.float64)) + column
            return (clamp_real(acc.astype(np.float32), self.clamp),)
        acc = self._sum(centred(x, in_types[0]), centred(w, in_types[1])) + column
        return (requantize_channels(acc.astype(np.int64), in_types, out_types[0], self.clamp, axis=1),)

    def macs(self, inputs: Types, outputs: tuple[TensorType, ...]) -> int:
        x, w = inputs[0], inputs[1]
        assert x is not None and w is not None
        return x.elements * w.shape[0] // self.groups * prod(w.shape[2:])

    def _sum(self, x: Array, w: Array) -> Array:
        """Every tap adds the whole image, weighted, at its stride and offset."""
        grouped = x.reshape(x.shape[0], self.groups, -1, prod(x.shape[2:]))
        y = np.zeros((x.shape[0], w.shape[0], *self.out))
        for tap in np.ndindex(*w.shape[2:]):
            matrix = w[(slice(None), slice(None), *tap)].reshape(self.groups, -1, w.shape[1])
            part = np.matmul(matrix, grouped).reshape(x.shape[0], w.shape[0], *x.shape[2:])
            ranges = [self._range(axis, k, x.shape[2 + axis]) for axis, k in enumerate(tap)]
            to, source = [r[0] for r in ranges], [r[1] for r in ranges]
            y[(slice(None), slice(None), *to)] += part[(slice(None), slice(None), *source)]
        return y

    def _range(self, axis: int, tap: int, length: int) -> tuple[slice, slice]:
        """Places of y that a tap reaches along an axis, and the places of x that it reads there."""
        stride, offset = self.strides[axis], tap * self.dilations[axis] - self.begin[axis]
        first = max(-(offset // stride), 0)
        last = min(length, -((offset - self.out[axis]) // stride))
        last = max(last, first)
        start = first * stride + offset
        return slice(start, start + (last - first) * stride, stride), slice(first, last)


@from_onnx("ConvTranspose")
def conv_transpose(node: Node, b: Builder) -> None:
    x, w = b.type_of(b.value(0)), b.type_of(b.value(1))
    axes, groups = x.rank - 2, node.int("group", 1)
    if w.rank != x.rank or w.shape[0] != x.shape[1] or w.shape[0] % groups:
        raise GraphError(f"input {x} and weights {w} do not go together with {groups} groups")
    kernel = w.shape[2:]
    if node.ints("kernel_shape", kernel) != kernel:
        raise GraphError(f"kernel_shape {list(node.ints('kernel_shape') or ())} and weights {w} differ")
    ones = (1,) * axes
    strides, dilations = node.ints("strides", ones) or ones, node.ints("dilations", ones) or ones
    if min(*strides, *dilations) < 1:
        raise UnsupportedOp("strides and dilations must be at least 1")
    reach = [s * (n - 1) + (k - 1) * d + 1 for n, k, s, d in zip(x.shape[2:], kernel, strides, dilations, strict=True)]
    begin, out = _placement(node, reach, [n * s for n, s in zip(x.shape[2:], strides, strict=True)])
    operator = ConvTranspose(strides, dilations, begin, out, groups)
    b.result(operator, b.value(0), outputs_first(b, b.value(1), groups), b.optional(2))


def _placement(node: Node, reach: Sequence[int], same: Sequence[int]) -> tuple[Shape, Shape]:
    """Elements cut off at the begin, and the lengths of y; `reach` is the length without any cut."""
    axes = len(reach)
    zeros = (0,) * axes
    extra = node.ints("output_padding", zeros) or zeros
    auto_pad, wanted = node.string("auto_pad", "NOTSET"), node.ints("output_shape")
    if auto_pad not in ("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"):
        raise UnsupportedOp(f'auto_pad "{auto_pad}" is not one of NOTSET, VALID, SAME_UPPER, SAME_LOWER')
    if wanted is None and auto_pad.startswith("SAME"):
        wanted = tuple(same)
    if wanted is not None:
        wanted = wanted[-axes:]
        cut = [max(r + e - n, 0) for r, e, n in zip(reach, extra, wanted, strict=True)]
        return tuple(c // 2 if auto_pad == "SAME_UPPER" else c - c // 2 for c in cut), wanted
    pads = (node.ints("pads") or zeros * 2) if auto_pad == "NOTSET" else zeros * 2
    sizes = zip(reach, extra, pads[:axes], pads[axes:], strict=True)
    return pads[:axes], tuple(r + e - before - after for r, e, before, after in sizes)


def outputs_first(b: Builder, w: str, groups: int) -> str:
    """Weights [C, M/groups, kernel...] as [M, C/groups, kernel...]; quantised constants stay quantised constants."""
    maker = next((op for op in b.draft.ops if w in op.outputs), None)
    if maker is not None and isinstance(maker.operator, Dequantize) and maker.inputs[0] in b.draft.constants:
        source = maker.inputs[0]
        kind = b.type_of(source)
        if kind.quant is not None and kind.quant.axis in (None, 1):
            turned = _turned(b.draft.constants[source].array, groups)
            return b.emit(Dequantize(), b.add_constant(f"{source}.turned", turned, _along_outputs(kind.quant, groups)))
    shape = b.type_of(w).shape
    split = b.emit(Reshape((groups, shape[0] // groups, *shape[1:])), w)
    moved = b.emit(Transpose((0, 2, 1, *range(3, len(shape) + 1))), split)
    return b.emit(Reshape((shape[1] * groups, shape[0] // groups, *shape[2:])), moved)


def _turned(w: Array, groups: int) -> Array:
    split = w.reshape(groups, w.shape[0] // groups, *w.shape[1:])
    return np.swapaxes(split, 1, 2).reshape(w.shape[1] * groups, w.shape[0] // groups, *w.shape[2:]).copy()


def _along_outputs(quant: Quant, groups: int) -> Quant:
    """Scales of the output channels of one group, for all groups."""
    if quant.axis is None:
        return quant
    return replace(quant, scale=quant.scale * groups, zero_point=quant.zero_point * groups, axis=0)
