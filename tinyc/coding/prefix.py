"""Codes of numbers by words that none begins with another: what values and runs have in common."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from tinyc.coding.bits import BitWriter
from tinyc.coding.code import Code
from tinyc.coding.ranges import Range, described
from tinyc.coding.words import Words
from tinyc.ir.types import Array


@dataclass(frozen=True)
class Prefix(Code):
    """`ranges` of the numbers 0 to `numbers` - 1. Table: their description."""

    ranges: tuple[Range, ...]
    numbers: ClassVar[int]

    @abstractmethod
    def numbered(self, block: Array) -> Array:
        """int64: the numbers that stand for a block."""

    @cached_property
    def words(self) -> Words:
        return Words.of(self.ranges, self.numbers)

    @property
    def table(self) -> Array:
        return described(self.ranges)

    @property
    def scratch_bytes(self) -> int:
        return 512

    def write(self, block: Array, writer: BitWriter) -> None:
        numbers = self.numbered(block)
        assert self.words.bits[numbers].all(), "a number that the code has no word for"
        writer.put_all(self.words.values[numbers], self.words.bits[numbers])

    def bits_of(self, block: Array) -> int:
        return int(self.words.bits[self.numbered(block)].sum())
