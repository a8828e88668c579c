"""A run of ops as a stream: which runs may be one, the lines between them, and the kernels that work on a few rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from types import MappingProxyType

from tinyc.ir.graph import Graph, Op
from tinyc.kernels.overlap import ScratchOverlap
from tinyc.kernels.record import Kernel, Params
from tinyc.lower.liveness import ALIGN_BYTES
from tinyc.lower.offsets.separation import round_up
from tinyc.lower.program_stream import Line, Reading
from tinyc.lower.streams.row_plan import Pace, RowPlan, row_plan
from tinyc.lower.streams.slices import Offer, Slice, Slices
from tinyc.lower.streams.strips import Strips
from tinyc.ops.stream import Stream

STATE_BYTES = 8
"""Of a tc_line_rows."""
NO_GROUPS: Mapping[str, int] = MappingProxyType({})
_STEP_CYCLES = 230.0
"""What it takes to find the stage that runs next, and the addresses of its rows."""
_WORTH_PAIRS = 0.95
"""Part of the cycles of two rows, one after the other, that both together may take to be worth their memory."""
_MOVE_CYCLES = 1.5
"""Of a byte that is moved to the front of its line."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One op of a stream, in slices."""

    op: Op
    cut: Slice
    offer: Offer
    pace: Pace


@dataclass(frozen=True, slots=True)
class StreamKernel(Kernel):
    """What does a stream: its stages and lines, and the strips of columns that it does one after the other, if it does
    not do all columns at once. It is made for one op and never registered.
    """

    stages: tuple[Stage, ...] = ()
    plan: RowPlan | None = None
    strips: Strips | None = None

    @property
    def rows(self) -> RowPlan:
        assert self.plan is not None
        return self.plan


