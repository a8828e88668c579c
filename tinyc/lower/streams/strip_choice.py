"""Which runs of ops are worth being tried as streams in strips: by estimates, before kernels are looked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tinyc.ir.graph import Graph
from tinyc.lower.streams.stages import Rows, StreamKernel, shared_bytes, states_bytes
from tinyc.lower.streams.strips import Strips, row_bytes, strips_of
from tinyc.lower.streams.ways import Way, cheapest

COUNTS = (2, 3, 4, 6)
"""Strips that are tried."""
_SIZES = 40
"""Most sizes of an arena for which it is asked what they call for."""
_COPIED_ROWS = 3
"""Rows in the lines of copied columns, about."""
_COPY_CYCLES = 1.0
"""Of a byte."""


@dataclass(frozen=True, slots=True)
class _Guess(Way):
    """What a way might need and take in so many strips."""

    count: int


def promising(ways: Sequence[Way], rows: Rows) -> list[tuple[int, int, int]]:
    """Numbers of the first and the last op, and of strips: what the cheapest way through all ops would contain for
    some size if estimates were right, and fewer strips of the same runs. Each is made of a way that is a stream of
    whole rows.
    """
    guesses = list(_guesses(ways, rows))
    every = [*ways, *guesses]
    sizes = sorted({way.needs for way in every})
    found = set[tuple[int, int, int]]()
    for most in sizes[:: max(1, len(sizes) // _SIZES)] if guesses else ():
        path = cheapest(every, len(rows.graph.ops), most) or []
        chosen = [way for way in path if isinstance(way, _Guess)]
        found |= {(way.first, way.last, count) for way in chosen for count in COUNTS if count <= way.count}
    return sorted(found)


def _guesses(ways: Sequence[Way], rows: Rows) -> Iterator[_Guess]:
    runs = dict[tuple[int, int], list[tuple[Way, StreamKernel]]]()
    for way in ways:
        if isinstance(way.kernel, StreamKernel) and not way.kernel.rows.pushed:
            runs.setdefault((way.first, way.last), []).append((way, way.kernel))
    for (first, last), plain in runs.items():
        ops = rows.graph.ops[first : last + 1]
        windows = {op.name: window for op in ops if (window := rows.slices.window(op)) is not None}
        beside = _beside(rows.graph, first, last)
        if min(way.needs for way, _ in plain) <= beside or plain[0][1].rows.lines[-1].is_total:
            continue
        for count in COUNTS:
            strips = strips_of(rows.graph, ops, windows, count)
            for way, kernel in plain if strips is not None else ():
                assert strips is not None
                yield from _guess(way, kernel, strips, beside)


def _beside(graph: Graph, first: int, last: int) -> int:
    """Bytes of the arena that values take while a run is done in strips: those that it reads and makes, all of which
    are in use until its end, and others.
    """
    made = {name: number for number, op in enumerate(graph.ops) for name in op.outputs}
    read = {name: number for number, op in enumerate(graph.ops) for name in op.reads}
    read |= dict.fromkeys(graph.outputs, len(graph.ops))
    bound = graph.edges.bound_inputs | {graph.given[place] for place in graph.edges.bound_outputs}
    live = [
        name
        for name, end in read.items()
        if name not in graph.constants and name not in bound and made.get(name, -1) <= last and end >= first
        if made.get(name, -1) < first or made[name] == last or end > last
    ]
    return sum(graph.types[name].bytes for name in live)


def _guess(way: Way, kernel: StreamKernel, strips: Strips, beside: int) -> Iterator[_Guess]:
    """One, if less memory is likely to be needed."""
    widest = {name: max(row_bytes(one.types[name]) for one in strips.strips) for name in strips.strips[0].types}
    partial = [kernel.rows.lines[number] for number in kernel.rows.partial]
    whole = sum(line.bytes for line in partial)
    narrow = sum(line.capacity * widest[line.name] for line in partial)
    copied = sum(_COPIED_ROWS * size for name, size in widest.items() if name not in {line.name for line in partial})
    lines = kernel.rows.places.below + kernel.rows.places.above
    scratch = lines * (narrow + copied) + shared_bytes(kernel.stages) * narrow
    needs = beside + states_bytes(kernel.rows) + scratch // max(whole, 1)
    if needs < way.needs:
        copies = sum(one.read[1] - one.read[0] for one in strips.strips) * kernel.rows.lines[0].rows
        cycles = way.cycles * (1 + strips.repeated_macs / max(strips.macs, 1)) + _COPY_CYCLES * copies
        yield _Guess(way.first, way.last, way.op, kernel, way.site, needs, cycles, len(strips.strips))
