"""Huffman code of int8 values or ranges of them, decoded by one look-up of eight bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.coding.bits import BitReader
from tinyc.coding.prefix import Prefix
from tinyc.coding.ranges import (
    as_number,
    cost_bits,
    from_number,
    ranges_for,
    singles_for,
)
from tinyc.ir.types import Array

OFFSET = 128
"""Added to int8 values to number them."""
_SHORT = 7
"""Bits of words of which one look-up may find several."""
_FEW_BITS = 3.4
"""Of a word on average, for that to pay."""
_MANY = 4096
"""Values, for the same."""
_PRICE = 1.01
"""What that may cost of the bytes."""


@dataclass(frozen=True)
class Huffman(Prefix):
    """Numbers are the values -128 to 127."""

    numbers: ClassVar[int] = 2 * OFFSET

    @staticmethod
    def made_for(integers: Array) -> Huffman:
        """The best code for these values."""
        return Huffman.for_counts(counts_of(integers))

    @staticmethod
    def for_counts(counts: Array) -> Huffman:
        """The code that takes fewest bits; one of short words if it takes few more, because it is decoded faster."""
        best, short = Huffman(ranges_for(counts)), Huffman(singles_for(counts, _SHORT))
        cheap = cost_bits(short.ranges, counts) <= _PRICE * cost_bits(best.ranges, counts)
        return short if cheap and short._is_short(int(counts.sum())) else best

    def symbol(self, count: int) -> str:
        return "tc_huffman_short" if self._is_short(count) else "tc_huffman"

    def _is_short(self, count: int) -> bool:
        """Whether seven bits hold several words on average, and `count` values are worth the larger table."""
        if not self.ranges or count < _MANY or any(r.raw or r.word > _SHORT for r in self.ranges):
            return False
        return sum(r.word * 2.0**-r.word for r in self.ranges) <= _FEW_BITS

    @staticmethod
    def from_number(number: int) -> Huffman:
        """Inverse of `number`."""
        return Huffman(from_number(number))

    @property
    def number(self) -> int:
        """The code as one whole number: a parameter of an encoding."""
        return as_number(self.ranges)

    def numbered(self, block: Array) -> Array:
        return np.asarray(block.reshape(-1).astype(np.int64) + OFFSET)

    def read(self, reader: BitReader, count: int) -> Array:
        return np.array([self.words.read(reader) - OFFSET for _ in range(count)], np.int8)


def counts_of(integers: Array) -> Array:
    """int64 [256]: how often each value occurs, from -128 on."""
    return np.bincount(integers.reshape(-1).astype(np.int64) + OFFSET, minlength=256)
