"""Kernels for a few rows of an op at a time, on slices of its types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from tinyc.ir.graph import Graph, Op, RowWindow
from tinyc.ir.types import Layout, TensorType
from tinyc.kernels.record import Kernel, Part, Site
from tinyc.lower.guards import guards
from tinyc.lower.program_stream import Reading
from tinyc.lower.select import Costs, candidates, estimated_cycles, site_of
from tinyc.targets import Board

SPARE = (0.0, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Parts of its own cycles that a kernel is offered to give up for less scratch memory."""


Edge: TypeAlias = tuple[int, int, int]
"""Of a slice: rows of padding before and after the input that it needs, and rows that it has less than others; of a
part, whether it is the first and the last one.
"""


@dataclass(frozen=True, slots=True)
class Offer:
    """A kernel for slices of an op: cycles of one of them, and scratch memory of any.

    `edges`: sites of slices at the edges of the input, by the cut's `edge`. `strips`: what it is in each strip of a
    stream in strips; then the cycles are those of all of them.
    """

    kernel: Kernel
    site: Site
    edges: Mapping[Edge, Site]
    cycles: float
    scratch: int
    strips: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Slice:
    """`group` of `out_rows` output rows at a time, the last time those that are left. `reading` is that of the input
    whose rows, `whole` of them, all lie in memory without padding; None if there is no such input.

    With `part_rows` each slice is so many rows of an input of which all make one output: `out_rows` slices.
    """

    group: int
    out_rows: int
    reading: Reading | None = None
    whole: int = 0
    part_rows: int = 0

    def edge(self, made: int) -> Edge:
        if self.part_rows:
            return int(made == 0), int(made + 1 == self.out_rows), 0
        short = max(made + self.group - self.out_rows, 0)
        if self.reading is None:
            return 0, 0, short
        reading = replace(self.reading, extent=self.reading.extent - short * self.reading.stride)
        return *outside(reading, made, self.whole), short

    @property
    def edges(self) -> list[Edge]:
        """The different ones, that of slices in the midst of the input first."""
        return sorted(dict.fromkeys(map(self.edge, range(0, self.out_rows, self.group))), key=any)


