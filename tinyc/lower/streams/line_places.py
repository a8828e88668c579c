"""Where the lines of a stream lie in the memory that they share: a row that is free serves another line.

Lines lie below or above what is in use all the time (the numbers of rows, scratch memory of kernels). Those of the
first values end first and lie below: there the last rows of the stream's output, below them, may reach over them. Those
of the last values begin last and lie above, where they may reach over the rows of the input that have been read first.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TypeAlias

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.overlap import STEP_BYTES
from tinyc.lower.offsets.separation import round_up

LATE, EARLY = 0, 1
"""When rows move to the front of their line: when the next ones have no room, or as soon as others have been read."""
_CHANGES, _SPLITS = 30_000, 2_000
"""Exchanges of two lines, and divisions into lines below and above, that are tried: so many by the square of the lines'
number.
"""
_MOST_CHANGES, _LEAST_SPLITS = 300, 4


@dataclass(frozen=True, slots=True)
class Moments:
    """What lines hold while a schedule runs.

    `starts`, `ends`: int64 [moments, lines, 2], the bytes of a line, counted from its begin, that hold rows; equal
    where none does. The last axis is LATE or EARLY. `unwritten`: int64 [moments], bytes at the end of the output that
    have not been written yet; `read`: bytes at the begin of the input that are read no more.
    """

    starts: Array
    ends: Array
    unwritten: Array
    read: Array

    def in_strips(self, row_bytes: Sequence[int], strips: Sequence[Sequence[int]]) -> Moments:
        """The moments of all strips, one after the other: of each line a row's bytes, and those in each strip. Input
        and output are in use until the end.
        """
        sizes = np.asarray(row_bytes)[None, :, None]
        others = [np.asarray(one)[None, :, None] for one in zip(*strips, strict=True)]
        starts = np.concatenate([self.starts // sizes * other for other in others])
        ends = np.concatenate([self.ends // sizes * other for other in others])
        nothing = np.zeros(len(starts), np.int64)
        return Moments(starts, ends, nothing, nothing)

    def distinct(self) -> Moments:
        """One moment for each state of the lines: with the fewest bytes unwritten, and the fewest read."""
        count = len(self.starts)
        states = np.concatenate([self.starts.reshape(count, -1), self.ends.reshape(count, -1)], axis=1)
        found, first, number = np.unique(states, axis=0, return_index=True, return_inverse=True)
        unwritten, read = self.unwritten[first], self.read[first]
        np.minimum.at(unwritten, number.reshape(-1), self.unwritten)
        np.minimum.at(read, number.reshape(-1), self.read)
        return Moments(self.starts[first], self.ends[first], unwritten, read) if len(found) < count else self


@dataclass(frozen=True, slots=True)
class Side:
    """Lines below or above what is always in use: offset and habit (LATE, EARLY) of each, their bytes, and how many of
    these the output's last, or the input's first bytes may reach over.
    """

    offsets: tuple[int, ...] = ()
    habits: tuple[int, ...] = ()
    bytes: int = 0
    shared: int = 0


@dataclass(frozen=True, slots=True)
class Ends:
    """Bytes of a stream's input, 0 if its rows are pushed, and of its output; how far this may begin behind that."""

    input: int
    output: int
    limit: int

    def arena(self, below: Side, above: Side) -> int:
        """For these and the lines: lines above the output, and the input over the output or above the lines."""
        size, start, source = below.bytes + above.bytes, self.output - below.shared, max(0, -self.limit)
        over_output = max(start, source + self.input) + size
        over_lines = max(start + size - above.shared, source) + self.input
        return min(over_output, over_lines) if self.input else start + size


@dataclass(frozen=True, slots=True)
class LinePlaces:
    """Offsets of lines: negative ones count from the begin of what is always in use, others from its end. `early`:
    whether a line's rows move to its front as soon as may be. The output may reach over the first `over_output` bytes
    of all, the input over the last `over_input`.
    """

    offsets: tuple[int, ...]
    early: tuple[bool, ...]
    below: int
    above: int
    over_output: int
    over_input: int

    @staticmethod
    def of(below: Side, above: Side) -> LinePlaces:
        offsets = (*(offset - below.bytes for offset in below.offsets), *above.offsets)
        early = tuple(habit == EARLY for habit in (*below.habits, *above.habits))
        return LinePlaces(offsets, early, below.bytes, above.bytes, below.shared, above.shared)


