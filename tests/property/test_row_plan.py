"""Schedules of streams against a model of the emitted loop on rows with contents."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinyc.ir.types import DType, Layout, TensorType
from tinyc.lower.program_stream import Line, Reading
from tinyc.lower.streams.row_plan import Pace, RowPlan, row_plan

PADDING, POISON, GUARD = -1, -2, -3


@dataclass(frozen=True)
class Net:
    """Lines without capacities, and the paces of the stages between."""

    lines: list[Line]
    paces: list[Pace]


def line(number: int, rows: int, row_bytes: int) -> Line:
    kind = TensorType(DType.S8, (1, row_bytes, rows), Layout.CHANNELS_LAST)
    return Line(f"v{number}", kind, rows, row_bytes)


@st.composite
def nets(draw: st.DrawFn) -> Net:
    """Windows over one earlier value, sums of two values of as many rows; each value is read by somebody."""
    lines = [line(0, draw(st.integers(1, 14)), 4 * draw(st.integers(1, 2)))]
    reads: list[list[tuple[int, int, int, int]]] = []  # of each stage: line, extent, stride, begin
    after = [0]
    for number in range(1, draw(st.integers(2, 6))):
        unread = [i for i in range(number) if not any(i == read[0] for stage in reads for read in stage)]
        source = unread[0] if len(unread) > 1 else draw(st.sampled_from([*unread, number - 1]))
        rows = lines[source].rows
        twins = [i for i in range(number) if i != source and lines[i].rows == rows]
        if twins and draw(st.booleans()):
            twin = unread[1] if len(unread) > 1 and unread[1] in twins else draw(st.sampled_from(twins))
            reads.append([(source, 1, 1, 0), (twin, 1, 1, 0)])
            made = rows
        else:
            extent, stride, begin = draw(st.integers(1, 5)), draw(st.integers(1, 3)), draw(st.integers(0, 4))
            end = draw(st.integers(max(0, extent - rows - begin), max(4, extent - rows - begin)))
            reads.append([(source, extent, stride, begin)])
            made = (rows + begin + end - extent) // stride + 1
            needed = (made - 1) * stride + extent - begin - rows
            if source:
                old = lines[source]
                lines[source] = Line(old.name, old.type, old.rows, old.row_bytes, max(old.before, begin))
                after[source] = max(after[source], needed)
        lines.append(line(number, made, 4 * draw(st.integers(1, 2))))
        after.append(0)
    return Net(*_connected(draw, lines, reads))


def _connected(
    draw: st.DrawFn, lines: list[Line], reads: list[list[tuple[int, int, int, int]]]
) -> tuple[list[Line], list[Pace]]:
    """Without the stages that nobody reads, but for the last one."""
    wanted = {len(lines) - 1}
    for number in range(len(lines) - 1, 0, -1):
        if number in wanted:
            wanted.update(read[0] for read in reads[number - 1])
    kept = sorted({0, *wanted})
    number_of = {old: new for new, old in enumerate(kept)}
    paces = []
    for old in kept[1:]:
        group = draw(st.sampled_from([n for n in (1, 2, 3, 4) if lines[old].rows % n == 0]))
        readings = []
        for source, extent, stride, begin in reads[old - 1]:
            start = (lines[source].before if source else 0) - begin
            readings.append(Reading(number_of[source], (group - 1) * stride + extent, stride, start))
        paces.append(Pace(group, tuple(readings)))
    return [lines[old] for old in kept], paces


def content(number: int, row: int, sources: tuple[object, ...]) -> int:
    return hash((number, row, *sources)) & 0x7FFFFFFF


def whole(net: Net) -> list[list[int]]:
    """All rows of all values, each computed of whole values."""
    values = [[content(0, row, ()) for row in range(net.lines[0].rows)]]
    for number, pace in enumerate(net.paces, 1):
        values.append([])
        for row in range(net.lines[number].rows):
            sources = tuple(
                row_of(values[one.line], one.start - net.lines[one.line].before + row * one.stride + tap)
                for one in pace.readings
                for tap in range(one.extent - (pace.group - 1) * one.stride)
            )
            values[number].append(content(number, row, sources))
    return values


def row_of(rows: list[int], row: int) -> int:
    return rows[row] if 0 <= row < len(rows) else PADDING


@dataclass
class Memory:
    """The loop of runtime_c/include/tinyc/stream.h on bytes, all poison at first; line i begins at bases[i]."""

    net: Net
    plan: RowPlan
    bases: list[int]
    first: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    bytes: dict[int, tuple[int, int]] = field(default_factory=dict)
    moved: int = 0
    steps: int = 0

    def run(self) -> list[int]:
        """The output's rows, when no stage can go on; none if what is always in use has been written over."""
        lines = self.plan.lines
        self.first = [-1] * len(lines)
        self.end = [one.before for one in lines]
        for row in range(lines[0].rows):
            self.put(0, row, content(0, row, ()))
        in_use = range(self.plan.places.below, self.plan.places.below + IN_USE)
        self.bytes.update({byte: (GUARD, byte) for byte in in_use})
        number = len(lines) - 1
        while number > 0:
            done = self.turn(number)
            self.steps += done
            number = self.last_reader(number) if done else number - 1
        rows = [self.at(len(lines) - 1, row) for row in range(lines[-1].rows)]
        return rows if all(self.bytes[byte] == (GUARD, byte) for byte in in_use) else []

    def turn(self, number: int) -> bool:
        line, pace = self.plan.lines[number], self.net.paces[number - 1]
        made = self.end[number] - line.before
        if made >= line.rows or not all(self.has(one, one.first(made) + one.extent) for one in pace.readings):
            return False
        rows = [self.taps(pace, made + more) for more in range(pace.group)]
        if number < len(self.plan.lines) - 1:
            self.room(number, pace.group)
        for more, sources in enumerate(rows):
            self.store(number, content(number, made + more, sources))
        for source in {one.line for one in pace.readings}:
            if self.plan.lines[source].is_early:
                self.keep(source)
        return True

    def last_reader(self, number: int) -> int:
        readers = [stage for stage, pace in enumerate(self.net.paces, 1) for one in pace.readings if one.line == number]
        return max(readers, default=number)

    def taps(self, pace: Pace, row: int) -> tuple[int, ...]:
        """What one output row is made of; its rows of a line must lie in memory."""
        return tuple(
            self.read(one.line, one.first(row) + tap)
            for one in pace.readings
            for tap in range(one.extent - (pace.group - 1) * one.stride)
        )

    def read(self, number: int, row: int) -> int:
        if number == 0:
            return self.at(0, row) if 0 <= row < self.plan.lines[0].rows else PADDING
        assert 0 <= self.first[number] <= row < self.end[number], "a row that is not in memory"
        return self.at(number, row - self.first[number])

    def store(self, number: int, value: int) -> None:
        first = 0 if number == len(self.plan.lines) - 1 else self.first[number]
        self.put(number, self.end[number] - first, value)
        self.end[number] += 1

    def room(self, number: int, count: int) -> None:
        """Memory for more rows: those that are read again move to the front."""
        if self.first[number] < 0:
            self.begin(number)
        if self.end[number] + count - self.first[number] > self.plan.lines[number].capacity:
            self.keep(number)
        assert self.end[number] + count - self.first[number] <= self.plan.lines[number].capacity, "capacity"

    def begin(self, number: int) -> None:
        self.first[number] = 0
        for row in range(self.plan.lines[number].before):
            self.put(number, row, PADDING)

    def keep(self, number: int) -> None:
        kept = min(self.end[number], self.kept(number))
        if kept > self.first[number]:
            size, base = self.plan.lines[number].row_bytes, self.bases[number]
            for byte in range((self.end[number] - kept) * size):
                source = base + (kept - self.first[number]) * size + byte
                self.bytes[base + byte] = self.bytes.get(source, (POISON, 0))
            self.first[number], self.moved = kept, self.moved + (self.end[number] - kept) * size

    def kept(self, number: int) -> int:
        return min(
            one.first(self.end[stage] - self.plan.lines[stage].before)
            for stage, pace in enumerate(self.net.paces, 1)
            for one in pace.readings
            if one.line == number
        )

    def has(self, one: Reading, end: int) -> bool:
        line = self.plan.lines[one.line]
        missing = end - self.end[one.line]
        if one.line and missing > 0 and self.end[one.line] - line.before >= line.rows:
            self.room(one.line, missing)
            for _ in range(missing):
                self.store(one.line, PADDING)
        elif one.line and self.first[one.line] < 0 and end <= line.before:
            self.begin(one.line)
        return one.line == 0 or self.end[one.line] >= end

    def put(self, number: int, row: int, value: int) -> None:
        size = self.plan.lines[number].row_bytes
        start = self.bases[number] + row * size
        self.bytes.update({start + byte: (value, byte) for byte in range(size)})

    def at(self, number: int, row: int) -> int:
        """The content of a row in memory; poison if one of its bytes is another's."""
        size = self.plan.lines[number].row_bytes
        start = self.bases[number] + row * size
        found = [self.bytes.get(start + byte, (POISON, byte)) for byte in range(size)]
        return found[0][0] if all(pair == (found[0][0], byte) for byte, pair in enumerate(found)) else POISON


