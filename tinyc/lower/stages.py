"""A run of ops as a stream: which runs may be one, the lines between them, and the kernels that work on a few rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tinyc.ir.graph import Graph, Op, RowWindow
from tinyc.ir.types import Layout, TensorType
from tinyc.kernels.record import Kernel, Params, Site
from tinyc.lower.guards import guards
from tinyc.lower.liveness import ALIGN_BYTES
from tinyc.lower.row_plan import Line, Pace, Reading, RowPlan, row_plan
from tinyc.lower.select import Costs, candidates, estimated_cycles, site_of
from tinyc.ops.stream import Stream
from tinyc.targets import Board

SPARE = (0.0, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Parts of its own cycles that a kernel is offered to give up for less scratch memory."""
STATE_BYTES = 8
"""Of a tc_line_state."""
_STEP_CYCLES = 60.0
"""What it takes to find the stage that runs next, and the addresses of its rows."""
_MOVE_CYCLES = 0.6
"""Of a byte that is moved to the front of its line."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One op of a stream: `group` rows of its output at a time, by a kernel on `site`.

    `edges`: sites of groups that reach into the padding of the stream's input, by rows of padding before and after.
    """

    op: Op
    kernel: Kernel
    site: Site
    edges: Mapping[tuple[int, int], Site]
    pace: Pace

    @property
    def scratch(self) -> int:
        return max(self.kernel.scratch(site) for site in (self.site, *self.edges.values()))


@dataclass(frozen=True, slots=True)
class StreamKernel(Kernel):
    """What does a stream: its stages and lines. It is made for one op and never registered."""

    stages: tuple[Stage, ...] = ()
    plan: RowPlan | None = None

    @property
    def rows(self) -> RowPlan:
        assert self.plan is not None
        return self.plan


