"""Ranges of numbers that share a word of a prefix code: the word, then the low bits of the number as they are.

Values that are about as frequent as their neighbours lose nothing by it, and the description of the code is short.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tinyc.coding.bits import BitWriter
from tinyc.coding.lengths import code_lengths
from tinyc.ir.types import Array

MAX_WORD = 8
MAX_RAW = 4
_ABSENT_RAW = 8
FIELD_BITS = 6
"""Of a range in a description: 9 * raw + word, or _FIRST_ABSENT + raw - MAX_RAW - 1."""
_FIRST_ABSENT = 9 * (MAX_RAW + 1)
_PENALTIES = (2, 6, 10, 16, 24, 40, 80)
"""Bits that a range is taken to cost; the best one is used. More bits make fewer ranges, whose words are shorter."""


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers first to first + 2^raw - 1: their word has `word` bits, 0 if they do not occur."""

    first: int
    raw: int
    word: int

    @property
    def bits(self) -> int:
        """Of one number."""
        return self.word + self.raw

    @property
    def field(self) -> int:
        """In the description of a code."""
        return 9 * self.raw + self.word if self.raw <= MAX_RAW else _FIRST_ABSENT + self.raw - MAX_RAW - 1


def ranges_for(counts: Array) -> tuple[Range, ...]:
    """The best ranges for numbers that occur so often; there are 2^n counts."""
    tried = {_ranges(np.asarray(counts, np.int64), penalty) for penalty in _PENALTIES}
    return min(tried, key=lambda ranges: (cost_bits(ranges, counts), ranges_key(ranges)))


def cost_bits(ranges: tuple[Range, ...], counts: Array) -> int:
    """Bits of all numbers and of the description."""
    return FIELD_BITS * len(ranges) + sum(int(counts[r.first : r.first + (1 << r.raw)].sum()) * r.bits for r in ranges)


def ranges_key(ranges: tuple[Range, ...]) -> tuple[int, ...]:
    return tuple(r.field for r in ranges)


def describe(ranges: tuple[Range, ...], writer: BitWriter) -> None:
    """The fields of all ranges in order; together they cover all numbers."""
    for r in ranges:
        writer.put(r.field, FIELD_BITS)


def _ranges(counts: Array, penalty: int) -> tuple[Range, ...]:
    places = list(_partition(counts, penalty))
    totals = np.array([counts[first : first + (1 << raw)].sum() for first, raw in places])
    words = code_lengths(totals, MAX_WORD)
    return tuple(Range(first, raw, int(word)) for (first, raw), word in zip(places, words, strict=True))


def _partition(counts: Array, penalty: int) -> Iterator[tuple[int, int]]:
    """First number and raw bits of each range: least entropy, raw bits and penalties, by merging halves bottom up."""
    total, levels = max(int(counts.sum()), 1), len(counts).bit_length()
    best, whole = np.zeros(0), []
    for raw in range(levels):
        sums = counts.reshape(-1, 1 << raw).sum(axis=1)
        bits = sums * (raw - np.log2(np.maximum(sums, 1) / total))
        impossible = (sums > 0) if raw > MAX_RAW else np.zeros(sums.size, bool)
        impossible |= raw > _ABSENT_RAW
        alone = np.where(impossible, np.inf, bits + penalty)
        halves = best.reshape(-1, 2).sum(axis=1) if raw else np.full(sums.size, np.inf)
        whole.append(alone <= halves)
        best = np.minimum(alone, halves)
    yield from _leaves(whole, levels - 1, 0)


def _leaves(whole: list[Array], raw: int, index: int) -> Iterator[tuple[int, int]]:
    if whole[raw][index]:
        yield index << raw, raw
    else:
        yield from _leaves(whole, raw - 1, 2 * index)
        yield from _leaves(whole, raw - 1, 2 * index + 1)
