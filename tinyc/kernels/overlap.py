"""How far a kernel's output may lie over its input: from the order in which the C function reads and writes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinyc.ir.types import Array

STEP_BYTES = 4
"""Distances between buffers are multiples of a word."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Where an output may begin, in bytes behind its input's begin (negative: before it), while it shares its memory.

    Anywhere up to `at_most`, or just at one of `exact`; and always where the two lie apart.
    """

    at_most: int
    exact: tuple[int, ...] = ()

    def allows(self, distance: int) -> bool:
        return distance <= self.at_most or distance in self.exact

    def shared(self, in_bytes: int, out_bytes: int) -> int:
        """Most bytes that both can have in common."""
        choices = (min(self.at_most // STEP_BYTES * STEP_BYTES, 0), *self.exact)
        return max(0, *(min(in_bytes, at + out_bytes) - max(0, at) for at in choices))


@dataclass(frozen=True, slots=True)
class Access:
    """Order of one call: for each byte of the input the last step that reads it, -1 if none does; for each byte of the
    output the first step that writes it. A step may read all that it reads before it writes anything. What is read and
    not used does not count.

    `tried`: distances beyond the common limit that may be safe, because of how the channels lie.
    """

    reads: Array
    writes: Array
    tried: tuple[int, ...] = (0,)

    def is_safe(self, distance: int) -> bool:
        """Whether no byte is overwritten before it is read, if the output begins so many bytes behind the input."""
        first = max(0, -distance)
        written = self.writes[first : max(first, len(self.reads) - distance)]
        return bool((written >= self.reads[first + distance : first + distance + len(written)]).all())

    def overlap(self) -> Overlap:
        """The largest distance at and below which all are safe, and beyond it the largest of `tried` that is."""
        limit = self._limit()
        beyond = sorted((d for d in self.tried if d > limit and d % STEP_BYTES == 0), reverse=True)
        best = next((d for d in beyond if self.is_safe(d)), None)
        return Overlap(limit, () if best is None else (best,))

    def _limit(self) -> int:
        """A byte b that is read after a byte k was written forbids the distance b - k; one less than the least."""
        steps = int(max(self.reads.max(initial=-1), self.writes.max(initial=-1))) + 1
        read_from = np.full(steps + 1, len(self.reads), np.int64)
        places = np.flatnonzero(self.reads >= 0)
        np.minimum.at(read_from, self.reads[places], places)
        written_to = np.zeros(steps, np.int64)
        np.maximum.at(written_to, self.writes, np.arange(1, len(self.writes) + 1))
        later = np.minimum.accumulate(read_from[::-1])[::-1][1:]
        ends = np.maximum.accumulate(written_to)
        forbidding = (ends > 0) & (later < len(self.reads))
        return int((later - ends)[forbidding].min(initial=len(self.reads)))


@dataclass(frozen=True, slots=True)
class ScratchOverlap:
    """Bytes of scratch memory that hold something for a part of the call only: so many at its begin may lie over the
    last ones of the output, so many at its end over the first ones of the input.
    """

    output: int = 0
    input: int = 0


NO_SCRATCH_OVERLAP = ScratchOverlap()


def bytes_of(elements: Array, size: int) -> Array:
    """The steps of elements as those of their bytes."""
    return np.repeat(elements.reshape(-1), size)
