"""Lengths of a Huffman code whose words are bounded: package-merge (Larmore and Hirschberg, 1990)."""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array


def code_lengths(counts: Array, limit: int) -> Array:
    """int64: bits of each symbol's word, 0 for symbols that do not occur; the fewest bits in all with words of at most
    `limit` bits. A symbol alone gets one bit.
    """
    used = np.flatnonzero(counts)
    lengths = np.zeros(len(counts), np.int64)
    if used.size < 2:
        lengths[used] = 1
        return lengths
    assert used.size <= 1 << limit, f"{used.size} symbols have no words of {limit} bits"
    order = used[np.argsort(counts[used], kind="stable")]
    chosen, leaves = 2 * used.size - 2, _leaves_before(np.asarray(counts[order], np.int64), limit)
    for before in reversed(leaves):
        taken = int(before[chosen])
        lengths[order[:taken]] += 1
        chosen = 2 * (chosen - taken)
    return lengths


def _leaves_before(weights: Array, limit: int) -> list[Array]:
    """Of each level's list, how many of the first n items are symbols and no packages."""
    found = []
    packages = np.zeros(0, np.int64)
    for _ in range(limit):
        items = np.concatenate([weights, packages])
        order = np.argsort(items, kind="stable")
        found.append(np.concatenate([[0], np.cumsum(order < weights.size)]))
        merged = items[order]
        packages = merged[: merged.size // 2 * 2].reshape(-1, 2).sum(axis=1)
    return found
