"""Strips of columns: which columns of each value a part of the output's columns is made of.

A run of ops done in strips computes some columns of its output at a time, from the first row to the last. Neighbouring
strips read, and compute, columns between them twice: windows are wider than one column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import gcd
from typing import TypeAlias

from tinyc.ir.graph import Graph, Op, RowWindow, Span
from tinyc.ir.types import TensorType
from tinyc.lower.liveness import ALIGN_BYTES
from tinyc.ops.columns import Columns

Interval: TypeAlias = tuple[int, int]
"""Columns from the first number on that come before the second."""


@dataclass(frozen=True, slots=True)
class Strip:
    """`ops` and `types` as they are on the columns of one strip, those of the ends of the run whole. `columns` of the
    run's output are made of the columns `read` of its input.
    """

    columns: Interval
    read: Interval
    ops: tuple[Op, ...]
    types: Mapping[str, TensorType]


@dataclass(frozen=True, slots=True)
class Strips:
    """A run of ops with the copies of columns between them, and the types of what these make, as whole images."""

    ops: tuple[Op, ...]
    types: Mapping[str, TensorType]
    strips: tuple[Strip, ...]

    @property
    def repeated_macs(self) -> int:
        """Multiply-accumulates of all strips beyond those of the whole images."""
        return sum(_macs(strip.ops, {**self.types, **strip.types}) for strip in self.strips) - self.macs

    @property
    def macs(self) -> int:
        """Multiply-accumulates of whole images."""
        return _macs(self.ops, self.types)


@dataclass(frozen=True, slots=True)
class Needs:
    """Columns of each value that one strip needs, and those that an op reads of it, by both names."""

    values: Mapping[str, Interval]
    reads: Mapping[tuple[str, str], Interval]


def strips_of(graph: Graph, ops: Sequence[Op], windows: Mapping[str, RowWindow], count: int) -> Strips | None:
    """So many strips of a run that has the names of a stream; None if it has no columns, or too few, or rows of a strip
    would not be whole words.
    """
    if not all(_has_columns(graph, op, windows[op.name]) for op in ops):
        return None
    spans = {op.name: window.columns for op in ops if (window := windows[op.name]).columns is not None}
    cuts = _cuts(graph.types[ops[-1].outputs[0]], count)
    found = [needs(graph, ops, spans, cut) for cut in cuts]
    sound = [one for one in found if one is not None]
    return _Copies(graph, ops, windows, sound).strips(cuts) if cuts and len(sound) == len(cuts) else None


def needs(graph: Graph, ops: Sequence[Op], spans: Mapping[str, Span], columns: Interval) -> Needs | None:
    """What these columns of the last op's output are made of; None if a window lies beside the image."""
    values, reads = {ops[-1].outputs[0]: columns}, dict[tuple[str, str], Interval]()
    for op in reversed(ops):
        for name in _dynamic(graph, op):
            width = graph.types[name].shape[3]
            first, end = _window(spans[op.name], values[op.outputs[0]])
            inside = max(first, 0), min(end, width)
            if inside[0] >= inside[1]:
                return None
            reads[op.name, name] = inside
            before = values.get(name, inside)
            values[name] = min(before[0], inside[0]), max(before[1], inside[1])
    return Needs(values, reads)


def _window(span: Span, made: Interval) -> Interval:
    """Columns, also beside the image, of which these are made."""
    return made[0] * span.stride - span.begin, (made[1] - 1) * span.stride - span.begin + span.extent


