"""Streams in strips: kernels that do the slices of all strips, lines as wide as the widest, the order of access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import TensorType
from tinyc.kernels.overlap import Access
from tinyc.lower.select import Costs
from tinyc.lower.streams.row_plan import RowPlan
from tinyc.lower.streams.slices import Offer, Slice, Slices
from tinyc.lower.streams.stages import NO_GROUPS, Rows, StreamKernel
from tinyc.lower.streams.strips import Strips, pixel_bytes, row_bytes, strips_of
from tinyc.ops.stream import Stream
from tinyc.targets import Board


@dataclass(slots=True)
class StripSlices(Slices):
    """Slices of the ops of each strip; an offer is a kernel for all of them. `graph` has the widest types."""

    strips: tuple[tuple[Mapping[str, Op], Slices], ...] = ()
    _common: dict[tuple[str, Slice], list[Offer]] = field(default_factory=dict)

    def offers(self, op: Op, cut: Slice) -> list[Offer]:
        if (op.name, cut) not in self._common:
            self._common[op.name, cut] = sorted(self._in_all(op, cut), key=lambda one: (one.cycles, one.scratch))
        return self._common[op.name, cut]

    def strip_bytes(self, name: str) -> tuple[int, ...]:
        return tuple(row_bytes(slices.graph.types[name]) for _, slices in self.strips)

    def part_rows(self, op: Op, most: int) -> int:
        """None: the strips of a value have no sum of their own."""
        return 0

    def _in_all(self, op: Op, cut: Slice) -> list[Offer]:
        found, seen = list[dict[tuple[str, float], Offer]](), list[tuple[object, dict[tuple[str, float], Offer]]]()
        for ops, slices in self.strips:
            own = ops[op.name]
            like = own.operator, [slices.graph.types[name] for name in (*own.reads, *own.outputs)]
            offers = next((made for other, made in seen if other == like), None)
            if offers is None:
                offers = {(one.kernel.name, one.site.spare): one for one in slices.offers(own, cut)}
                seen.append((like, offers))
            found.append(offers)
        return [
            _together([offers[key] for offers in found])
            for key in found[0]
            if all(key in offers for offers in found)
        ]


def _together(strips: Sequence[Offer]) -> Offer:
    cycles, scratch = sum(one.cycles for one in strips), max(one.scratch for one in strips)
    return replace(strips[0], cycles=cycles, scratch=scratch, strips=tuple(strips))


@dataclass(slots=True)
class StripRows:
    """One run of a graph's ops as streams in so many strips."""

    name: str
    strips: Strips
    rows: Rows

    @staticmethod
    def of(rows: Rows, ops: Sequence[Op], count: int) -> StripRows | None:
        """None if the run cannot be a stream or has no such strips."""
        graph, slices = rows.graph, rows.slices
        if rows.names(ops) is None or ops[0].reads[0] in graph.edges.pushed:
            return None
        windows = {op.name: window for op in ops if (window := slices.window(op)) is not None}
        found = strips_of(graph, ops, windows, count) if len(windows) == len(ops) else None
        if found is None:
            return None
        own = _run_replaced(graph, ops, found.ops, {**found.types, **_widest(found)})
        every = _each(graph, ops, found, slices.board, slices.costs)
        common = StripSlices(own, slices.board, slices.costs, strips=every)
        return StripRows(rows.name_of(ops), found, Rows(own, common))

    def stream(
        self, _ops: Sequence[Op], most_group: int, most_scratch: float, groups: Mapping[str, int] = NO_GROUPS
    ) -> tuple[Op, StreamKernel] | None:
        """As `Rows.stream`."""
        made = self.rows.stream(self.strips.ops, most_group, most_scratch, groups)
        if made is None:
            return None
        op, kernel = made
        assert isinstance(op.operator, Stream)
        types = tuple((name, self.strips.types[name]) for name in op.operator.known)
        access = _access(kernel.rows, self.strips)
        return replace(op, name=self.name, operator=replace(op.operator, types=types)), replace(
            kernel, strips=self.strips, plan=replace(kernel.rows, access=access),
            overlap={"x": lambda _: access},
        )  # fmt: skip


def _run_replaced(graph: Graph, ops: Sequence[Op], by: Sequence[Op], types: Mapping[str, TensorType]) -> Graph:
    first = next(number for number, op in enumerate(graph.ops) if op.name == ops[0].name)
    placed = (*graph.ops[:first], *by, *graph.ops[first + len(ops) :])
    return replace(graph, ops=placed, types={**graph.types, **types})


def _widest(strips: Strips) -> dict[str, TensorType]:
    """Of what lies in lines."""
    names = strips.strips[0].types
    return {name: max((one.types[name] for one in strips.strips), key=lambda kind: kind.shape[3]) for name in names}


def _each(
    graph: Graph, ops: Sequence[Op], strips: Strips, board: Board, costs: Costs
) -> tuple[tuple[Mapping[str, Op], Slices], ...]:
    """The ops of each strip and slices of them."""
    graphs = [_run_replaced(graph, ops, strip.ops, {**strips.types, **strip.types}) for strip in strips.strips]
    return tuple(
        ({op.name: op for op in strip.ops}, Slices(own, board, costs))
        for strip, own in zip(strips.strips, graphs, strict=True)
    )


def _access(plan: RowPlan, strips: Strips) -> Access:
    """Of the input's last reads and the output's first writes over all strips, one after the other."""
    x, y = plan.lines[0], plan.lines[-1]
    reads, writes = plan.access.reads[:: x.row_bytes], plan.access.writes[:: y.row_bytes]
    last_reads = np.full((x.rows, x.row_bytes), -1, np.int64)
    first_writes = np.zeros((y.rows, y.row_bytes), np.int64)
    for number, strip in enumerate(strips.strips):
        before = number * 2 * plan.steps
        here = slice(*(place * pixel_bytes(x.type) for place in strip.read))
        last_reads[:, here] = np.where(reads >= 0, reads + before, -1)[:, np.newaxis]
        there = slice(*(place * pixel_bytes(y.type) for place in strip.columns))
        first_writes[:, there] = (writes + before)[:, np.newaxis]
    return Access(last_reads.reshape(-1), first_writes.reshape(-1))