IN_USE = 12
"""Bytes of a stream's scratch memory that nothing may lie over."""


def bases(plan: RowPlan, source: int | None = None, target: int | None = None) -> list[int]:
    """Of the lines in scratch memory that begins at 0, with what is always in use; of the input and the output, where
    they are not given, as far over it as the plan allows.
    """
    places = plan.places
    top = places.below + IN_USE + places.above
    inner = [places.below + offset + (IN_USE if offset >= 0 else 0) for offset in places.offsets]
    source = top - places.over_input if source is None else source
    target = places.over_output - plan.lines[-1].type.bytes if target is None else target
    return [source, *inner, target]


FAR = 1 << 20


@settings(max_examples=80)
@given(nets())
def test_every_row_is_made_of_what_it_needs(net: Net) -> None:
    """In lines that share memory with each other, the input and the output, and none of them could be shorter; steps
    and moves are those of the plan.
    """
    plan = row_plan(net.lines, net.paces)
    memory = Memory(net, plan, bases(plan))
    assert memory.run() == whole(net)[-1]
    assert (memory.moved, memory.steps) == (plan.moved_bytes, plan.steps)
    assert all(one.capacity == one.rows for one in (plan.lines[0], plan.lines[-1]))


@settings(max_examples=80)
@given(nets())
def test_nothing_lies_over_what_is_always_in_use(net: Net) -> None:
    plan = row_plan(net.lines, net.paces)
    source, *inner, target = bases(plan)
    begin, end = plan.places.below, plan.places.below + IN_USE
    sizes = [one.type.bytes if one.capacity >= one.rows else one.bytes for one in plan.lines]
    assert target + sizes[-1] <= begin and source >= end
    assert all(at >= end or at + one.bytes <= begin for at, one in zip(inner, plan.lines[1:-1], strict=True))
    assert all(at >= 0 and at + one.bytes <= end + plan.places.above
               for at, one in zip(inner, plan.lines[1:-1], strict=True))  # fmt: skip


