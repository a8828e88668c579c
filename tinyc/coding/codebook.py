"""Codebook: an index of few bits for each value; for weights with few different values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinyc.coding.bits import BitReader, BitWriter
from tinyc.coding.code import Code
from tinyc.ir.types import Array

MAX_BITS = 6


@dataclass(frozen=True, slots=True)
class Codebook(Code):
    """`values`: int8, ascending; an index has `bits` bits. Table: bits, then the values."""

    values: tuple[int, ...]

    @staticmethod
    def fits(integers: Array) -> bool:
        """True for at most 64 different values."""
        return len(np.unique(integers)) <= 1 << MAX_BITS

    @staticmethod
    def made_for(integers: Array) -> Codebook:
        """The code of the values that occur."""
        assert Codebook.fits(integers), "too many different values for a codebook"
        return Codebook(tuple(np.unique(integers).tolist()))

    @property
    def bits(self) -> int:
        return max(1, (len(self.values) - 1).bit_length())

    def symbol(self, count: int) -> str:
        return "tc_codebook"

    @property
    def table(self) -> Array:
        missing = (1 << self.bits) - len(self.values)
        return np.array([self.bits, *self.values, *[0] * missing], np.int8).view(np.uint8)

    @property
    def scratch_bytes(self) -> int:
        return 0

    def write(self, block: Array, writer: BitWriter) -> None:
        values = np.array(self.values, np.int64)
        flat = block.reshape(-1)
        indices = np.searchsorted(values, flat)
        assert (values[np.minimum(indices, len(values) - 1)] == flat).all(), "a value that is not in the codebook"
        writer.put_all(indices, np.full(flat.size, self.bits))

    def bits_of(self, block: Array) -> int:
        return self.bits * block.size

    def read(self, reader: BitReader, count: int) -> Array:
        table = self.table.view(np.int8)[1:]
        return np.array([table[reader.take(self.bits)] for _ in range(count)], np.int8)
