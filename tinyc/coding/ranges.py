"""Ranges of numbers that share a word of a prefix code: the word, then the low bits of the number as they are.

Values that are about as frequent as their neighbours lose nothing by it, and the description of the code is short.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tinyc.coding.bits import BitWriter, padded
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


def least_bits(counts: Array) -> Array:
    """Bits of codes for each row of counts: with words as long as entropy says, an estimate to compare codes by."""
    best, _ = _merged(np.atleast_2d(counts), FIELD_BITS)
    return best


def described(ranges: tuple[Range, ...]) -> Array:
    """uint8: the fields of all ranges in order; together they cover all numbers."""
    writer = BitWriter()
    for r in ranges:
        writer.put(r.field, FIELD_BITS)
    return padded(writer.content())


def as_number(ranges: tuple[Range, ...]) -> int:
    """A description as one whole number: a one, then the fields."""
    number = 1
    for r in ranges:
        number = (number << FIELD_BITS) | r.field
    return number


def from_number(number: int) -> tuple[Range, ...]:
    """Inverse of `as_number`."""
    fields = []
    while number > 1:
        number, field = divmod(number, 1 << FIELD_BITS)
        fields.append(field)
    found: list[Range] = []
    first = 0
    for field in reversed(fields):
        raw, word = divmod(field, 9) if field < _FIRST_ABSENT else (field - _FIRST_ABSENT + MAX_RAW + 1, 0)
        found.append(Range(first, raw, word))
        first += 1 << raw
    return tuple(found)


def _ranges(counts: Array, penalty: int) -> tuple[Range, ...]:
    places = list(_partition(counts, penalty))
    totals = np.array([counts[first : first + (1 << raw)].sum() for first, raw in places])
    words = code_lengths(totals, MAX_WORD)
    return tuple(Range(first, raw, int(word)) for (first, raw), word in zip(places, words, strict=True))


def _partition(counts: Array, penalty: int) -> Iterator[tuple[int, int]]:
    """First number and raw bits of each range."""
    _, whole = _merged(counts[np.newaxis], penalty)
    yield from _leaves(whole, len(whole) - 1, 0)


def _merged(counts: Array, penalty: int) -> tuple[Array, list[Array]]:
    """For each row, the least sum of entropy, raw bits and penalties, by merging halves bottom up; for each number of
    raw bits and each range of so many, whether it stays whole.
    """
    rows, numbers = counts.shape
    total = np.maximum(counts.sum(axis=1), 1)[:, np.newaxis]
    best, whole = np.full((rows, 2 * numbers), np.inf), []
    for raw in range(numbers.bit_length()):
        sums = counts.reshape(rows, -1, 1 << raw).sum(axis=2)
        alone = sums * (raw - np.log2(np.maximum(sums, 1) / total)) + penalty
        if raw > MAX_RAW:
            alone = np.where((sums > 0) | (raw > _ABSENT_RAW), np.inf, alone)
        halves = best.reshape(rows, -1, 2).sum(axis=2)
        whole.append(alone <= halves)
        best = np.minimum(alone, halves)
    return best[:, 0], whole


def _leaves(whole: list[Array], raw: int, index: int) -> Iterator[tuple[int, int]]:
    if whole[raw][0, index]:
        yield index << raw, raw
    else:
        yield from _leaves(whole, raw - 1, 2 * index)
        yield from _leaves(whole, raw - 1, 2 * index + 1)
