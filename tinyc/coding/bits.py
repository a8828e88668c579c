"""Strings of bits, the first one highest in its byte: as runtime_c/include/tinyc/bit_reader.h reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tinyc.ir.types import Array

LEAST_BYTES = 4
"""Of a stream: the reader loads four bytes at once."""


@dataclass(slots=True)
class BitWriter:
    """Collects fields of up to 32 bits."""

    values: list[Array] = field(default_factory=list)
    lengths: list[Array] = field(default_factory=list)
    bits: int = 0

    def put(self, value: int, bits: int) -> None:
        """The low bits of one value."""
        self.put_all(np.array([value]), np.array([bits]))

    def put_all(self, values: Array, lengths: Array) -> None:
        """The low `lengths` bits of each value."""
        lengths = np.asarray(lengths, np.int64)
        self.values.append(np.asarray(values, np.int64) & ((np.int64(1) << lengths) - 1))
        self.lengths.append(lengths)
        self.bits += int(lengths.sum())

    def align(self) -> None:
        """Zeros up to a whole byte."""
        self.put(0, -self.bits % 8)

    def content(self) -> Array:
        """uint8: all fields, zeros behind them up to whole bytes."""
        if not self.values:
            return np.zeros(0, np.uint8)
        values, lengths = np.concatenate(self.values), np.concatenate(self.lengths)
        owner = np.repeat(np.arange(len(lengths)), lengths)
        ends = np.cumsum(lengths)
        place = ends[owner] - 1 - np.arange(self.bits)  # bits of the field below this one
        return np.packbits((values[owner] >> place & 1).astype(np.uint8))


@dataclass(slots=True)
class BitReader:
    """Reads what BitWriter wrote; zeros behind the end."""

    content: Array
    bit: int = 0

    def take(self, bits: int) -> int:
        """The next bits as a number."""
        found = 0
        for place in range(self.bit, self.bit + bits):
            byte = int(self.content[place >> 3]) if place >> 3 < len(self.content) else 0
            found = 2 * found + (byte >> (7 - place % 8) & 1)
        self.bit += bits
        return found


def padded(content: Array) -> Array:
    """With zeros up to LEAST_BYTES."""
    return np.pad(content, (0, max(0, LEAST_BYTES - len(content))))


def widths(values: Sequence[int]) -> int:
    """The fewest bits in which each of these fits, as two's complement."""
    return max((max(value, ~value).bit_length() + 1 for value in values), default=1)