def line_places(moments: Moments, ends: Ends) -> LinePlaces:
    """Of all lines of the moments: those below are the first ones, as many as is best. Deterministic."""
    search, count = _Search(moments.distinct()), moments.starts.shape[1]
    parts = min(count, max(_LEAST_SPLITS, _SPLITS // max(count * count, 1)))
    sides = [
        pair
        for split in sorted({count * part // max(parts, 1) for part in range(parts + 1)})
        for pair in product(search.sides(range(split), below=True), search.sides(range(split, count), below=False))
    ]
    return LinePlaces.of(*search.changed(*min(sides, key=lambda pair: ends.arena(*pair)), ends))


_Interval: TypeAlias = tuple[int, int]


@dataclass(slots=True)
class _Search:
    """First fit of lines in several orders."""

    moments: Moments
    _known: dict[tuple[int, int, int, int], list[_Interval]] = field(default_factory=dict)

    def sides(self, lines: range, *, below: bool) -> list[Side]:
        """The smallest side of these lines, and the one that is smallest without what is shared."""
        if not lines:
            return [Side()]
        found = [self._side(order, lines, habit, below) for order in _orders(lines) for habit in (LATE, EARLY)]
        return [min(found, key=lambda side: side.bytes), min(found, key=lambda side: side.bytes - side.shared)]

    def changed(self, below: Side, above: Side, ends: Ends) -> tuple[Side, Side]:
        """The sides after exchanges of lines in the order of placing, of which each makes the arena no larger."""
        sides, split, generator = [below, above], len(below.offsets), random.Random(1)
        ranges = range(split), range(split, split + len(above.offsets))
        orders = [sorted(ranges[0], key=lambda line: below.offsets[line])]
        orders.append(sorted(ranges[1], key=lambda line: above.offsets[line - split]))
        several = [number for number in (0, 1) if len(ranges[number]) > 1]
        count = split + len(above.offsets)
        for _ in range(min(_MOST_CHANGES, _CHANGES // (count * count)) if several else 0):
            number = generator.choice(several)
            order = list(orders[number])
            first, second = generator.sample(range(len(order)), 2)
            order[first], order[second] = order[second], order[first]
            side = self._side(order, ranges[number], generator.choice((LATE, EARLY)), number == 0)
            other = [side, sides[1]] if number == 0 else [sides[0], side]
            if ends.arena(*other) <= ends.arena(*sides):
                sides, orders[number] = other, order
        return sides[0], sides[1]

    def _side(self, order: Sequence[int], lines: range, habit: int, below: bool) -> Side:
        """Each line at its lowest place, with the habit that allows it; with this one if both do."""
        offsets, habits = dict[int, int](), dict[int, int]()
        for line in order:
            placed = [(self._lowest(line, wanted, offsets, habits), wanted != habit) for wanted in (LATE, EARLY)]
            wanted = min((LATE, EARLY), key=lambda one: placed[one])
            offsets[line], habits[line] = placed[wanted][0], wanted
        found = tuple(offsets[line] for line in lines), tuple(habits[line] for line in lines)
        return self._measured(lines, *found, below)

    def _measured(self, lines: range, offsets: tuple[int, ...], habits: tuple[int, ...], below: bool) -> Side:
        pick = (slice(None), np.asarray(lines), np.asarray(habits))
        starts, ends = self.moments.starts[pick], self.moments.ends[pick]
        held, at = ends > starts, np.asarray(offsets)
        tops = np.where(held, at + ends, 0).max(axis=1)
        size = round_up(int(tops.max()), STEP_BYTES)
        if below:
            free = np.where(held, at + starts, size).min(axis=1)
            shared = (free + self.moments.unwritten).min()
        else:
            shared = (size - tops + self.moments.read).min()
        return Side(offsets, habits, size, min(int(shared) // STEP_BYTES * STEP_BYTES, size))

    def _lowest(self, line: int, habit: int, offsets: dict[int, int], habits: dict[int, int]) -> int:
        forbidden = sorted(
            (at + low, at + high)
            for other, at in offsets.items()
            for low, high in self._forbidden(line, habit, other, habits[other])
        )
        offset = 0
        for low, high in forbidden:
            if offset <= low:
                break
            offset = max(offset, round_up(high, STEP_BYTES))
        return offset

    def _forbidden(self, line: int, habit: int, other: int, its: int) -> list[_Interval]:
        """Open intervals of distances from another line at which some byte would hold two rows."""
        key = (line, habit, other, its)
        if key not in self._known:
            start, end = self.moments.starts[:, line, habit], self.moments.ends[:, line, habit]
            low, high = self.moments.starts[:, other, its], self.moments.ends[:, other, its]
            both = (end > start) & (high > low)
            found = set(zip((low - end)[both].tolist(), (high - start)[both].tolist(), strict=True))
            self._known[key] = _joined(sorted(found))
        return self._known[key]


def _joined(intervals: Sequence[_Interval]) -> list[_Interval]:
    """The same distances by fewer intervals."""
    found = list[_Interval]()
    for low, high in intervals:
        if found and low < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def _orders(lines: range) -> Iterator[list[int]]:
    """Of lines that are placed one after the other: rows of every second one are never free at the same time."""
    yield list(lines)
    yield list(reversed(lines))
    yield [*lines[::2], *lines[1::2]]
    yield [*reversed(lines[::2]), *lines[1::2]]