@dataclass(slots=True)
class Slices:
    """Of the ops of a graph, each found once."""

    graph: Graph
    board: Board
    costs: Costs
    _sites: dict[str, Site] = field(default_factory=dict)
    _offers: dict[tuple[str, Slice], list[Offer]] = field(default_factory=dict)
    _guarded: set[str] = field(default_factory=set)
    _windows: dict[str, RowWindow | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._guarded = set(guards(self.graph))

    def offers(self, op: Op, cut: Slice) -> list[Offer]:
        """Kernels that do all slices of an op, fastest first."""
        if (op.name, cut) not in self._offers:
            self._offers[op.name, cut] = sorted(self._found(op, cut), key=lambda offer: (offer.cycles, offer.scratch))
        return self._offers[op.name, cut]

    def strip_bytes(self, name: str) -> tuple[int, ...]:
        """Of a row of a value in each strip, if there are strips."""
        return ()

    def window(self, op: Op) -> RowWindow | None:
        """How an op works on rows; None if it cannot be a stage."""
        if op.name not in self._windows:
            self._windows[op.name] = self._window(op)
        return self._windows[op.name]

    def _window(self, op: Op) -> RowWindow | None:
        window = op.operator.rows
        if window is None or len(op.outputs) != 1 or op.name in self._guarded:
            return None
        dynamic = [name for name in op.reads if name not in self.graph.constants]
        kinds = [self.graph.types[name] for name in (*dynamic, *op.outputs)]
        if not dynamic or not all(map(_has_rows, kinds)) or not self._constants_fit(op):
            return None
        same = window.extent > 1 or window.stride > 1 or len({kind.shape[2] for kind in kinds}) == 1
        return window if same and len(set(dynamic)) == len(dynamic) else None

    def part_rows(self, op: Op, most: int) -> int:
        """Rows of an op's input, at most so many and a divisor of all, that a kernel adds at a time; 0 if none does."""
        window, x = self.window(op), self.graph.types[op.reads[0]]
        if window is None or window.begin != 0 or not 1 < window.extent == x.shape[2]:
            return 0
        rows = max(n for n in range(1, most + 1) if x.shape[2] % n == 0)
        return rows if self.offers(op, Slice(1, x.shape[2] // rows, part_rows=rows)) else 0

    def _constants_fit(self, op: Op) -> bool:
        """Whether constants of an op that works by element are the same for all rows."""
        rank = self.graph.types[op.outputs[0]].rank
        if op.operator.wants_channels_last:
            return True
        shapes = [self.graph.types[name].shape for name in op.reads if name in self.graph.constants]
        return all(len(shape) < rank - 2 or shape[len(shape) - (rank - 2)] == 1 for shape in shapes)

    def padding(self, op: Op, name: str) -> int | None:
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

    def _found(self, op: Op, cut: Slice) -> list[Offer]:
        window = self.window(op)
        assert window is not None
        if any(_rows_of(window, cut, edge) < 1 for edge in cut.edges):
            return []
        inner, *others = [self._slice(op, window, cut, edge) for edge in cut.edges]
        edges = dict(zip(cut.edges[1:], others, strict=True))
        usable = [one.kernel for one in candidates(inner, self.board, self.costs) if one.refusal is None]
        return [
            self._offer(kernel, replace(inner, spare=spare), edges)
            for kernel in usable
            if self._serves(kernel, inner, edges)
            for spare in SPARE
        ]

    def _offer(self, kernel: Kernel, inner: Site, edges: Mapping[Edge, Site]) -> Offer:
        same = {padded: replace(edge, spare=inner.spare) for padded, edge in edges.items()}
        scratch = max(kernel.scratch(site) for site in (inner, *same.values()))
        return Offer(kernel, inner, same, estimated_cycles(kernel, inner, self.costs), scratch)

    def _serves(self, kernel: Kernel, inner: Site, edges: Mapping[Edge, Site]) -> bool:
        fits = all(kernel.refusal(site, self.board.core.isa) is None for site in edges.values())
        return fits and not kernel.is_view and not kernel.more_flash(inner)

    def _slice(self, op: Op, window: RowWindow, cut: Slice, edge: Edge) -> Site:
        site, rows = self._site(op), _rows_of(window, cut, edge)
        inputs = tuple(
            kind if kind is None or name in self.graph.constants else _of_rows(kind, rows)
            for name, kind in zip(op.inputs, site.inputs, strict=True)
        )
        if cut.part_rows:
            return replace(site, inputs=inputs, part=Part(bool(edge[0]), bool(edge[1])))
        small = replace(op, operator=window.padded(edge[:2], None))
        return replace(site, op=small, inputs=inputs, outputs=(_of_rows(site.outputs[0], cut.group - edge[2]),))


def _rows_of(window: RowWindow, cut: Slice, edge: Edge) -> int:
    """Rows of its input that a slice is given."""
    before, after, short = edge
    return cut.part_rows or (cut.group - short - 1) * window.stride + window.extent - before - after


def outside(reading: Reading, made: int, rows: int) -> tuple[int, int]:
    """Rows before and after a value of so many rows that a reading would need."""
    first = reading.first(made)
    return max(-first, 0), max(first + reading.extent - rows, 0)


def _has_rows(kind: TensorType) -> bool:
    """Whether one row after the other lies in memory."""
    return kind.rank >= 3 and kind.shape[0] == 1 and kind.same_memory(kind.with_layout(Layout.CHANNELS_LAST))


def _of_rows(kind: TensorType, rows: int) -> TensorType:
    return kind.with_shape((*kind.shape[:2], rows, *kind.shape[3:]))
