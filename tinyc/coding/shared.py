"""Huffman codes that several tensors share: what a code of its own saves, its table may cost again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tinyc.coding.huffman import OFFSET, Huffman, counts_of
from tinyc.coding.ranges import cost_bits, least_bits
from tinyc.ir.types import Array


def shared_codes(tensors: Sequence[Array]) -> list[Huffman]:
    """A code for each tensor, equal ones for those that share: the pair that saves most by it joins, again and again.

    Every code has a word for zero, with which kernels fill up.
    """
    if not tensors:
        return []
    counts = [counts_of(integers) for integers in tensors]
    for row in counts:
        row[OFFSET] = max(row[OFFSET], 1)
    codes = [Huffman.for_counts(row) for row in counts]
    for members in _groups(counts):
        together = np.sum([counts[member] for member in members], axis=0)
        code = Huffman.for_counts(together)
        own = sum(cost_bits(codes[member].ranges, counts[member]) for member in members)
        if cost_bits(code.ranges, together) < own:
            for member in members:
                codes[member] = code
    return codes


def _groups(counts: list[Array]) -> list[list[int]]:
    """Indices that share a code."""
    groups = [[index] for index in range(len(counts))]
    sums = list(counts)
    bits = list(least_bits(np.array(counts)))
    saved = _savings(sums, bits)
    while len(groups) > 1 and saved.max() > 0:
        first, second = sorted(int(i) for i in np.unravel_index(saved.argmax(), saved.shape))
        groups[first] += groups.pop(second)
        sums[first] = sums[first] + sums.pop(second)
        del bits[second]
        bits[first] = least_bits(sums[first])[0]
        saved = np.delete(np.delete(saved, second, axis=0), second, axis=1)
        saved[first] = saved[:, first] = _savings_of(first, sums, bits)
    return groups


def _savings(sums: list[Array], bits: list[float]) -> Array:
    """Bits that each pair saves by sharing; nothing for itself."""
    return np.array([_savings_of(index, sums, bits) for index in range(len(sums))])


def _savings_of(index: int, sums: list[Array], bits: list[float]) -> Array:
    saved = np.array(bits) + bits[index] - least_bits(np.array(sums) + sums[index])
    saved[index] = 0
    return np.asarray(saved)
