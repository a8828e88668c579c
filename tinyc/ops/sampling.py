"""Where the elements of a resized axis come from: coordinates, nearest elements, weights of neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from tinyc.ir.types import Array, Shape


class Transform(Enum):
    """How a place in the output becomes a coordinate in the input; ONNX coordinate_transformation_mode."""

    HALF_PIXEL = "half_pixel"
    HALF_PIXEL_SYMMETRIC = "half_pixel_symmetric"
    PYTORCH_HALF_PIXEL = "pytorch_half_pixel"
    ALIGN_CORNERS = "align_corners"
    ASYMMETRIC = "asymmetric"
    TF_HALF_PIXEL_FOR_NN = "tf_half_pixel_for_nn"
    TF_CROP_AND_RESIZE = "tf_crop_and_resize"


class Rounding(Enum):
    """Which neighbour of a coordinate is the nearest; ONNX nearest_mode."""

    ROUND_PREFER_FLOOR = "round_prefer_floor"
    ROUND_PREFER_CEIL = "round_prefer_ceil"
    FLOOR = "floor"
    CEIL = "ceil"


@dataclass(frozen=True, slots=True)
class Sampling:
    """Neighbouring `axes` of x become axes of these `lengths`. `scales` are the factors that the model declares,
    `roi` holds start and end of the region for each axis (only TF_CROP_AND_RESIZE).
    """

    axes: tuple[int, ...]
    lengths: tuple[int, ...]
    scales: tuple[float, ...]
    transform: Transform
    roi: tuple[tuple[float, float], ...] = ()

    def out_shape(self, shape: Shape) -> Shape:
        wanted = dict(zip(self.axes, self.lengths, strict=True))
        return tuple(wanted.get(axis, length) for axis, length in enumerate(shape))

    def coordinates(self, index: int, length: int) -> Array:
        """float64 coordinate in an input axis of `length` elements for every place of output axis `index`."""
        scale, places = self.scales[index], np.arange(self.lengths[index], dtype=np.float64)
        stretched = scale * length
        match self.transform:
            case Transform.ALIGN_CORNERS:
                return places * 0.0 if stretched == 1 else places * (length - 1) / (stretched - 1)
            case Transform.ASYMMETRIC:
                return places / scale
            case Transform.TF_HALF_PIXEL_FOR_NN:
                return (places + 0.5) / scale
            case Transform.TF_CROP_AND_RESIZE:
                return self._in_region(index, length, places, stretched)
            case Transform.PYTORCH_HALF_PIXEL if stretched == 1:
                return places * 0.0 - 0.5
            case Transform.HALF_PIXEL_SYMMETRIC:
                offset = length / 2 * (1 - self.lengths[index] / stretched)
                return offset + (places + 0.5) / scale - 0.5
        return (places + 0.5) / scale - 0.5

    def _in_region(self, index: int, length: int, places: Array, stretched: float) -> Array:
        start, end = self.roi[index]
        if stretched == 1:
            return places * 0.0 + (end - start) * (length - 1) / 2 + start * (length - 1)
        return places * (end - start) * (length - 1) / (stretched - 1) + start * (length - 1)

    def outside(self, index: int, length: int) -> Array:
        """True for places that take the extrapolation value."""
        where = self.coordinates(index, length)
        leaves: Array = (where < 0) | (where > length - 1)
        return leaves & (self.transform is Transform.TF_CROP_AND_RESIZE)


def nearest(where: Array, rounding: Rounding, length: int) -> Array:
    """Index of the nearest element for each coordinate, inside the axis."""
    low = np.floor(where)
    rest = where - low
    up = {
        Rounding.ROUND_PREFER_FLOOR: rest > 0.5,
        Rounding.ROUND_PREFER_CEIL: rest >= 0.5,
        Rounding.FLOOR: rest < 0,
        Rounding.CEIL: rest > 0,
    }[rounding]
    return np.clip((low + up).astype(np.int64), 0, length - 1)


@dataclass(frozen=True, slots=True)
class Blend:
    """How neighbours are weighted: linear or (with `cubic_a`) cubic; `antialias` widens the filter when shrinking;
    `exclude_outside` gives no weight to neighbours outside, else the edge stands for them.
    """

    cubic_a: float | None = None
    antialias: bool = False
    exclude_outside: bool = False

    def taps(self, where: Array, length: int, scale: float) -> tuple[Array, Array]:
        """(first, weights): y[i] = sum over t of weights[i, t] * x[first[i] + t], all inside; rows sum to 1."""
        shrink = min(scale, 1.0) if self.antialias else 1.0
        reach = int(np.ceil((1 if self.cubic_a is None else 2) / shrink))
        start = np.ceil(where).astype(np.int64) - reach
        neighbours = start[:, None] + np.arange(2 * reach)
        weights = self._filter((neighbours - where[:, None]) * shrink)
        inside = (neighbours >= 0) & (neighbours < length)
        if self.exclude_outside:
            weights = np.where(inside, weights, 0.0)
        total = weights.sum(axis=1, keepdims=True)
        weights = weights / np.where(total == 0, 1.0, total)
        return _folded(np.clip(neighbours, 0, length - 1), weights, length)

    def _filter(self, distance: Array) -> Array:
        far = np.abs(distance)
        if self.cubic_a is None:
            return np.clip(1.0 - far, 0.0, 1.0)
        a = self.cubic_a
        near = ((a + 2) * far - (a + 3)) * far * far + 1
        wide = ((a * far - 5 * a) * far + 8 * a) * far - 4 * a
        return np.where(far <= 1, near, np.where(far < 2, wide, 0.0))


def _folded(places: Array, weights: Array, length: int) -> tuple[Array, Array]:
    """Weights of neighbours at the same place added up, in a window of equal width for every row."""
    width = min(weights.shape[1], length)
    first = np.minimum(places[:, 0], length - width)
    result = np.zeros((len(places), width))
    rows = np.arange(len(places))
    for tap in range(weights.shape[1]):
        np.add.at(result, (rows, places[:, tap] - first), weights[:, tap])
    return first, result
