"""Permutation of the axes, and converters that consist of it: Transpose, DepthToSpace, SpaceToDepth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.types import Array, Shape
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.movement import Movement
from tinyc.ops.reshape import Reshape


@dataclass(frozen=True, slots=True)
class Transpose(Movement):
    """Axis i of y is axis `perm[i]` of x."""

    kind: ClassVar[str] = "transpose"

    perm: tuple[int, ...]

    def out_shape(self, shape: Shape) -> Shape:
        if sorted(self.perm) != list(range(len(shape))):
            raise GraphError(f"transpose: {list(self.perm)} is not an order of the {len(shape)} axes of {list(shape)}")
        return tuple(shape[axis] for axis in self.perm)

    def move(self, x: Array) -> Array:
        return np.transpose(x, self.perm)


@from_onnx("Transpose")
def transpose(node: Node, b: Builder) -> None:
    rank = b.type_of(b.value(0)).rank
    perm = node.ints("perm", range(rank)[::-1]) or ()
    b.result(Transpose(tuple(axis + rank if axis < 0 else axis for axis in perm)), b.value(0))


@from_onnx("DepthToSpace")
def depth_to_space(node: Node, b: Builder) -> None:
    n, c, h, w = _image(node, b)
    block = node.int("blocksize")
    depth = c // (block * block)
    if depth * block * block != c:
        raise GraphError(f"{c} channels are not a multiple of blocksize squared")
    mode = node.string("mode", "DCR")
    if mode not in ("DCR", "CRD"):
        raise UnsupportedOp(f'mode "{mode}" is not one of DCR, CRD')
    split = (n, block, block, depth, h, w) if mode == "DCR" else (n, depth, block, block, h, w)
    perm = (0, 3, 4, 1, 5, 2) if mode == "DCR" else (0, 1, 4, 2, 5, 3)
    moved = b.emit(Transpose(perm), b.emit(Reshape(split), b.value(0)))
    b.result(Reshape((n, depth, h * block, w * block)), moved)


@from_onnx("SpaceToDepth")
def space_to_depth(node: Node, b: Builder) -> None:
    n, c, h, w = _image(node, b)
    block = node.int("blocksize")
    if h % block or w % block:
        raise GraphError(f"an image of {h} x {w} does not divide into blocks of {block}")
    split = b.emit(Reshape((n, c, h // block, block, w // block, block)), b.value(0))
    mode = node.string("mode", "DCR")
    if mode not in ("DCR", "CRD"):
        raise UnsupportedOp(f'mode "{mode}" is not one of DCR, CRD')
    moved = b.emit(Transpose((0, 3, 5, 1, 2, 4) if mode == "DCR" else (0, 1, 3, 5, 2, 4)), split)
    b.result(Reshape((n, c * block * block, h // block, w // block)), moved)


def _image(node: Node, b: Builder) -> tuple[int, int, int, int]:
    shape = b.type_of(b.value(0)).shape
    if len(shape) != 4 or node.int("blocksize") < 1:
        raise GraphError(f"blocksize {node.int('blocksize')} and input {list(shape)} do not go together")
    return shape[0], shape[1], shape[2], shape[3]
