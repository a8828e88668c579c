"""Linear attention: a matrix of state for each head that every position decays, corrects, writes and reads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, Shape, TensorType
from tinyc.ops.importing import Builder, Node, from_onnx

RULES = {"linear": (False, False), "gated": (True, False), "delta": (False, True), "gated_delta": (True, True)}
"""update_rule -> whether there is a decay and whether there is a beta."""


@dataclass(frozen=True, slots=True)
class LinearAttention(Operator):
    """ONNX LinearAttention: at each position S = S e^decay; w = beta (v - S^T k), or v; S = S + k w^T; y = scale S^T q.

    q [B, T, heads * E], k [B, T, kv_heads * E], v [B, T, kv_heads * F]; y [B, T, heads * F], all float32. state and the
    second output, the state after the last position, [B, kv_heads, E, F]; zeros if missing. decay [B, T, kv_heads] or
    [B, T, kv_heads * E]; beta [B, T, kv_heads] or [B, T, 1]. Query head h reads state h / (heads / kv_heads).
    """

    kind: ClassVar[str] = "linear_attention"
    slots: ClassVar[tuple[str, ...]] = ("q", "k", "v", "state", "decay", "beta")

    heads: int
    kv_heads: int
    scale: float

    def widths(self, inputs: Types) -> Shape:
        """B, T, E, F; GraphError if the operands do not go together."""
        q, k, v = inputs[:3]
        assert q is not None and k is not None and v is not None
        if any(kind.rank != 3 or not kind.dtype.is_float for kind in (q, k, v)) or self.heads % self.kv_heads:
            raise GraphError(f"linear_attention: {q}, {k} and {v} with {self.heads} and {self.kv_heads} heads")
        batch, positions, hidden = q.shape
        width, value_width = hidden // self.heads, v.shape[2] // self.kv_heads
        wanted = [(batch, positions, n * w) for n, w in ((self.heads, width), (self.kv_heads, width))]
        if [q.shape, k.shape] != wanted or v.shape != (batch, positions, self.kv_heads * value_width):
            raise GraphError(f"linear_attention: {q}, {k} and {v} do not go together")
        return batch, positions, width, value_width

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        batch, positions, width, value_width = self.widths(inputs)
        q, _, _, state, decay, beta = inputs
        assert q is not None
        after = q.with_shape((batch, self.kv_heads, width, value_width))
        allowed: dict[str, tuple[TensorType | None, list[Shape]]] = {
            "state": (state, [after.shape]),
            "decay": (decay, [(batch, positions, n) for n in (self.kv_heads, self.kv_heads * width)]),
            "beta": (beta, [(batch, positions, n) for n in (self.kv_heads, 1)]),
        }
        for name, (kind, shapes) in allowed.items():
            if kind is not None and (kind.shape not in shapes or not kind.dtype.is_float):
                raise GraphError(f"linear_attention: {name} {kind} has none of the shapes {shapes}")
        return q.with_shape((batch, positions, self.heads * value_width)), after

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        batch, positions, width, value_width = self.widths(in_types)
        q, k, v, state, decay, beta = (None if array is None else array.astype(np.float64) for array in inputs)
        assert q is not None and k is not None and v is not None
        after = np.zeros(out_types[1].shape) if state is None else state
        queries = q.reshape(batch, positions, self.heads, width)
        keys, values = (array.reshape(batch, positions, self.kv_heads, -1) for array in (k, v))
        y = np.empty((batch, positions, self.heads, value_width))
        for t in range(positions):
            value = values[:, t]
            if decay is not None:
                after = after * np.exp(decay[:, t].reshape(batch, self.kv_heads, -1, 1))
            if beta is not None:
                value = beta[:, t, :, None] * (value - np.einsum("bhef,bhe->bhf", after, keys[:, t]))
            after = after + keys[:, t, :, :, None] * value[:, :, None, :]
            read = np.repeat(after, self.heads // self.kv_heads, axis=1)
            y[:, t] = self.scale * np.einsum("bhef,bhe->bhf", read, queries[:, t])
        return y.reshape(out_types[0].shape).astype(np.float32), after.astype(np.float32)


@from_onnx("LinearAttention")
def linear_attention(node: Node, b: Builder) -> None:
    rule = node.string("update_rule", "gated_delta")
    if rule not in RULES:
        raise UnsupportedOp(f'update_rule "{rule}" is not one of {", ".join(RULES)}')
    given = tuple(b.optional(index) is not None for index in (4, 5))
    if given != RULES[rule]:
        raise UnsupportedOp(f'update_rule "{rule}" does not go with the decay and beta inputs that are given')
    heads, kv_heads = node.int("q_num_heads"), node.int("kv_num_heads")
    if heads < 1 or kv_heads < 1:
        raise UnsupportedOp("q_num_heads and kv_num_heads must be at least 1")
    scale = node.float("scale") or 1.0 / math.sqrt(b.type_of(b.value(0)).shape[-1] // heads)
    operands = (b.value(0), b.value(1), b.value(2), b.optional(3), b.optional(4), b.optional(5))
    b.result(LinearAttention(heads, kv_heads, scale), *operands, only=(0, 1))