@settings(max_examples=30)
@given(nets())
def test_output_may_begin_where_the_access_says(net: Net) -> None:
    plan, wanted = row_plan(net.lines, net.paces), whole(net)[-1]
    overlap = plan.access.overlap()
    for distance in (overlap.at_most, *(overlap.at_most - 4 * n for n in (1, 2, 5)), *overlap.exact):
        assert Memory(net, plan, bases(plan, FAR, FAR + distance)).run() == wanted, distance


def test_one_byte_further_is_too_far() -> None:
    """Two stages of windows of three: row 0 of the output is written when row 0 of the input is read no more."""
    lines = [line(0, 8, 4), Line("v1", line(1, 8, 4).type, 8, 4, 1), line(2, 8, 4)]
    net = Net(lines, [Pace(1, (Reading(0, 3, 1, -1),)), Pace(1, (Reading(1, 3, 1, 0),))])
    plan = row_plan(net.lines, net.paces)
    limit = plan.access.overlap().at_most
    assert limit == 0
    assert Memory(net, plan, bases(plan, FAR, FAR + limit)).run() == whole(net)[-1]
    assert Memory(net, plan, bases(plan, FAR, FAR + limit + 4)).run() != whole(net)[-1]


@pytest.mark.parametrize("wide, moved", [(0, (20, 0)), (-1, (0, 20))])
def test_one_row_further_over_lines_is_too_far(wide: int, moved: tuple[int, int]) -> None:
    """For a wide input and for a wide output, which then lie over a row that is read later or over what is always in
    use. The first row further is one of the same step: a kernel may write before it has read.
    """
    lines, paces = _diamond()
    lines[wide] = line(wide % len(lines), 9, 16)
    net, plan = Net(lines, paces), row_plan(lines, paces)
    source, *inner, target = bases(plan)
    assert (plan.places.over_output if wide else plan.places.over_input) > 0
    assert Memory(net, plan, [source, *inner, target]).run() == whole(net)[-1]
    assert Memory(net, plan, [source - moved[0], *inner, target + moved[1]]).run() != whole(net)[-1]


