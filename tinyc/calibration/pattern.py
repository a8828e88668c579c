"""Which weights of a layer are zero together: single ones, blocks, so many out of each group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tinyc.ir.types import Array

Tables: TypeAlias = tuple[tuple[Array, Array], ...]
"""Blocks of each length: their numbers, and their columns [blocks, length]."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Units of weights [groups, M, K] that go as a whole: `rows` outputs by the columns of one of `blocks`.

    The last rows and the last block of a tap may be fewer. Of the blocks with one number in `sets` at least `kept` stay
    in each row.
    """

    rows: int
    blocks: tuple[Array, ...]
    sets: Array
    kept: int = 0

    @property
    def lengths(self) -> Array:
        """Columns of each block."""
        return np.array([len(block) for block in self.blocks])

    @property
    def is_single(self) -> bool:
        """Whether every weight goes alone."""
        return self.rows == 1 and self.kept == 0 and all(len(block) == 1 for block in self.blocks)

    def tables(self) -> Tables:
        """The blocks of each length: their numbers, and their columns [blocks, length]."""
        lengths = self.lengths
        kinds = [np.flatnonzero(lengths == length) for length in np.unique(lengths)]
        return tuple((own, np.stack([self.blocks[i] for i in own])) for own in kinds)

    def heights(self, outputs: int) -> Array:
        """Rows of each row block."""
        return np.diff(np.append(np.arange(0, outputs, self.rows), outputs))

    def may_go(self, costs: Array) -> Array:
        """Bool in the shape of `costs` [..., blocks], which are infinite for what has gone: units whose set has more
        than `kept` that cost as much or more.
        """
        alive = np.isfinite(costs)
        if self.kept == 0:
            return alive
        found = np.zeros_like(alive)
        for number in np.unique(self.sets):
            members = np.flatnonzero(self.sets == number)
            rank = np.argsort(np.argsort(costs[..., members], axis=-1, kind="stable"), axis=-1, kind="stable")
            spare = alive[..., members].sum(axis=-1, keepdims=True) - self.kept
            found[..., members] = alive[..., members] & (rank < spare)
        return found


def columns_in_order(channels: int, taps: int) -> Array:
    """Columns of weights [channels, taps], tap after tap: [taps, channels]."""
    return np.arange(channels * taps).reshape(channels, taps).T


def elements(channels: int, taps: int) -> Pattern:
    """Every weight alone."""
    blocks = tuple(np.arange(channels * taps)[:, None])
    return Pattern(1, blocks, np.zeros(len(blocks), int))


def blocks_of(outputs: int, inputs: int, channels: int, taps: int) -> Pattern:
    """So many outputs by so many neighbouring input channels of one tap."""
    blocks = tuple(row[i : i + inputs] for row in columns_in_order(channels, taps) for i in range(0, channels, inputs))
    return Pattern(outputs, blocks, np.zeros(len(blocks), int))


def some_of(count: int, of: int, channels: int, taps: int) -> Pattern:
    """`count` of each `of` neighbouring input channels of one tap stay."""
    blocks = tuple(columns_in_order(channels, taps).reshape(-1, 1))
    sets = np.add.outer(np.arange(taps) * channels, np.arange(channels) // of).reshape(-1)
    return Pattern(1, blocks, sets, count)


def channels_of(outputs: int, channels: int, taps: int) -> Pattern:
    """All weights that read one input channel."""
    return Pattern(outputs, tuple(np.arange(channels * taps).reshape(channels, taps)), np.zeros(channels, int))
