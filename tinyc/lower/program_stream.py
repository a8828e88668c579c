"""Of the program: calls that run row by row, and the lines between them."""

from __future__ import annotations

from dataclasses import dataclass

from tinyc.ir.types import TensorType
from tinyc.kernels.record import Params


@dataclass(frozen=True, slots=True)
class Line:
    """A value of a stream: of its first one and its last one all `rows` are in memory, of the others `capacity` at a
    time, from `offset` of a memory on.

    Row numbers count `before` rows of padding as the first; `padding` is the byte that they hold. `is_total`: its rows
    are one, of 0 `row_bytes`, to which each call adds; the last call writes it. `is_early`: rows move to the line's
    front as soon as those before them are read no more, not when the next ones have no room. `strip_bytes`: of a row in
    each strip, if the stream works in strips; `row_bytes` is the most of them.
    """

    name: str
    type: TensorType
    rows: int
    row_bytes: int
    before: int = 0
    padding: int = 0
    capacity: int = 0
    is_total: bool = False
    is_early: bool = False
    strip_bytes: tuple[int, ...] = ()
    offset: int = 0
    memory: str = ""

    @property
    def bytes(self) -> int:
        """Of all rows that are in memory at a time."""
        return self.capacity * self.row_bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """What a stage reads of a line: for its output rows from `made` on, `extent` rows from start + made * stride.

    The stream's first line has no padding in memory: there `start` may be negative, and rows outside are not read.
    """

    line: int
    extent: int
    stride: int
    start: int

    def first(self, made: int) -> int:
        return self.start + made * self.stride


@dataclass(frozen=True, slots=True)
class Edge:
    """Other parameters of a stage for the calls that begin with one of these output rows; those of each strip in
    `strips` where they differ.
    """

    made: tuple[int, ...]
    params: Params
    strips: tuple[Params, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A call's part in a stream, by name: it makes `group` rows of line number `line` at a time. `strips`: the call's
    parameters in each strip where they differ.
    """

    stream: str
    line: int
    group: int
    readings: tuple[Reading, ...]
    edges: tuple[Edge, ...] = ()
    strips: tuple[Params, ...] = ()


@dataclass(frozen=True, slots=True)
class Strip:
    """A part of a stream's columns, with which all its calls run from the first row to the last before the next part:
    `columns` of the last line, from the first number on to before the second, are made of `read` of the first one. A
    row of each line has so many bytes.
    """

    columns: tuple[int, int]
    read: tuple[int, int]
    row_bytes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """Calls number `first` to `last`, which run row by row: always the last one whose rows are there. Call first + i
    makes line i + 1. `rows` is the offset in `memory`, where all lines but those that are whole lie, of the rows that
    are in memory, two int32 for each line. Rows of the first line are `pushed` by the caller, or it is whole in memory.
    With `strips`, lines have room for the widest one, and `repeated_macs` multiply-accumulates are done that a stream
    without strips would not do.
    """

    name: str
    first: int
    last: int
    lines: tuple[Line, ...]
    rows: int
    memory: str
    pushed: bool = False
    strips: tuple[Strip, ...] = ()
    repeated_macs: int = 0

    @property
    def first_kept(self) -> int:
        """Number of the first line of which the numbers of rows are kept."""
        return 0 if self.pushed else 1
