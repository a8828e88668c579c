"""Scaled dot-product attention: many heads, shared key heads, masks, causal and sliding windows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, Shape, TensorType


class Stage(Enum):
    """What the second output of attention holds."""

    PRODUCTS = "products"
    CAPPED = "capped"
    MASKED = "masked"
    WEIGHTS = "weights"


@dataclass(frozen=True, slots=True)
class Attention(Operator):
    """y = softmax(cap(scale q k^T) + mask) v for each head; ONNX Attention. float32.

    q [B, heads, Q, E], k [B, kv_heads, K, E], v [B, kv_heads, K, F]; or [B, Q, heads * E] and so on, each for itself.
    Head h reads the keys of head h / (heads / kv_heads). y [B, heads, Q, F], or [B, Q, heads * F] if q has rank 3.
    mask: bool (true takes part) or float32 (added), shape [..., keys] that broadcasts to [B, heads, Q, .]; keys behind
    its last one take no part. valid: int64 [B], the number of leading keys that take part, at most K; all if missing.
    Query i stands at position i + past, or i + valid - Q; it reads keys at most `behind` before and `ahead` after its
    position (None: all). A query that reads no key gives zeros. cap(s) = softcap tanh(s / softcap) if softcap > 0.
    `stage`: the second output [B, heads, Q, K] holds the scores of all keys at this stage.
    """

    kind: ClassVar[str] = "attention"
    slots: ClassVar[tuple[str, ...]] = ("q", "k", "v", "mask", "valid")

    heads: int
    kv_heads: int
    scale: float
    softcap: float = 0.0
    past: int = 0
    behind: int | None = None
    ahead: int | None = None
    stage: Stage | None = None

    @property
    def present_outputs(self) -> tuple[bool, ...]:
        return (True, self.stage is not None)

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        q, k, v, mask, valid = inputs
        assert q is not None and k is not None and v is not None
        kinds = (q, k, v)
        if any(kind.rank not in (3, 4) or not kind.dtype.is_float for kind in kinds) or self.heads % self.kv_heads:
            raise GraphError(f"attention: {q}, {k} and {v} with {self.heads} and {self.kv_heads} heads")
        a, b, c = self.split(q, self.heads), self.split(k, self.kv_heads), self.split(v, self.kv_heads)
        if a[3] != b[3] or b[2] != c[2] or len({a[0], b[0], c[0]}) != 1:
            raise GraphError(f"attention: {q}, {k} and {v} do not go together")
        self._check_mask(mask, (a[0], self.heads, a[2], b[2]))
        if valid is not None and (valid.dtype is not DType.S64 or valid.shape != (a[0],)):
            raise GraphError(f"attention: the number of valid keys is int64[{a[0]}], not {valid}")
        shape = (a[0], a[2], self.heads * c[3]) if q.rank == 3 else (a[0], self.heads, a[2], c[3])
        y = TensorType(DType.F32, shape)
        return (y,) if self.stage is None else (y, TensorType(DType.F32, (a[0], self.heads, a[2], b[2])))

    def split(self, kind: TensorType, heads: int) -> Shape:
        """[B, heads, positions, width] of an operand of either rank; GraphError if the heads do not fit."""
        if kind.rank == 3 and kind.shape[2] % heads == 0:
            return kind.shape[0], heads, kind.shape[1], kind.shape[2] // heads
        if kind.rank == 4 and kind.shape[1] == heads:
            return kind.shape
        raise GraphError(f"attention: {kind} does not hold {heads} heads")

    def _check_mask(self, mask: TensorType | None, scores: Shape) -> None:
        if mask is None:
            return
        rows = (*([1] * (4 - mask.rank)), *mask.shape)[:-1]
        broadcasts = all(have in (1, want) for have, want in zip(rows, scores, strict=False))
        if mask.dtype not in (DType.F32, DType.BOOL) or not 1 <= mask.rank <= 4 or not broadcasts:
            raise GraphError(f"attention: mask {mask} does not go with scores {list(scores)}")
        if mask.shape[-1] > scores[3]:
            raise GraphError(f"attention: mask {mask} has more than {scores[3]} keys")

    def macs(self, inputs: Types, outputs: tuple[TensorType, ...]) -> int:
        q, k, v = inputs[:3]
        assert q is not None and k is not None and v is not None
        keys, width = self.split(k, self.kv_heads)[2:]
        return q.elements // width * keys * (width + self.split(v, self.kv_heads)[3])

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        q, k, v, mask, valid = inputs
        assert q is not None and k is not None and v is not None
        counts = (self.heads, self.kv_heads, self.kv_heads)
        operands = zip((q, k, v), in_types, counts, strict=False)
        queries, keys, values = (self._heads_of(x, kind, heads) for x, kind, heads in operands)
        products = queries @ np.swapaxes(keys, -1, -2) * self.scale
        capped = np.tanh(products / self.softcap) * self.softcap if self.softcap > 0 else products
        masked = np.where(self.visible(products.shape, valid), _masked(capped, mask), -np.inf)
        weights = _weights(masked)
        y = weights @ values
        y = (np.swapaxes(y, 1, 2) if q.ndim == 3 else y).reshape(out_types[0].shape).astype(np.float32)
        stages = {Stage.PRODUCTS: products, Stage.CAPPED: capped, Stage.MASKED: masked, Stage.WEIGHTS: weights}
        return (y,) if self.stage is None else (y, stages[self.stage].astype(np.float32))

    def _heads_of(self, x: Array, kind: TensorType | None, heads: int) -> Array:
        """[B, heads, positions, width] in float64; key heads repeated."""
        assert kind is not None
        batch, _, positions, width = self.split(kind, heads)
        if x.ndim == 3:
            x = np.swapaxes(x.reshape(batch, positions, heads, width), 1, 2)
        return np.repeat(x, self.heads // heads, axis=1).astype(np.float64)

    def visible(self, scores: Shape, valid: Array | None) -> Array:
        """bool [B, 1, Q, K]: which keys the windows and the number of valid keys leave to each query."""
        batch, _, queries, keys = scores
        count = np.full(batch, keys) if valid is None else np.clip(valid, 0, keys)
        first = np.full(batch, self.past) if valid is None else count - queries
        distance = np.arange(keys)[None, :] - np.arange(queries)[:, None] - first.reshape(-1, 1, 1)
        result = np.broadcast_to(np.arange(keys) < count.reshape(-1, 1, 1), distance.shape)
        if self.behind is not None:
            result = result & (distance >= -self.behind)
        if self.ahead is not None:
            result = result & (distance <= self.ahead)
        return np.asarray(result[:, None])


def _masked(scores: Array, mask: Array | None) -> Array:
    """Scores with the mask applied; keys that it does not reach take no part."""
    if mask is None:
        return scores
    bias = np.where(mask, 0.0, -np.inf) if mask.dtype == np.bool_ else mask.astype(np.float64)
    missing = scores.shape[-1] - bias.shape[-1]
    bias = np.pad(bias, [(0, 0)] * (bias.ndim - 1) + [(0, missing)], constant_values=-np.inf)
    return np.where(bias == -np.inf, -np.inf, scores + bias)


def _weights(scores: Array) -> Array:
    """Softmax of each row; a row of -inf gives zeros."""
    top = scores.max(axis=-1, keepdims=True)
    powers = np.exp(scores - np.where(top == -np.inf, 0.0, top))
    total = powers.sum(axis=-1, keepdims=True)
    return np.asarray(powers / np.where(total == 0.0, 1.0, total))
