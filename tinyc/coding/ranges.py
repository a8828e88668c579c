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
FIELD_BITS = 6
"""Of an entry in a description: 8 * raw + word - 1 for a range, _GAP + n for numbers between ranges."""
_GAP = 8 * (MAX_RAW + 1)
_GAPS = (*range(1, 17), *range(32, 145, 16))
"""How many numbers that do not occur each n is."""
_ABSENT_RAW = 8
_PENALTIES = (2, 6, 10, 16, 24, 40, 80)
"""Bits that a range is taken to cost; the best one is used. More bits make fewer ranges, whose words are shorter."""


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers first to first + 2^raw - 1, whose word has `word` bits."""

    first: int
    raw: int
    word: int

    @property
    def bits(self) -> int:
        """Of one number."""
        return self.word + self.raw

    @property
    def end(self) -> int:
        return self.first + (1 << self.raw)


def singles_for(counts: Array, longest: int) -> tuple[Range, ...]:
    """A word of at most `longest` bits for each number that occurs; none if they are too many."""
    if np.count_nonzero(counts) > 1 << longest:
        return ()
    words = code_lengths(np.asarray(counts, np.int64), longest)
    return tuple(Range(number, 0, int(word)) for number, word in enumerate(words) if word)


def ranges_for(counts: Array) -> tuple[Range, ...]:
    """The best ranges for numbers that occur so often, 2^n counts; ascending, and numbers between them have no word."""
    tried = {_ranges(np.asarray(counts, np.int64), penalty) for penalty in _PENALTIES}
    return min(tried, key=lambda ranges: (cost_bits(ranges, counts), fields_of(ranges)))


def cost_bits(ranges: tuple[Range, ...], counts: Array) -> int:
    """Bits of all numbers and of the description."""
    return FIELD_BITS * len(fields_of(ranges)) + sum(int(counts[r.first : r.end].sum()) * r.bits for r in ranges)


def least_bits(counts: Array) -> Array:
    """Bits of codes for each row of counts: with words as long as entropy says, an estimate to compare codes by."""
    best, _ = _merged(np.atleast_2d(counts), FIELD_BITS)
    return best


def fields_of(ranges: tuple[Range, ...]) -> tuple[int, ...]:
    """The description: ranges and gaps before them, in order."""
    found, place = [], 0
    for r in ranges:
        while place < r.first:
            gap = max(n for n, gap in enumerate(_GAPS) if gap <= r.first - place)
            found.append(_GAP + gap)
            place += _GAPS[gap]
        found.append(8 * r.raw + r.word - 1)
        place = r.end
    return tuple(found)


def described(ranges: tuple[Range, ...]) -> Array:
    """uint8, whole groups of three: the description, gaps behind it."""
    writer = BitWriter()
    fields = fields_of(ranges)
    for field in (*fields, *[_GAP + len(_GAPS) - 1] * (-len(fields) % 4)):
        writer.put(field, FIELD_BITS)
    return writer.content()


def as_number(ranges: tuple[Range, ...]) -> int:
    """A description as one whole number: a one, then the fields."""
    number = 1
    for field in fields_of(ranges):
        number = (number << FIELD_BITS) | field
    return number


def from_number(number: int) -> tuple[Range, ...]:
    """Inverse of `as_number`."""
    fields = []
    while number > 1:
        number, field = divmod(number, 1 << FIELD_BITS)
        fields.append(field)
    found: list[Range] = []
    place = 0
    for field in reversed(fields):
        if field < _GAP:
            found.append(Range(place, field // 8, field % 8 + 1))
            place = found[-1].end
        else:
            place += _GAPS[field - _GAP]
    return tuple(found)


def _ranges(counts: Array, penalty: int) -> tuple[Range, ...]:
    places = [(first, raw) for first, raw in _partition(counts, penalty) if counts[first : first + (1 << raw)].any()]
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
