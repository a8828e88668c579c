"""Huffman code of int8 values or ranges of them, decoded by one look-up of eight bits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from tinyc.coding.bits import BitReader, BitWriter
from tinyc.coding.code import Code
from tinyc.coding.ranges import Range, as_number, described, from_number, ranges_for
from tinyc.coding.words import Words
from tinyc.ir.types import Array

OFFSET = 128
"""Added to int8 values to number them."""


@dataclass(frozen=True)
class Huffman(Code):
    """`ranges` of the numbers 0 to 255: values -128 to 127. Table: their description."""

    symbol: ClassVar[str] = "tc_huffman"
    ranges: tuple[Range, ...]

    @staticmethod
    def made_for(integers: Array) -> Huffman:
        """The best code for these values."""
        return Huffman(ranges_for(counts_of(integers)))

    @staticmethod
    def from_number(number: int) -> Huffman:
        """Inverse of `number`."""
        return Huffman(from_number(number))

    @property
    def number(self) -> int:
        """The code as one whole number: a parameter of an encoding."""
        return as_number(self.ranges)

    @cached_property
    def words(self) -> Words:
        return Words.of(self.ranges, 2 * OFFSET)

    @property
    def table(self) -> Array:
        return described(self.ranges)

    @property
    def scratch_bytes(self) -> int:
        return 512

    def write(self, block: Array, writer: BitWriter) -> None:
        numbers = block.reshape(-1).astype(np.int64) + OFFSET
        assert self.words.bits[numbers].all(), "a value that the code has no word for"
        writer.put_all(self.words.values[numbers], self.words.bits[numbers])

    def bits_of(self, block: Array) -> int:
        return int(self.words.bits[block.reshape(-1).astype(np.int64) + OFFSET].sum())

    def read(self, reader: BitReader, count: int) -> Array:
        return np.array([self.words.read(reader) - OFFSET for _ in range(count)], np.int8)


def counts_of(integers: Array) -> Array:
    """int64 [256]: how often each value occurs, from -128 on."""
    return np.bincount(integers.reshape(-1).astype(np.int64) + OFFSET, minlength=256)
