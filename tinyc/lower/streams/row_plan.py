"""A stream's schedule: which stage computes rows when, how many rows of each value are in memory, who reads what last.

The stage that is furthest ahead runs as soon as the rows it reads are there. After a stage has run, nothing is new for
those behind its last reader, so the search for the next one begins there. That is what the emitted loop does, so the
numbers here are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.overlap import Access
from tinyc.lower.program_stream import Line, Reading
from tinyc.lower.streams.line_places import EARLY, LATE, Ends, LinePlaces, Moments, line_places

_Spans: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
"""Of a line that moves its rows late, and early: the bytes that hold rows."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a stage moves on: `group` output rows at a time, made of what it reads; the last time those that are left.
    Stage i makes line i + 1.
    """

    group: int
    readings: tuple[Reading, ...]

    def count(self, made: int, rows: int) -> int:
        """Rows that come after the first `made` of so many."""
        return min(self.group, rows - made)

    def end(self, reading: Reading, made: int, rows: int) -> int:
        """The row behind the last one that is read for them."""
        return reading.first(made) + reading.extent - (self.group - self.count(made, rows)) * reading.stride


@dataclass(frozen=True, slots=True)
class RowPlan:
    """`lines` with their capacities; where the partial ones lie; bytes that are moved to make room; and in which step
    what is read and written. Steps are those of one strip.
    """

    lines: tuple[Line, ...]
    places: LinePlaces
    moved_bytes: int
    steps: int
    access: Access
    pushed: bool = False

    @property
    def partial(self) -> range:
        """Numbers of the lines of which some rows are in memory at a time."""
        return range(0 if self.pushed else 1, len(self.lines) - 1)


def row_plan(lines: Sequence[Line], paces: Sequence[Pace], *, pushed: bool = False) -> RowPlan:
    """The schedule of lines without capacities. Line 0 is there from the start, or pushed row by row whenever nothing
    else can be done.
    """
    partial = range(0 if pushed else 1, len(lines) - 1)
    # What each line needs at most is known from a first walk; when rows move late, from one with these capacities.
    found = [replace(line, capacity=0 if number in partial else line.rows) for number, line in enumerate(lines)]
    for number, most in enumerate(Walk.of(found, paces, pushed).most):
        if number in partial:
            found[number] = replace(found[number], capacity=most)
    walk = Walk.of(found, paces, pushed)
    access = Access(np.repeat(walk.last_reads, lines[0].row_bytes), _writes(walk, lines[-1]))
    limit = -lines[-1].type.bytes if lines[0].strip_bytes else access.overlap().at_most
    ends = Ends(0 if pushed else lines[0].type.bytes, lines[-1].type.bytes, limit)
    places = line_places(_of_strips(walk.moments(partial), [lines[number] for number in partial]), ends)
    for number, is_early in zip(partial, places.early, strict=True):
        found[number] = replace(found[number], is_early=is_early)
    moved = sum(
        walk.moved[number][line.is_early] * (sum(line.strip_bytes) or line.row_bytes)
        for number, line in enumerate(found)
        if number in partial
    )
    return RowPlan(tuple(found), places, moved, walk.step, access, pushed)


def _of_strips(moments: Moments, lines: Sequence[Line]) -> Moments:
    """In all strips, where rows are shorter."""
    if not lines or not lines[0].strip_bytes:
        return moments
    return moments.in_strips([line.row_bytes for line in lines], [line.strip_bytes for line in lines])


def _writes(walk: Walk, line: Line) -> Array:
    """In which step each byte of the last line is written first."""
    if line.is_total:
        return np.full(line.type.bytes, walk.first_writes[-1])
    return np.repeat(walk.first_writes, line.row_bytes)


@dataclass(slots=True)
class Walk:
    """Runs the schedule of runtime_c/include/tinyc/stream.h on numbers of rows.

    `first`, `moved`: of each line under both habits, the row that lies at its begin, and rows moved so far. `spans`:
    bytes of each line that hold rows which are read again. `held`: at each write those of all lines, the step, and the
    rows of the last line.
    """

    lines: Sequence[Line]
    paces: Sequence[Pace]
    pushed: bool
    ends: list[int]
    most: list[int]
    readers: list[list[tuple[int, Reading]]]
    first: list[list[int]]
    moved: list[list[int]]
    begun: list[bool]
    last_reads: Array
    first_writes: Array
    step: int = 0
    spans: list[_Spans] = field(default_factory=list)
    held: list[tuple[list[_Spans], int, int]] = field(default_factory=list)

    @staticmethod
    def of(lines: Sequence[Line], paces: Sequence[Pace], pushed: bool) -> Walk:
        """From begin to end."""
        readers = [
            [(stage, one) for stage, pace in enumerate(paces) for one in pace.readings if one.line == number]
            for number in range(len(lines))
        ]
        before = [line.before for line in lines]
        ends = before if pushed else [lines[0].rows, *before[1:]]
        both = [[0, 0] for _ in lines]
        last_reads, first_writes = np.full(lines[0].rows, -1, np.int64), np.zeros(lines[-1].rows, np.int64)
        walk = Walk(
            lines, paces, pushed, list(ends), before, readers, both, [[0, 0] for _ in lines], [False] * len(lines),
            last_reads, first_writes, spans=[((0, 0), (0, 0))] * len(lines),
        )  # fmt: skip
        walk._run()
        return walk

    def moments(self, partial: range) -> Moments:
        """What these lines hold at each write."""
        spans = np.array([[spans[number] for number in partial] for spans, _, _ in self.held], np.int64)
        spans = spans.reshape(len(self.held), len(partial), 2, 2)
        steps, made = np.array([moment[1:] for moment in self.held], np.int64).T
        out = self.lines[-1]
        written = np.where(made >= out.rows, out.type.bytes, made * out.row_bytes)
        return Moments(spans[..., 0], spans[..., 1], out.type.bytes - written, self._bytes_read(steps))

    def _bytes_read(self, steps: Array) -> Array:
        """Of an input that is whole, how many bytes at its begin are read no more, in each of these steps."""
        if self.pushed:
            return np.zeros(len(steps), np.int64)
        needed = self.last_reads[None, :] >= 2 * steps[:, None]
        rows = np.where(needed.any(axis=1), needed.argmax(axis=1), self.lines[0].rows)
        return np.asarray(rows * self.lines[0].row_bytes)

    def _run(self) -> None:
        stage = last = len(self.paces) - 1
        while stage >= 0 or self._push():
            if stage < 0:
                stage = last
            if self._made(stage + 1) < self.lines[stage + 1].rows and self._can(stage):
                self._fire(stage)
                self.step += 1
                stage = max((reader for reader, _ in self.readers[stage + 1]), default=stage)
            else:
                stage -= 1
        assert all(self._made(number) >= line.rows for number, line in enumerate(self.lines)), "a stream stands still"

    def _push(self) -> bool:
        """One more row of the input; False if there is none."""
        if not self.pushed or self._made(0) >= self.lines[0].rows:
            return False
        self._write(0, 1)
        return True

    def _made(self, number: int) -> int:
        """Rows of a line that there are or were, without the padding before them."""
        return self.ends[number] - self.lines[number].before

    def _can(self, stage: int) -> bool:
        made, rows, pace = self._made(stage + 1), self.lines[stage + 1].rows, self.paces[stage]
        return all(
            (reading.line == 0 and not self.pushed) or self._holds(reading.line, pace.end(reading, made, rows))
            for reading in pace.readings
        )

    def _holds(self, number: int, end: int) -> bool:
        """Whether the rows before `end` have been made; padding is made when it is asked for."""
        if self.ends[number] < end and self._made(number) >= self.lines[number].rows:
            self._write(number, end - self.ends[number])
        elif not self.begun[number] and end <= self.lines[number].before:
            self._write(number, 0)
        return self.ends[number] >= end

    def _fire(self, stage: int) -> None:
        number, pace = stage + 1, self.paces[stage]
        made, rows = self._made(number), self.lines[number].rows
        count = pace.count(made, rows)
        for reading in pace.readings:
            if reading.line == 0 and not self.pushed:
                end = pace.end(reading, made, rows)
                self.last_reads[max(reading.first(made), 0) : max(end, 0)] = 2 * self.step + 1
        if number == len(self.lines) - 1:
            self.first_writes[made : made + count] = 2 * self.step
            self.ends[number] += count
            self._hold(self.spans)
        else:
            self._write(number, count)
        for reading in pace.readings:
            if reading.line > 0 or self.pushed:
                self._move(reading.line, EARLY)
                self.spans[reading.line] = self._span(reading.line)

    def _write(self, number: int, count: int) -> None:
        kept, end = self._first_kept(number), self.ends[number] + count
        found, spans = [], list(self.spans)
        for habit in (LATE, EARLY):
            start, stop = kept - self.first[number][habit], end - self.first[number][habit]
            if stop > self.lines[number].capacity:
                start, stop = 0, max(stop - count, end - kept)
                self._move(number, habit)
            found.append(self._bytes(number, start, stop))
        spans[number] = found[LATE], found[EARLY]
        self.begun[number] = True
        self.most[number] = max(self.most[number], end - kept)
        self.ends[number] = end
        self.spans[number] = self._span(number)
        self._hold(spans)

    def _move(self, number: int, habit: int) -> None:
        """The rows that are read again to the front of their line."""
        kept = self._first_kept(number)
        if kept > self.first[number][habit]:
            self.moved[number][habit] += self.ends[number] - kept
            self.first[number][habit] = kept

    def _first_kept(self, number: int) -> int:
        """The first row of a line that is read again; the next one if all before it have been read."""
        firsts = [reading.first(self._made(stage + 1)) for stage, reading in self.readers[number]]
        return min(self.ends[number], *firsts)

    def _span(self, number: int) -> _Spans:
        if not self.begun[number] or all(self._is_complete(stage + 1) for stage, _ in self.readers[number]):
            return (0, 0), (0, 0)
        kept, end = self._first_kept(number), self.ends[number]
        late, early = (self._bytes(number, kept - at, end - at) for at in self.first[number])
        return late, early

    def _is_complete(self, number: int) -> bool:
        return self._made(number) >= self.lines[number].rows

    def _bytes(self, number: int, start: int, stop: int) -> tuple[int, int]:
        size = self.lines[number].row_bytes
        return start * size, stop * size

    def _hold(self, spans: list[_Spans]) -> None:
        self.held.append((list(spans), self.step, self._made(len(self.lines) - 1)))