def _cuts(kind: TensorType, count: int) -> list[Interval]:
    """All columns in parts of about the same width, whose rows are whole words; none if there are too few."""
    width = kind.shape[3]
    step = ALIGN_BYTES // gcd(ALIGN_BYTES, pixel_bytes(kind))
    places = [width * part // count // step * step for part in range(count)] + [width]
    return list(pairwise(places)) if sorted(set(places)) == places else []


def row_bytes(kind: TensorType) -> int:
    return kind.bytes // kind.shape[2]


def pixel_bytes(kind: TensorType) -> int:
    """Of all channels of one column of one row."""
    return row_bytes(kind) // kind.shape[3]


def _has_columns(graph: Graph, op: Op, window: RowWindow) -> bool:
    kinds = [graph.types[name] for name in (*_dynamic(graph, op), *op.outputs)]
    if window.columns is None or any(kind.rank < 4 for kind in kinds):
        return False
    moves = (window.columns.extent, window.columns.stride) != (1, 1)
    same = moves or len({kind.shape[3] for kind in kinds}) == 1
    constants = [graph.types[name].shape for name in op.reads if name in graph.constants]
    beside = kinds[-1].rank - 3
    fit = all(len(shape) < beside or shape[len(shape) - beside] == 1 for shape in constants)
    return same and (op.operator.wants_channels_last or fit)


def _dynamic(graph: Graph, op: Op) -> list[str]:
    return [name for name in op.reads if name not in graph.constants]


def _macs(ops: Sequence[Op], types: Mapping[str, TensorType]) -> int:
    return sum(
        op.operator.macs(tuple(None if name is None else types[name] for name in op.inputs), (types[op.outputs[0]],))
        for op in ops
    )


class _Copies:
    """The ops with those that copy columns: of the run's input, for readers that need fewer columns of a value than
    others do, and to the run's output. `needs`: of each strip.
    """

    def __init__(
        self, graph: Graph, ops: Sequence[Op], windows: Mapping[str, RowWindow], needs: Sequence[Needs]
    ) -> None:
        self.graph, self.run, self.windows, self.needs = graph, ops, windows, needs
        self.ops = list[Op]()
        self.types = {name: graph.types[name] for op in ops for name in (*op.reads, *op.outputs)}
        self.columns: dict[str, tuple[Interval, ...]] = {}
        """Of each value that lies in lines, in each strip."""
        self.lines: dict[tuple[str, tuple[Interval, ...]], str] = {}
        """The value that holds some columns of another."""
        self.whole = {ops[0].reads[0], ops[-1].outputs[0]}

    def strips(self, cuts: Sequence[Interval]) -> Strips | None:
        source, last = self.run[0].reads[0], self.run[-1].outputs[0]
        self._copy(source, source, self._of(source))
        for op in self.run:
            inputs = tuple(name and self._line(op.name, name) for name in op.inputs)
            output = op.outputs[0] if op.outputs[0] != last else self._new(last)
            self.ops.append(replace(op, inputs=inputs, outputs=(output,)))
            self._made(op.outputs[0], output)
        name = f"{self.run[-1].name}_columns"
        self.ops.append(Op(name, Columns(), (self.ops[-1].outputs[0],), (last,)))
        found = [self._strip(number, columns) for number, columns in enumerate(cuts)]
        sound = tuple(strip for strip in found if strip is not None)
        return Strips(tuple(self.ops), self.types, sound) if len(sound) == len(found) else None

    def _of(self, name: str) -> tuple[Interval, ...]:
        """Columns of a value in each strip."""
        return tuple(one.values[name] for one in self.needs)

    def _made(self, whole: str, name: str) -> None:
        """A value that lies in a line; copies for readers of fewer columns follow it."""
        columns = self._of(whole)
        self.columns[name] = columns
        self.types[name] = self.graph.types[whole]
        self.lines[whole, columns] = name
        for reader, value in self.needs[0].reads:
            asked = tuple(one.reads[reader, value] for one in self.needs)
            if value == whole and (whole, asked) not in self.lines:
                self._copy(whole, name, asked)

    def _copy(self, whole: str, source: str, columns: tuple[Interval, ...]) -> None:
        name = self._new(whole)
        copies = sum(isinstance(op.operator, Columns) for op in self.ops)
        self.ops.append(Op(f"{self.run[0].name}_columns_{copies}", Columns(), (source,), (name,)))
        if source == whole and whole in self.whole:
            self._made(whole, name)
        else:
            self.columns[name], self.types[name] = columns, self.graph.types[whole]
            self.lines[whole, columns] = name

    def _new(self, whole: str) -> str:
        """A name for some columns of a value."""
        name = stem = f"columns of {whole}"
        number = 0
        while name in self.types or name in self.graph.types:
            number += 1
            name = f"{stem} ({number})"
        return name

    def _line(self, reader: str, name: str) -> str:
        """The value of which an op reads the columns that it needs; constants are whole."""
        if (reader, name) not in self.needs[0].reads:
            return name
        return self.lines[name, tuple(one.reads[reader, name] for one in self.needs)]

    def _strip(self, number: int, columns: Interval) -> Strip | None:
        """None if rows would not be whole words, or spare columns would count."""
        types = dict[str, TensorType]()
        for op in self.ops[:-1]:
            name = op.outputs[0]
            first, end = self.columns[name][number]
            width = end - first + (self._spare(name, number) if isinstance(op.operator, Columns) else 0)
            types[name] = _of_width(self.types[name], width)
            if width * pixel_bytes(self.types[name]) % ALIGN_BYTES:
                return None
        ops = [self._narrowed(op, number, types) for op in self.ops]
        sound = tuple(op for op in ops if op is not None)
        read = self.columns[self.ops[0].outputs[0]][number]
        return Strip(columns, read, sound, types) if len(sound) == len(ops) else None

    def _spare(self, name: str, number: int) -> int:
        """Columns behind those that are copied, which make a row whole words."""
        first, end = self.columns[name][number]
        return -(end - first) % (ALIGN_BYTES // gcd(ALIGN_BYTES, pixel_bytes(self.types[name])))

    def _narrowed(self, op: Op, number: int, types: Mapping[str, TensorType]) -> Op | None:
        """The op on a strip; None if spare columns of its input would count."""
        if isinstance(op.operator, Columns):
            return replace(op, operator=self._copying(op, number))
        span, made = self.windows[op.name].columns, self.columns[op.outputs[0]][number]
        assert span is not None
        read = [name for name in op.reads if name in types]
        first, end = _window(span, made)
        after = max(end - self.types[read[0]].shape[3], 0)
        if spare := max(types[name].shape[3] - _width(self.columns[name][number]) for name in read):
            by_element = (span.extent, span.stride) == (1, 1) and not op.operator.wants_channels_last
            if by_element or (after and not span.zeros):
                return None
        missing = 0 if after <= spare < after + span.stride else after - spare
        return replace(op, operator=self.windows[op.name].padded(None, (max(-first, 0), missing)))

    def _copying(self, op: Op, number: int) -> Columns:
        if op is self.ops[-1]:
            return Columns(0, self.columns[op.reads[0]][number][0])
        first = self.columns[op.outputs[0]][number][0]
        before = 0 if op is self.ops[0] else self.columns[op.reads[0]][number][0]
        return Columns(first - before, 0, fills=True)


def _width(columns: Interval) -> int:
    return columns[1] - columns[0]


def _of_width(kind: TensorType, width: int) -> TensorType:
    return kind.with_shape((*kind.shape[:3], width, *kind.shape[4:]))