@dataclass(slots=True)
class Rows:
    """The rows of a graph's values, and kernels for slices of its ops, found once."""

    graph: Graph
    board: Board
    costs: Costs
    _sites: dict[str, Site] = field(default_factory=dict)
    _kernels: dict[tuple[str, int, int, bool], tuple[Kernel, Site, Mapping[tuple[int, int], Site]] | None] = field(
        default_factory=dict
    )
    _guarded: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._guarded = set(guards(self.graph))

    def window(self, op: Op) -> RowWindow | None:
        """How an op works on rows; None if it cannot be a stage."""
        window = op.operator.rows
        if window is None or len(op.outputs) != 1 or op.name in self._guarded:
            return None
        dynamic = [name for name in op.reads if name not in self.graph.constants]
        kinds = [self.graph.types[name] for name in (*dynamic, *op.outputs)]
        if not dynamic or not all(map(_has_rows, kinds)) or not self._constants_fit(op):
            return None
        same = window.extent > 1 or window.stride > 1 or len({kind.shape[2:] for kind in kinds}) == 1
        return window if same and len(set(dynamic)) == len(dynamic) else None

    def _constants_fit(self, op: Op) -> bool:
        """Whether constants of an op that works by element are the same for all rows."""
        rank = self.graph.types[op.outputs[0]].rank
        if op.operator.wants_channels_last:
            return True
        shapes = [self.graph.types[name].shape for name in op.reads if name in self.graph.constants]
        return all(len(shape) < rank - 2 or shape[len(shape) - (rank - 2)] == 1 for shape in shapes)

    def stream(self, ops: Sequence[Op], most_group: int, most_scratch: int) -> tuple[Op, StreamKernel] | None:
        """The ops as one; None if they cannot be, or no kernel works on so few rows with so little scratch memory."""
        names = self._names(ops)
        if names is None:
            return None
        lines = self._lines(ops, names)
        stages = [] if lines is None else [self._stage(op, names, lines, most_group, most_scratch) for op in ops]
        found = [stage for stage in stages if stage is not None]
        if lines is None or len(found) < len(ops):
            return None
        return self._made(ops, found, row_plan(lines, [stage.pace for stage in found]))

    def _made(self, ops: Sequence[Op], stages: Sequence[Stage], plan: RowPlan) -> tuple[Op, StreamKernel]:
        constants = dict.fromkeys(name for op in ops for name in op.reads if name in self.graph.constants)
        reads = (plan.lines[0].name, *constants)
        inner = dict.fromkeys((*reads, *(op.outputs[0] for op in ops)))
        operator = Stream(tuple(ops), reads, tuple((name, self.graph.types[name]) for name in inner))
        op = Op(f"{ops[0].name}_to_{ops[-1].name}", operator, reads, ops[-1].outputs)
        scratch = scratch_bytes(stages, plan)
        cycles = self._cycles(stages, plan)
        return op, StreamKernel(
            name="stream", op="stream", source="", reads={}, params=lambda _: Params(""), scratch=lambda _: scratch,
            overlap={"x": lambda _: plan.access}, work=lambda _: {"cycles": 1}, cost={"cycles": cycles},
            stages=tuple(stages), plan=plan,
        )  # fmt: skip

    def _cycles(self, stages: Sequence[Stage], plan: RowPlan) -> float:
        total = _STEP_CYCLES * plan.steps + _MOVE_CYCLES * plan.moved_bytes
        for stage, line in zip(stages, plan.lines[1:], strict=True):
            total += line.rows // stage.pace.group * estimated_cycles(stage.kernel, stage.site, self.costs)
        return total

    def _names(self, ops: Sequence[Op]) -> dict[str, int] | None:
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

    def _lines(self, ops: Sequence[Op], names: Mapping[str, int]) -> list[Line] | None:
        """All values, with the padding that their readers need."""
        found = [self._line(name) for name in names]
        for op in ops:
            window = self.window(op)
            assert window is not None
            for name in _dynamic(op, names):
                number, x, y = names[name], self.graph.types[name], self.graph.types[op.outputs[0]]
                after = (y.shape[2] - 1) * window.stride + window.extent - window.begin - x.shape[2]
                if number == 0 or (window.begin == 0 and after <= 0):
                    continue
                padding = self._padding(op, name)
                if padding is None:
                    return None
                line = found[number]
                found[number] = replace(
                    line, before=max(line.before, window.begin), after=max(line.after, after, 0), padding=padding
                )
        return found if all(line.row_bytes % ALIGN_BYTES == 0 for line in found[1:-1]) else None

    def _line(self, name: str) -> Line:
        kind = self.graph.types[name]
        return Line(name, kind, kind.shape[2], kind.bytes // kind.shape[2])

    def _padding(self, op: Op, name: str) -> int | None:
        """The byte that zeros of a value consist of, if its readers may be given it."""
        kind = self.graph.types[name]
        if kind.quant is None:
            return 0
        zero = kind.quant.zero_point[0]
        known = self._site(op).ranges[op.inputs.index(name)]
        if known is not None and not known[0] <= zero <= known[1]:
            return None
        return zero & 0xFF if kind.dtype.bytes == 1 else (0 if zero == 0 else None)

    def _site(self, op: Op) -> Site:
        if op.name not in self._sites:
            self._sites[op.name] = site_of(self.graph, op)
        return self._sites[op.name]

    def _stage(
        self, op: Op, names: Mapping[str, int], lines: Sequence[Line], most_group: int, most_scratch: int
    ) -> Stage | None:
        window, out = self.window(op), lines[names[op.outputs[0]]]
        assert window is not None
        group = max(n for n in range(1, most_group + 1) if out.rows % n == 0)
        extent = (group - 1) * window.stride + window.extent
        readings = tuple(
            Reading(number, extent, window.stride, (lines[number].before if number else 0) - window.begin)
            for number in (names[name] for name in _dynamic(op, names))
        )
        pace = Pace(group, readings)
        from_input = any(reading.line == 0 for reading in readings)
        if not self._aligned(pace, lines, out):
            return None
        key = (op.name, group, most_scratch, from_input)
        if key not in self._kernels:
            self._kernels[key] = self._kernel(op, window, pace, lines[0] if from_input else None, out, most_scratch)
        chosen = self._kernels[key]
        return None if chosen is None else Stage(op, *chosen, pace)

    def _aligned(self, pace: Pace, lines: Sequence[Line], out: Line) -> bool:
        """Whether all rows that a kernel is given begin at words."""
        ends = pace.group * out.row_bytes % ALIGN_BYTES == 0
        return ends and all(
            reading.stride * pace.group * lines[reading.line].row_bytes % ALIGN_BYTES == 0
            and reading.start * lines[reading.line].row_bytes % ALIGN_BYTES == 0
            for reading in pace.readings
        )

    def _kernel(
        self, op: Op, window: RowWindow, pace: Pace, whole: Line | None, out: Line, most_scratch: int
    ) -> tuple[Kernel, Site, Mapping[tuple[int, int], Site]] | None:
        """The fastest for all slices, with the site of the inner ones and of those at the edges."""
        extent = pace.readings[0].extent
        edges: dict[tuple[int, int], Site] = {}
        for made in range(0, out.rows, pace.group) if whole is not None else ():
            first = made * window.stride - window.begin
            padded = (max(-first, 0), max(first + extent - whole.rows, 0)) if whole is not None else (0, 0)
            if any(padded) and padded not in edges:
                edges[padded] = self._slice(op, window, pace.group, extent - sum(padded), padded)
        inner = self._slice(op, window, pace.group, extent, (0, 0))
        usable = [one.kernel for one in candidates(inner, self.board, self.costs) if one.refusal is None]
        offers = [
            (estimated_cycles(kernel, site, self.costs), kernel, site)
            for kernel in usable
            if self._serves(kernel, inner, edges)
            for spare in SPARE
            if kernel.scratch(site := replace(inner, spare=spare)) <= most_scratch
        ]
        if not offers:
            return None
        _, kernel, site = min(offers, key=lambda offer: offer[0])
        return kernel, site, {padded: replace(edge, spare=site.spare) for padded, edge in edges.items()}

    def _serves(self, kernel: Kernel, inner: Site, edges: Mapping[tuple[int, int], Site]) -> bool:
        fits = all(kernel.refusal(site, self.board.core.isa) is None for site in edges.values())
        return fits and not kernel.is_view and not kernel.more_flash(inner)

    def _slice(self, op: Op, window: RowWindow, group: int, rows: int, padded: tuple[int, int]) -> Site:
        site = self._site(op)
        inputs = tuple(
            kind if kind is None or name in self.graph.constants else _of_rows(kind, rows)
            for name, kind in zip(op.inputs, site.inputs, strict=True)
        )
        small = replace(op, operator=window.padded(*padded))
        return replace(site, op=small, inputs=inputs, outputs=(_of_rows(site.outputs[0], group),))


def scratch_bytes(stages: Sequence[Stage], plan: RowPlan) -> int:
    """Of a stream: the states of its lines, the lines between, what its kernels need."""
    inner = sum(line.bytes for line in plan.lines[1:-1])
    return STATE_BYTES * len(plan.lines) + inner + max(stage.scratch for stage in stages)


def _dynamic(op: Op, names: Mapping[str, int]) -> list[str]:
    return [name for name in op.reads if name in names]


def _has_rows(kind: TensorType) -> bool:
    """Whether one row after the other lies in memory."""
    return kind.rank >= 3 and kind.shape[0] == 1 and kind.same_memory(kind.with_layout(Layout.CHANNELS_LAST))


def _of_rows(kind: TensorType, rows: int) -> TensorType:
    return kind.with_shape((*kind.shape[:2], rows, *kind.shape[3:]))
