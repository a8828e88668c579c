"""Canonical words of ranges: what is written for a number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinyc.coding.bits import BitReader
from tinyc.coding.ranges import MAX_WORD, Range
from tinyc.ir.types import Array


@dataclass(frozen=True, slots=True)
class Words:
    """For each number the bits that are written and how many; 0 for numbers that have none. `ranges` and `starts`: in
    the order of their words, and where the words of each begin among 2^MAX_WORD.
    """

    values: Array
    bits: Array
    ranges: tuple[Range, ...]
    starts: Array

    @staticmethod
    def of(ranges: tuple[Range, ...], count: int) -> Words:
        """Of `count` numbers. Shorter words first, then in the order given."""
        values, bits = np.zeros(count, np.int64), np.zeros(count, np.int64)
        ordered = sorted(ranges, key=lambda r: r.word)
        starts, start = [], 0
        for r in ordered:
            starts.append(start)
            values[r.first : r.end] = (start >> (MAX_WORD - r.word) << r.raw) + np.arange(1 << r.raw)
            bits[r.first : r.end] = r.bits
            start += 1 << (MAX_WORD - r.word)
        assert start <= 1 << MAX_WORD, "more words than there are"
        return Words(values, bits, tuple(ordered), np.array(starts))

    def read(self, reader: BitReader) -> int:
        """The next number."""
        start = reader.bit
        window = reader.take(MAX_WORD)
        found = self.ranges[int(np.searchsorted(self.starts, window, side="right")) - 1]
        reader.bit = start + found.word
        return found.first + reader.take(found.raw)
