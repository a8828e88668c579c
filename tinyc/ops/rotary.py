"""Rotary position embedding: pairs of elements turned by an angle that depends on the position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, Shape, TensorType
from tinyc.ops.gather import Gather
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.reshape import Reshape


@dataclass(frozen=True, slots=True)
class Rotary(Operator):
    """(a, b) becomes (a cos - b sin, a sin + b cos) for each pair of a head's first elements; ONNX RotaryEmbedding.

    x and y [B, heads, T, E] or [B, T, heads * E], float32; cos and sin [B, T, P] or [1, T, P], P pairs, 2 P <= E.
    A pair is (i, i + P), or (2 i, 2 i + 1) if interleaved; elements from 2 P on stay.
    """

    kind: ClassVar[str] = "rotary"
    slots: ClassVar[tuple[str, ...]] = ("x", "cos", "sin")

    heads: int
    interleaved: bool = False

    def split(self, x: TensorType) -> Shape:
        """[B, heads, T, E] of either rank; GraphError if the heads do not fit."""
        if x.rank == 4 and x.shape[1] == self.heads:
            return x.shape
        if x.rank == 3 and x.shape[2] % self.heads == 0:
            return x.shape[0], self.heads, x.shape[1], x.shape[2] // self.heads
        raise GraphError(f"rotary: {x} does not hold {self.heads} heads")

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, cos, sin = inputs
        assert x is not None and cos is not None and sin is not None
        batch, _, positions, width = self.split(x)
        fits = cos.rank == 3 and cos.shape[0] in (1, batch) and cos.shape[1] == positions and 2 * cos.shape[2] <= width
        if not fits or cos.shape != sin.shape or not x.dtype.is_float:
            raise GraphError(f"rotary: {x} does not go with {cos} and {sin}")
        return (x,)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, cos, sin = inputs
        assert x is not None and cos is not None and sin is not None and in_types[0] is not None
        batch, heads, positions, width = self.split(in_types[0])
        wide = x.astype(np.float64)
        turned = np.swapaxes(wide.reshape(batch, positions, heads, width), 1, 2) if x.ndim == 3 else wide
        result, pairs = turned.copy(), cos.shape[2]
        first = slice(0, 2 * pairs, 2) if self.interleaved else slice(0, pairs)
        second = slice(1, 2 * pairs, 2) if self.interleaved else slice(pairs, 2 * pairs)
        a, b, c, s = turned[..., first], turned[..., second], cos[:, None], sin[:, None]
        result[..., first], result[..., second] = a * c - b * s, a * s + b * c
        result = np.swapaxes(result, 1, 2) if x.ndim == 3 else result
        return (result.reshape(x.shape).astype(np.float32),)


@from_onnx("RotaryEmbedding")
def rotary_embedding(node: Node, b: Builder) -> None:
    """With position ids, their rows of the caches are gathered first."""
    x = b.type_of(b.value(0))
    heads = x.shape[1] if x.rank == 4 else node.int("num_heads")
    if x.rank not in (3, 4) or heads < 1:
        raise UnsupportedOp(f"{x} does not go with num_heads {heads}; give num_heads or an input of rank 4")
    caches = [b.value(1), b.value(2)]
    if b.optional(3) is not None:
        caches = [b.emit(Gather(0), cache, b.value(3)) for cache in caches]
    caches = [_of_rank3(b, cache) for cache in caches]
    pairs = b.type_of(caches[0]).shape[2]
    wanted = node.int("rotary_embedding_dim") or Rotary(heads).split(x)[3]
    if wanted != 2 * pairs:
        raise UnsupportedOp(f"rotary_embedding_dim {wanted} does not go with caches of {pairs} pairs")
    b.result(Rotary(heads, bool(node.int("interleaved"))), b.value(0), *caches)


def _of_rank3(b: Builder, cache: str) -> str:
    kind = b.type_of(cache)
    return cache if kind.rank == 3 else b.emit(Reshape((1, *kind.shape)), cache)
