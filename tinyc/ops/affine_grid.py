"""AffineGrid: the coordinates of a transformed image, as sums of broadcast products."""

from __future__ import annotations

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.types import Array
from tinyc.ops.binary import Add, Mul
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.reshape import Reshape
from tinyc.ops.slice import Slice


@from_onnx("AffineGrid")
def affine_grid(node: Node, b: Builder) -> None:
    """grid[n, position, i] = theta[n, i, last] + sum over axes a of theta[n, i, a] * coordinate of the position.

    theta [N, axes, axes + 1], its columns in the order x, y, z; grid [N, (D,) H, W, axes]. The terms are summed from
    the innermost axis outwards, so that only the last sum has the size of the grid.
    """
    spatial = [int(length) for length in b.constant(1, "size").reshape(-1)][2:]
    theta = b.type_of(b.value(0))
    axes = len(spatial)
    if theta.shape[1:] != (axes, axes + 1) or axes not in (2, 3):
        raise GraphError(f"theta {theta} does not go with a size of {axes} spatial axes")
    corners = bool(node.int("align_corners"))
    if corners and min(spatial) < 2:
        raise GraphError(f"align_corners needs at least 2 points along each axis of {spatial}")
    total = _column(b, axes, axes)
    for place in range(axes):
        shape = [1] * (axes + 2)
        shape[axes - place] = spatial[axes - 1 - place]
        points = b.add_constant("points", _coordinates(spatial[axes - 1 - place], corners).reshape(shape))
        term = b.emit(Mul(), _column(b, place, axes), points)
        if place == axes - 1:
            b.result(Add(), total, term)
        else:
            total = b.emit(Add(), total, term)


def _column(b: Builder, column: int, axes: int) -> str:
    """theta[:, :, column] as [N, 1, ..., 1, axes]."""
    batch = b.type_of(b.value(0)).shape[0]
    cut = b.emit(Slice((0, 0, column), (batch, axes, 1), (1, 1, 1)), b.value(0))
    return b.emit(Reshape((batch, *([1] * axes), axes)), cut)


def _coordinates(length: int, corners: bool) -> Array:
    """Points of [-1, 1]: from end to end with `corners`, else the middles of `length` equal parts."""
    if corners:
        return np.linspace(-1.0, 1.0, length).astype(np.float32)
    return ((2.0 * np.arange(length) + 1.0) / length - 1.0).astype(np.float32)
