"""Windows of images as columns of a matrix, and back: convolution becomes a product of matrices.

Chellapilla, Puri and Simard, "High Performance Convolutional Neural Networks for Document Processing", 2006.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np

from tinyc.ir.types import Array, Shape
from tinyc.ops.windows import Window


def unfolded(images: Array, window: Window, fill: float) -> Array:
    """Images [N, C, spatial...] as [C, taps, N * positions], float32; `fill` stands outside of them."""
    inner = np.moveaxis(images, 1, 0)
    out = window.out_shape(images.shape[2:])
    if prod(window.kernel) == 1 and set(window.strides) == {1} and not any(window.begin + window.end):
        return np.ascontiguousarray(inner).reshape(len(inner), 1, -1)
    padded = np.full(_padded(images.shape, window), fill, np.float32)
    padded[_inside(images.shape, window)] = inner
    columns = np.empty((len(inner), prod(window.kernel), len(images), *out), np.float32)
    for tap, place in enumerate(_places(window, out)):
        columns[:, tap] = padded[place]
    return columns.reshape(*columns.shape[:2], -1)


def folded(columns: Array, window: Window, shape: Shape) -> Array:
    """Columns [C, taps, N * positions] summed where they lie in images of this shape, [N, C, spatial...]."""
    out = window.out_shape(shape[2:])
    padded = np.zeros(_padded(shape, window), np.float32)
    parts = columns.reshape(shape[1], prod(window.kernel), shape[0], *out)
    for tap, place in enumerate(_places(window, out)):
        padded[place] += parts[:, tap]
    return np.moveaxis(padded[_inside(shape, window)], 0, 1)


def _padded(shape: Shape, window: Window) -> Shape:
    sizes = zip(shape[2:], window.begin, window.end, strict=True)
    return (shape[1], shape[0], *(length + before + behind for length, before, behind in sizes))


def _inside(shape: Shape, window: Window) -> tuple[slice, ...]:
    sizes = zip(shape[2:], window.begin, strict=True)
    return (slice(None), slice(None), *(slice(before, before + length) for length, before in sizes))


def _places(window: Window, out: Shape) -> Iterator[tuple[slice, ...]]:
    """For each tap of the window where it lies in padded images."""
    for tap in np.ndindex(*window.kernel):
        starts = [step * dilation for step, dilation in zip(tap, window.dilations, strict=True)]
        sizes = zip(starts, window.strides, out, strict=True)
        steps = (slice(start, start + (count - 1) * stride + 1, stride) for start, stride, count in sizes)
        yield (slice(None), slice(None), *steps)
