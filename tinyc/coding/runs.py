"""Runs of zeros and other values in one Huffman code: for weights most of which are zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.coding.bits import BitReader
from tinyc.coding.huffman import OFFSET
from tinyc.coding.prefix import Prefix
from tinyc.coding.ranges import ranges_for
from tinyc.ir.types import Array

_VALUES = 256
_LONGEST = 256


@dataclass(frozen=True)
class Runs(Prefix):
    """Numbers are the values -128 to 127 but for zero, then runs of 1 to 256 zeros. Blocks end runs."""

    numbers: ClassVar[int] = _VALUES + _LONGEST

    @staticmethod
    def made_for(blocks: Sequence[Array]) -> Runs:
        """The best code for these blocks."""
        numbers = np.concatenate([numbers_of(block) for block in blocks])
        return Runs(ranges_for(np.bincount(numbers, minlength=Runs.numbers)))

    def numbered(self, block: Array) -> Array:
        return numbers_of(block)

    def symbol(self, count: int) -> str:
        return "tc_runs"

    def read(self, reader: BitReader, count: int) -> Array:
        found: list[int] = []
        while len(found) < count:
            number = self.words.read(reader)
            found += [number - OFFSET] if number < _VALUES else [0] * (number - _VALUES + 1)
        return np.array(found[:count], np.int8)


def numbers_of(block: Array) -> Array:
    """int64: what is coded for a block."""
    flat = block.reshape(-1).astype(np.int64)
    zero = np.concatenate([[False], flat == 0, [False]])
    starts, ends = np.flatnonzero(~zero[:-1] & zero[1:]), np.flatnonzero(zero[:-1] & ~zero[1:])
    lengths = ends - starts
    pieces = -(-lengths // _LONGEST)
    place = np.repeat(starts, pieces) + _LONGEST * _counted(pieces)
    length = np.minimum(np.repeat(ends, pieces) - place, _LONGEST)
    others = np.flatnonzero(flat)
    places = np.concatenate([others, place])
    numbers = np.concatenate([flat[others] + OFFSET, _VALUES - 1 + length])
    return np.asarray(numbers[np.argsort(places)], np.int64)


def _counted(pieces: Array) -> Array:
    """0, 1, ... for each piece of a run."""
    firsts = np.cumsum(pieces) - pieces
    return np.asarray(np.arange(int(pieces.sum())) - np.repeat(firsts, pieces))
