"""Maximum pooling that also says where each maximum was, and its inverse."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, Shape, TensorType
from tinyc.ops.windows import Window


@dataclass(frozen=True, slots=True)
class MaxPoolIndexed(Operator):
    """MaxPool with its second output: int64 places of the maxima in x, counted over the whole tensor.

    x [N, C, spatial...]; y and the places [N, C, out...]. Within an image places count row by row, or with
    `column_major` the first spatial axis fastest. Among equals the first tap wins. A window that lies in padding alone
    gives the smallest value of the format and the place of the image's first element.
    """

    kind: ClassVar[str] = "max_pool_indexed"

    window: Window
    column_major: bool = False

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        if x.rank != 2 + len(self.window.kernel):
            raise GraphError(f"a window over {len(self.window.kernel)} axes does not go with {x}")
        y = x.with_shape((*x.shape[:2], *self.window.out_shape(x.shape[2:])))
        return y, TensorType(DType.S64, y.shape)

    def strides(self, spatial: Shape) -> tuple[int, ...]:
        """What one step along each spatial axis adds to a place."""
        if self.column_major:
            return tuple(prod(spatial[:axis]) for axis in range(len(spatial)))
        return tuple(prod(spatial[axis + 1 :]) for axis in range(len(spatial)))

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        y = out_types[0]
        lowest = -np.inf if y.dtype.is_float else y.dtype.bounds[0]
        taps = self.window.view(x, lowest).reshape(*y.shape, -1)
        inside = self.window.view(np.ones(x.shape, bool), False).reshape(*y.shape, -1)
        found = np.where(inside, taps, lowest).argmax(axis=-1)[..., None]
        found = np.where(np.take_along_axis(inside, found, -1), found, inside.argmax(axis=-1)[..., None])
        places = self.window.view(self._places(x.shape), 0).reshape(*y.shape, -1)
        place = np.take_along_axis(places, found, -1)[..., 0]
        images = np.arange(prod(x.shape[:2])).reshape(*x.shape[:2], *([1] * (x.ndim - 2))) * prod(x.shape[2:])
        values = np.take_along_axis(taps, found, -1)[..., 0].astype(y.dtype.numpy)
        return values, (place + images).astype(np.int64)

    def _places(self, shape: Shape) -> Array:
        axes = zip(np.indices(shape[2:]), self.strides(shape[2:]), strict=True)
        one: Array = np.asarray(sum(index * stride for index, stride in axes), np.int64)
        return np.broadcast_to(one, shape)


@dataclass(frozen=True, slots=True)
class MaxUnpool(Operator):
    """y[indices[i]] = x[i], 0 elsewhere; indices count over all of y. An index outside y is left out.

    x float32 of any shape, indices int64 of the same shape; y of `shape`. Where two indices agree the last wins.
    """

    kind: ClassVar[str] = "max_unpool"
    slots: ClassVar[tuple[str, ...]] = ("x", "indices")

    shape: tuple[int, ...]

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, indices = inputs
        assert x is not None and indices is not None
        if x.shape != indices.shape or indices.dtype is not DType.S64:
            raise GraphError(f"max_unpool: indices {indices} do not go with {x}")
        return (x.with_shape(self.shape),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, indices = inputs
        assert x is not None and indices is not None
        y = np.zeros(prod(self.shape), x.dtype)
        for place, value in zip(indices.reshape(-1), x.reshape(-1), strict=True):
            if 0 <= place < y.size:
                y[place] = value
        return (y.reshape(self.shape),)
