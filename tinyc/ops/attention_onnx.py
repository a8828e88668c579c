"""ONNX's Attention: caches are put before the new keys and values, everything else is one operator."""

from __future__ import annotations

import math

from tinyc.errors import UnsupportedOp
from tinyc.ops.attention import Attention, Stage
from tinyc.ops.concat import Concat
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.reshape import Reshape
from tinyc.ops.transpose import Transpose


@from_onnx("Attention")
def attention(node: Node, b: Builder) -> None:
    q, k, v = b.value(0), b.value(1), b.value(2)
    heads = _heads(node, b, q, "q_num_heads")
    kv_heads = _heads(node, b, k, "kv_num_heads")
    if heads % kv_heads:
        raise UnsupportedOp(f"{heads} query heads cannot share {kv_heads} key heads")
    past = 0
    if b.optional(4) is not None:
        past = b.type_of(b.value(4)).shape[2]
        k, v = (_cached(b, cache, new, kv_heads) for cache, new in ((b.value(4), k), (b.value(5), v)))
    _present(node, b, k, v, kv_heads)
    kind = b.type_of(q)
    width = kind.shape[-1] // (heads if kind.rank == 3 else 1)
    behind, ahead = _window(node)
    operator = Attention(
        heads, kv_heads, node.float("scale", 1.0 / math.sqrt(width)), node.float("softcap"), past, behind, ahead,
        _stage(node),
    )  # fmt: skip
    b.result(operator, q, k, v, b.optional(3), b.optional(6), only=(0,) if operator.stage is None else (0, 3))


def _heads(node: Node, b: Builder, value: str, attribute: str) -> int:
    kind = b.type_of(value)
    heads = kind.shape[1] if kind.rank == 4 else node.int(attribute)
    if heads < 1 or kind.rank not in (3, 4):
        raise UnsupportedOp(
            f"{kind} does not go with {attribute} {heads}", hint="give the number of heads, or operands of rank 4"
        )
    return heads


def _cached(b: Builder, cache: str, new: str, heads: int) -> str:
    """[B, heads, past + positions, width]."""
    return b.emit(Concat(2), cache, _by_heads(b, new, heads))


def _by_heads(b: Builder, value: str, heads: int) -> str:
    """[B, heads, positions, width] from either rank."""
    kind = b.type_of(value)
    if kind.rank == 4:
        return value
    split = b.emit(Reshape((*kind.shape[:2], heads, kind.shape[2] // heads)), value)
    return b.emit(Transpose((0, 2, 1, 3)), split)


def _present(node: Node, b: Builder, k: str, v: str, heads: int) -> None:
    for output, value in ((1, k), (2, v)):
        if node.wants(output):
            b.alias(_by_heads(b, value, heads), output)


def _window(node: Node) -> tuple[int | None, int | None]:
    """Keys before and after a query's position that it reads at most."""
    behind, ahead = node.int("left_window_size", -1), node.int("right_window_size", -1)
    if node.int("is_causal"):
        ahead = 0
    return (None if behind < 0 else behind), (None if ahead < 0 else ahead)


def _stage(node: Node) -> Stage | None:
    if not node.wants(3):
        return None
    mode, stages = node.int("qk_matmul_output_mode"), tuple(Stage)
    if not 0 <= mode < len(stages):
        raise UnsupportedOp(f"qk_matmul_output_mode {mode} is not one of 0 to {len(stages) - 1}")
    return stages[mode]
