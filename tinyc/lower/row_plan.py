"""A stream's schedule: which stage computes rows when, how many rows of each value are in memory, who reads what last.

The stage that is furthest ahead runs as soon as the rows it reads are there. That is what the emitted loop does, so the
numbers here are exact.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from tinyc.ir.types import Array, TensorType
from tinyc.kernels.overlap import Access
from tinyc.lower.program import Reading


@dataclass(frozen=True, slots=True)
class Line:
    """A value of which `capacity` rows are in memory at a time: all of them where it is the stream's input or output.

    Row numbers count `before` rows of padding as the first; `after` rows of padding follow the last one. `padding` is
    the byte that they hold. `is_total`: its rows are one, to which each call adds; the last call writes it.
    """

    name: str
    type: TensorType
    rows: int
    row_bytes: int
    before: int = 0
    after: int = 0
    padding: int = 0
    capacity: int = 0
    is_total: bool = False

    @property
    def bytes(self) -> int:
        return self.capacity * self.row_bytes


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
    """`lines` with their capacities; rows that are moved to make room; and in which step what is read and written.

    `places`: where each of the partial lines begins, in `line_bytes` that they share: lines none of which holds a row
    while another one does may have bytes in common.
    """

    lines: tuple[Line, ...]
    places: tuple[int, ...]
    line_bytes: int
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
    walk = _Walk(lines, paces, pushed)
    walk.run()
    last = len(lines) - 1
    partial = range(0 if pushed else 1, last)
    found = [replace(line, capacity=walk.most[i] if i in partial else line.rows) for i, line in enumerate(lines)]
    moved = sum(_moved(walk.writes[i], found[i].capacity) * found[i].row_bytes for i in partial)
    access = Access(np.repeat(walk.last_reads, lines[0].row_bytes), _writes(walk, lines[last]))
    places = shared_places([found[i].bytes if i in partial else 0 for i in range(last + 1)], walk.together)
    end = max((places[i] + found[i].bytes for i in partial), default=0)
    return RowPlan(tuple(found), places, end, moved, walk.step, access, pushed)


def shared_places(sizes: Sequence[int], together: Set[tuple[int, int]]) -> tuple[int, ...]:
    """Offsets for lines of these sizes, the largest first: where no line lies that holds rows together with it."""
    places = dict[int, int]()
    for line in sorted(range(len(sizes)), key=lambda number: -sizes[number]):
        others = [other for other in places if (min(line, other), max(line, other)) in together]
        taken = sorted((places[other], places[other] + sizes[other]) for other in others)
        place = 0
        for start, end in taken:
            if start - place >= sizes[line]:
                break
            place = max(place, end)
        places[line] = place
    return tuple(places[line] for line in range(len(sizes)))


def _writes(walk: _Walk, line: Line) -> Array:
    """In which step each byte of the last line is written first."""
    if line.is_total:
        return np.full(line.type.bytes, walk.first_writes[-1])
    return np.repeat(walk.first_writes, line.row_bytes)


class _Walk:
    """Runs the schedule on numbers of rows."""

    def __init__(self, lines: Sequence[Line], paces: Sequence[Pace], pushed: bool) -> None:
        self.lines, self.paces, self.pushed = lines, paces, pushed
        self.ends = [line.before for line in lines] if pushed else [lines[0].rows, *(line.before for line in lines[1:])]
        self.most = [line.before for line in lines]
        self.writes: list[list[tuple[int, int, int]]] = [[] for _ in lines]
        self.readers = [
            [(stage, one) for stage, pace in enumerate(paces) for one in pace.readings if one.line == number]
            for number in range(len(lines))
        ]
        self.last_reads = np.full(lines[0].rows, -1, np.int64)
        self.first_writes = np.zeros(lines[-1].rows, np.int64)
        self.step = 0
        self.together = set[tuple[int, int]]()
        """Pairs of lines that hold rows at the same time."""

    def run(self) -> None:
        while (stage := self._ready()) is not None or self._push():
            if stage is not None:
                held = self._held()
                self._fire(stage)
                self.together.update(combinations(sorted({*held, *self._held(), stage + 1}), 2))
                self.step += 1
        assert all(self._made(number) >= line.rows for number, line in enumerate(self.lines)), "a stream stands still"

    def _push(self) -> bool:
        """One more row of the input; False if there is none."""
        if not self.pushed or self._made(0) >= self.lines[0].rows:
            return False
        self._write(0, 1)
        self.together.update((0, line) for line in self._held() if line > 0)
        return True

    def _held(self) -> list[int]:
        """Lines that hold rows which are read again."""
        return [line for line in range(len(self.lines) - 1) if self._first_kept(line) < self.ends[line]]

    def _made(self, number: int) -> int:
        """Rows of a line that there are or were, without the padding before them."""
        return self.ends[number] - self.lines[number].before

    def _ready(self) -> int | None:
        for stage in reversed(range(len(self.paces))):
            if self._made(stage + 1) < self.lines[stage + 1].rows and self._can(stage):
                return stage
        return None

    def _can(self, stage: int) -> bool:
        made, rows, pace = self._made(stage + 1), self.lines[stage + 1].rows, self.paces[stage]
        return all(
            (reading.line == 0 and not self.pushed) or self._holds(reading.line, pace.end(reading, made, rows))
            for reading in pace.readings
        )

    def _holds(self, number: int, end: int) -> bool:
        """Whether the rows before `end` have been made; the padding after the last row is made when it is asked for."""
        if self.ends[number] < end and self._made(number) >= self.lines[number].rows:
            self._write(number, end - self.ends[number])
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
        else:
            self._write(number, count)

    def _write(self, number: int, count: int) -> None:
        kept, end = self._first_kept(number), self.ends[number]
        self.writes[number].append((end, end + count, kept))
        self.most[number] = max(self.most[number], end + count - kept)
        self.ends[number] += count

    def _first_kept(self, number: int) -> int:
        """The first row of a line that is read again; the next one if all before it have been read."""
        firsts = [reading.first(self._made(stage + 1)) for stage, reading in self.readers[number]]
        return min(self.ends[number], *firsts)


def _moved(writes: Sequence[tuple[int, int, int]], capacity: int) -> int:
    """Rows that are moved to the front of a line because there is no room for the next ones."""
    first = moved = 0
    for before, after, kept in writes:
        if after - first > capacity:
            moved += before - kept
            first = kept
    return moved
