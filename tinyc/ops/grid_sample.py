"""Images read at coordinates that another tensor holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx

MAX_AXES = 3
FAR = np.float32(2.0**20)
"""Coordinates are kept within +-FAR elements, so that run-time data (infinity, NaN) never leaves int32."""

CUBIC_A = np.float32(-0.75)


class SampleMode(Enum):
    """How neighbours are weighted."""

    NEAREST = "nearest"
    LINEAR = "linear"
    CUBIC = "cubic"


class Outside(Enum):
    """What stands outside the image: zero, its edge, or the image mirrored at its border."""

    ZEROS = "zeros"
    BORDER = "border"
    REFLECTION = "reflection"


@dataclass(frozen=True, slots=True)
class GridSample(Operator):
    """y[n, c, place] = x[n, c] at the coordinates grid[n, place], which run from -1 to 1 along each axis; float32.

    x [N, C, spatial...] with 2 or 3 spatial axes, grid [N, out..., axes], last axis of x first; y [N, C, out...].
    `corners`: -1 and 1 are the middles of the outermost elements, else their outer edges.
    """

    kind: ClassVar[str] = "grid_sample"
    slots: ClassVar[tuple[str, ...]] = ("x", "grid")

    mode: SampleMode
    outside: Outside
    corners: bool

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, grid = inputs
        assert x is not None and grid is not None
        axes = x.rank - 2
        fits = grid.rank == x.rank and grid.shape[-1] == axes and grid.shape[0] == x.shape[0]
        if not 1 <= axes <= MAX_AXES or not fits or not (x.dtype.is_float and grid.dtype.is_float):
            raise GraphError(f"grid_sample: {x} and grid {grid} do not go together")
        return (TensorType(x.dtype, (*x.shape[:2], *grid.shape[1:-1])),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, grid = inputs
        assert x is not None and grid is not None
        places = grid.reshape(len(grid), -1, grid.shape[-1])
        y = np.empty((*x.shape[:2], places.shape[1]), np.float32)
        for n, image in enumerate(x):
            taps = [self._taps(places[n, :, -1 - axis], image.shape[1 + axis]) for axis in range(x.ndim - 2)]
            y[n] = _weighted(image, taps)
        return (y.reshape(out_types[0].shape),)

    def _taps(self, where: Array, length: int) -> tuple[Array, Array]:
        """(index, weight) [places, taps] along one axis; index -1 reads zero."""
        at = self._placed(self._coordinate(where, length), length)
        if self.mode is SampleMode.NEAREST:
            return self._index(np.trunc(at), length)[:, None], np.ones((len(at), 1), np.float32)
        low = np.floor(at)
        rest = (at - low).astype(np.float32)
        weights = _linear(rest) if self.mode is SampleMode.LINEAR else _cubic(rest)
        offsets = np.arange(weights.shape[1]) - weights.shape[1] // 2 + 1
        return np.stack([self._index(low + offset, length) for offset in offsets], axis=1), weights

    def _coordinate(self, where: Array, length: int) -> Array:
        """In elements, float32."""
        one, half = np.float32(1), np.float32(0.5)
        with np.errstate(all="ignore"):
            at = (where + one) * half * np.float32(length - 1) if self.corners else (
                ((where + one) * np.float32(length) - one) * half)  # fmt: skip
        at = np.where(at >= -FAR, np.minimum(at, FAR), -FAR).astype(np.float32)
        return np.rint(at) if self.mode is SampleMode.NEAREST else at

    def _placed(self, at: Array, length: int) -> Array:
        """Coordinates outside the border, which with `corners` is the middle of an edge element, come inside."""
        if self.outside is Outside.BORDER:
            low, high = (0.0, length - 1.0) if self.corners else (-0.5, length - 0.5)
            return np.where((at < low) | (at > high), np.clip(at, 0, length - 1), at).astype(np.float32)
        return self._mirrored(at, length) if self.outside is Outside.REFLECTION else at

    def _index(self, at: Array, length: int) -> Array:
        if self.outside is Outside.BORDER:
            at = np.clip(at, 0, length - 1)
        elif self.outside is Outside.REFLECTION:
            at = np.trunc(self._mirrored(at, length))
        whole = at.astype(np.int64)
        return np.where((whole >= 0) & (whole < length), whole, -1)

    def _mirrored(self, at: Array, length: int) -> Array:
        low = np.float32(0.0 if self.corners else -0.5)
        high = np.float32(length - 1.0 if self.corners else length - 0.5)
        span = high - low
        if span == 0:
            return np.zeros_like(at)
        over = np.where(at < low, low - at, at - high).astype(np.float32)
        turns = np.trunc(over / span)
        rest = (over - turns * span).astype(np.float32)
        from_low = (at < low) == (turns % 2 == 0)
        mirrored = np.where(from_low, low + rest, high - rest)
        return np.where((at < low) | (at > high), mirrored, at).astype(np.float32)


def _linear(rest: Array) -> Array:
    return np.stack([np.float32(1) - rest, rest], axis=1)


def _cubic(t: Array) -> Array:
    a, one = CUBIC_A, np.float32(1)
    near = [((a + 2) * d - (a + 3)) * d * d + one for d in (t, one - t)]
    far = [((a * d - 5 * a) * d + 8 * a) * d - 4 * a for d in (t + one, np.float32(2) - t)]
    return np.stack([far[0], near[0], near[1], far[1]], axis=1).astype(np.float32)


def _weighted(image: Array, taps: list[tuple[Array, Array]]) -> Array:
    """[C, places] of an image [C, spatial...]."""
    total = np.zeros((len(image), len(taps[0][0])), np.float64)
    for choice in product(*(range(index.shape[1]) for index, _ in taps)):
        picked = [index[:, tap] for (index, _), tap in zip(taps, choice, strict=True)]
        weight = np.prod([weights[:, tap] for (_, weights), tap in zip(taps, choice, strict=True)], axis=0)
        inside = np.all([place >= 0 for place in picked], axis=0)
        elements = image[(slice(None), *[np.maximum(place, 0) for place in picked])]  # type: ignore[arg-type]
        total += np.where(inside, elements * weight, 0.0)
    return total.astype(np.float32)


_MODES = {"bilinear": "linear", "bicubic": "cubic"}


@from_onnx("GridSample")
def grid_sample(node: Node, b: Builder) -> None:
    mode, outside = node.string("mode", "linear"), node.string("padding_mode", "zeros")
    mode = _MODES.get(mode, mode)
    if mode not in [known.value for known in SampleMode]:
        raise UnsupportedOp(f'mode "{mode}" is not one of nearest, linear, cubic')
    if outside not in [known.value for known in Outside]:
        raise UnsupportedOp(f'padding_mode "{outside}" is not one of zeros, border, reflection')
    operator = GridSample(SampleMode(mode), Outside(outside), bool(node.int("align_corners")))
    b.result(operator, b.value(0), b.value(1))