def test_no_line_could_be_shorter() -> None:
    plan = row_plan(*_diamond())
    for number, capacity in enumerate(one.capacity for one in plan.lines[1:-1]):
        lines = list(plan.lines)
        one = lines[number + 1]
        lines[number + 1] = Line(one.name, one.type, one.rows, one.row_bytes, one.before, 0, capacity - 1)
        memory = Memory(Net(*_diamond()), replace(plan, lines=tuple(lines)), bases(plan))
        with pytest.raises(AssertionError, match="capacity"):
            memory.run()


def test_rows_of_one_line_lie_where_those_of_another_are_free() -> None:
    """Four windows of three rows, one after the other: each line keeps two rows, every second one shares the third."""
    kind = line(0, 12, 4).type
    lines = [line(0, 12, 4), *(Line(f"v{number}", kind, 12, 4, 1) for number in range(1, 5)), line(5, 12, 4)]
    paces = [Pace(1, (Reading(0, 3, 1, -1),)), *(Pace(1, (Reading(number, 3, 1, 0),)) for number in range(1, 5))]
    plan = row_plan(lines, paces)
    assert [one.capacity for one in plan.lines[1:-1]] == [3, 3, 3, 3]
    places = plan.places
    assert places.below + places.above - places.over_output - places.over_input <= 4 * (4 * 2 + 2)
    assert Memory(Net(lines, paces), plan, bases(plan)).run() == whole(Net(lines, paces))[-1]


def _diamond() -> tuple[list[Line], list[Pace]]:
    """A residual block of two 3-row windows."""
    first = Line("v1", line(1, 9, 4).type, 9, 4, 1)
    second = Line("v2", line(2, 9, 4).type, 9, 4, 1)
    lines = [line(0, 9, 4), first, second, line(3, 9, 4), line(4, 9, 4)]
    three = [Reading(number, 3, 1, 0) for number in (1, 2)]
    paces = [Pace(1, (Reading(0, 1, 1, 0),)), Pace(1, (three[0],)), Pace(1, (three[1],)),
             Pace(1, (Reading(1, 1, 1, 1), Reading(3, 1, 1, 0)))]  # fmt: skip
    return lines, paces


def test_diamond_needs_rows_for_the_way_around() -> None:
    plan = row_plan(*_diamond())
    assert [one.capacity for one in plan.lines] == [9, 3, 3, 1, 9]
    assert np.all(plan.access.reads >= 0) and len(plan.access.writes) == 36