@dataclass(slots=True)
class Rows:
    """Streams of a graph's ops."""

    graph: Graph
    slices: Slices
    _last_plan: tuple[tuple[str | Pace, ...], RowPlan] | None = None
    _ends: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The first and last op of each stream, by its name."""

    def stream(
        self, ops: Sequence[Op], most_group: int, most_scratch: float, groups: Mapping[str, int] = NO_GROUPS
    ) -> tuple[Op, StreamKernel] | None:
        """The ops as one; None if they cannot be, or no kernel works on so few rows with so little scratch memory.
        `groups`: rows at a time of some ops, by name, also where they do not divide all.
        """
        names = self.names(ops)
        if names is None:
            return None
        lines = self._lines(ops, names, most_group)
        stages = [] if lines is None else [
            self._stage(op, names, lines, groups.get(op.name, 0), most_group, most_scratch) for op in ops
        ]
        found = [stage for stage in stages if stage is not None]
        if lines is None or len(found) < len(ops):
            return None
        return self._made(ops, found, self._plan(ops, lines, [stage.pace for stage in found]))

    def worth_pairs(self, ops: Sequence[Op]) -> list[str]:
        """Names of ops whose kernels do two rows together in less time than one by one; those that gain most first."""
        rows_of = {op.name: self.graph.types[op.outputs[0]].shape[2] for op in ops}
        gains = dict[str, float]()
        for op in ops:
            rows = rows_of[op.name]
            one, two = (self.slices.offers(op, Slice(group, rows)) if rows > 2 else [] for group in (1, 2))
            if one and two and two[0].cycles < _WORTH_PAIRS * 2 * one[0].cycles:
                gains[op.name] = (2 * one[0].cycles - two[0].cycles) * rows
        return sorted(gains, key=lambda name: -gains[name])

    def _plan(self, ops: Sequence[Op], lines: Sequence[Line], paces: Sequence[Pace]) -> RowPlan:
        """The last one again if it is for the same paces: kernels may differ."""
        key: tuple[str | Pace, ...] = (ops[0].name, *paces)
        if self._last_plan is None or self._last_plan[0] != key:
            self._last_plan = (key, row_plan(lines, paces, pushed=self._is_pushed(lines)))
        return self._last_plan[1]

    def _is_pushed(self, lines: Sequence[Line]) -> bool:
        """Whether the caller pushes the rows of the stream's input."""
        return lines[0].name in self.graph.edges.pushed

    def _made(self, ops: Sequence[Op], stages: Sequence[Stage], plan: RowPlan) -> tuple[Op, StreamKernel]:
        constants = dict.fromkeys(name for op in ops for name in op.reads if name in self.graph.constants)
        reads = (plan.lines[0].name, *constants)
        inner = dict.fromkeys((*reads, *(op.outputs[0] for op in ops)))
        operator = Stream(tuple(ops), reads, tuple((name, self.graph.types[name]) for name in inner))
        op = Op(self.name_of(ops), operator, reads, ops[-1].outputs)
        scratch = scratch_bytes(stages, plan)
        cycles = self._cycles(stages, plan)
        return op, StreamKernel(
            name="stream", op="stream", source="stream", reads={}, params=lambda _: Params(""),
            scratch=lambda _: scratch, overlap={"x": lambda _: plan.access},
            scratch_overlap=ScratchOverlap(plan.places.over_output, plan.places.over_input),
            work=lambda _: {"cycles": 1}, cost={"cycles": cycles}, stages=tuple(stages), plan=plan,
        )  # fmt: skip

    def name_of(self, ops: Sequence[Op]) -> str:
        """Of a stream: by its ends. No other stream has it, and no op, as those of a hand-written graph might."""
        ends = (ops[0].name, ops[-1].name)
        first, taken = "_to_".join(ends), {op.name for op in self.graph.ops}
        names = chain([first], (f"{first}_{number}" for number in count(1)))
        return next(name for name in names if name not in taken and self._ends.setdefault(name, ends) == ends)

    @staticmethod
    def _cycles(stages: Sequence[Stage], plan: RowPlan) -> float:
        total = _STEP_CYCLES * plan.steps * max(len(plan.lines[0].strip_bytes), 1) + _MOVE_CYCLES * plan.moved_bytes
        for stage, line in zip(stages, plan.lines[1:], strict=True):
            total += line.rows / stage.pace.group * stage.offer.cycles
        return total

    def names(self, ops: Sequence[Op]) -> dict[str, int] | None:
        """The number of each value's line; None if more than one value enters, or more than the last one leaves."""
        made = {op.outputs[0]: number + 1 for number, op in enumerate(ops)}
        read = [name for op in ops for name in op.reads if name not in self.graph.constants]
        entering = dict.fromkeys(name for name in read if name not in made)
        inner, consumers = {op.name for op in ops}, self.graph.consumers()
        for op in ops[:-1]:
            readers = {reader.name for reader in consumers[op.outputs[0]]}
            if not readers or not readers <= inner or op.outputs[0] in self.graph.outputs:
                return None
        if len(entering) != 1 or ops[0].reads[0] not in entering:
            return None
        return {next(iter(entering)): 0, **made}

    def _lines(self, ops: Sequence[Op], names: Mapping[str, int], most_group: int) -> list[Line] | None:
        """All values, with the padding that their readers need."""
        found = [self._line(name) for name in names]
        pushed = self._is_pushed(found)
        if part_rows := self.slices.part_rows(ops[-1], most_group):
            parts = self.graph.types[ops[-1].reads[0]].shape[2] // part_rows
            found[-1] = replace(found[-1], rows=parts, row_bytes=0, is_total=True)
        for op in ops:
            window = self.slices.window(op)
            assert window is not None
            for name in _dynamic(op, names):
                number, x, y = names[name], self.graph.types[name], self.graph.types[op.outputs[0]]
                after = (y.shape[2] - 1) * window.stride + window.extent - window.begin - x.shape[2]
                if (number == 0 and not pushed) or (window.begin == 0 and after <= 0):
                    continue
                padding = self.slices.padding(op, name)
                if padding is None:
                    return None
                line = found[number]
                found[number] = replace(line, before=max(line.before, window.begin), padding=padding)
        partial = found[0 if pushed else 1 : -1]
        return found if all(line.row_bytes % ALIGN_BYTES == 0 for line in partial) else None

    def _line(self, name: str) -> Line:
        kind = self.graph.types[name]
        row_bytes = kind.bytes // kind.shape[2]
        return Line(name, kind, kind.shape[2], row_bytes, strip_bytes=self.slices.strip_bytes(name))

    def _stage(
        self, op: Op, names: Mapping[str, int], lines: Sequence[Line], group: int, most_group: int, most_scratch: float
    ) -> Stage | None:
        window, out = self.slices.window(op), lines[names[op.outputs[0]]]
        assert window is not None
        if out.is_total:
            return self._total(op, names[op.reads[0]], lines, most_group)
        group = group or max(n for n in range(1, most_group + 1) if out.rows % n == 0)
        extent = (group - 1) * window.stride + window.extent
        readings = tuple(
            Reading(number, extent, window.stride, lines[number].before - window.begin)
            for number in (names[name] for name in _dynamic(op, names))
        )
        pace = Pace(group, readings)
        if not self._aligned(pace, lines, out):
            return None
        pushed = self._is_pushed(lines)
        whole = next((reading for reading in readings if reading.line == 0 and not pushed), None)
        cut = Slice(group, out.rows, whole, lines[0].rows if whole is not None else 0)
        offer = next((one for one in self.slices.offers(op, cut) if one.scratch <= most_scratch), None)
        return None if offer is None else Stage(op, cut, offer, pace)

    def _total(self, op: Op, source: int, lines: Sequence[Line], most_group: int) -> Stage | None:
        """The stage whose one row is made of all rows of its input, some of them at a time."""
        rows = self.slices.part_rows(op, most_group)
        pace = Pace(1, (Reading(source, rows, rows, lines[source].before),))
        cut = Slice(1, lines[-1].rows, part_rows=rows)
        return Stage(op, cut, self.slices.offers(op, cut)[0], pace) if self._aligned(pace, lines, lines[-1]) else None

    @staticmethod
    def _aligned(pace: Pace, lines: Sequence[Line], out: Line) -> bool:
        """Whether all rows that a kernel is given begin at words."""
        ends = pace.group * out.row_bytes % ALIGN_BYTES == 0
        return ends and all(
            reading.stride * pace.group * lines[reading.line].row_bytes % ALIGN_BYTES == 0
            and reading.start * lines[reading.line].row_bytes % ALIGN_BYTES == 0
            for reading in pace.readings
        )


def scratch_bytes(stages: Sequence[Stage], plan: RowPlan) -> int:
    """Of a stream: the lines below, what is in use all the time, the lines above."""
    return plan.places.below + constant_bytes(stages, plan) + plan.places.above


def constant_bytes(stages: Sequence[Stage], plan: RowPlan) -> int:
    """Of what is in use all the time: the states of lines, and what kernels need."""
    return states_bytes(plan) + kept_bytes(stages) + round_up(shared_bytes(stages), ALIGN_BYTES)


def states_bytes(plan: RowPlan) -> int:
    """Of the rows that are in memory, of each line."""
    return STATE_BYTES * (len(plan.partial) + 1)


def shared_bytes(stages: Sequence[Stage]) -> int:
    """Of what kernels need during one call."""
    return max((stage.offer.scratch for stage in stages if not stage.cut.part_rows), default=0)


def kept_bytes(stages: Sequence[Stage]) -> int:
    """Of sums that a stage's kernel keeps from one call to the next."""
    return sum(round_up(stage.offer.scratch, ALIGN_BYTES) for stage in stages if stage.cut.part_rows)


def _dynamic(op: Op, names: Mapping[str, int]) -> list[str]:
    return [name for name in op.reads if name in names]
