"""Blocks added up to an image: the inverse of cutting an image into blocks."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.conv_transpose import MAX_SPATIAL_AXES
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.windows import Window


@dataclass(frozen=True, slots=True)
class Col2Im(Operator):
    """y[n, c, block * stride + tap * dilation - begin] += x[n, c * taps + tap, block]; ONNX Col2Im, float32.

    x [N, C * taps, blocks], y [N, C, image...] with one to three axes. `window` is how the image is cut into blocks.
    """

    kind: ClassVar[str] = "col2im"

    image: tuple[int, ...]
    window: Window

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        taps, blocks = prod(self.window.kernel), prod(self.window.out_shape(self.image))
        if x.rank != 3 or x.shape[1] % taps or x.shape[2] != blocks or not x.dtype.is_float:
            raise GraphError(f"col2im: {x} does not hold {blocks} blocks of {list(self.window.kernel)}")
        return (x.with_shape((x.shape[0], x.shape[1] // taps, *self.image)),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, window = inputs[0], self.window
        assert x is not None
        padded = tuple(b + n + e for b, n, e in zip(window.begin, self.image, window.end, strict=True))
        blocks = window.out_shape(self.image)
        parts = x.reshape(len(x), -1, *window.kernel, *blocks).astype(np.float64)
        y = np.zeros((*parts.shape[:2], *padded))
        for tap in np.ndindex(*window.kernel):
            places = [
                slice(t * d, t * d + (n - 1) * s + 1, s)
                for t, d, n, s in zip(tap, window.dilations, blocks, window.strides, strict=True)
            ]
            y[(slice(None), slice(None), *places)] += parts[(slice(None), slice(None), *tap)]
        inner = [slice(b, b + n) for b, n in zip(window.begin, self.image, strict=True)]
        return (y[(slice(None), slice(None), *inner)].astype(np.float32),)


@from_onnx("Col2Im")
def col2im(node: Node, b: Builder) -> None:
    image, block = (tuple(int(n) for n in b.constant(i, what)) for i, what in ((1, "image_shape"), (2, "block_shape")))
    axes = len(image)
    if not 1 <= axes <= MAX_SPATIAL_AXES or len(block) != axes:
        raise UnsupportedOp(f"image {list(image)} and blocks {list(block)}; 1 to {MAX_SPATIAL_AXES} axes are supported")
    ones, zeros = (1,) * axes, (0,) * (2 * axes)
    strides, dilations = node.ints("strides", ones) or ones, node.ints("dilations", ones) or ones
    pads = node.ints("pads", zeros) or zeros
    if min(*strides, *dilations, *block) < 1 or min(pads) < 0:
        raise UnsupportedOp(
            f"strides {list(strides)}, dilations {list(dilations)}, pads {list(pads)}: at least 1, pads at least 0"
        )
    b.result(Col2Im(image, Window(block, strides, dilations, pads[:axes], pads[axes:])), b.value(0))
