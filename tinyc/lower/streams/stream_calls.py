"""Calls of a stream's stages: the addresses of rows, and parameters for rows at the edges of the input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tinyc.ir.graph import Graph, Op
from tinyc.kernels.record import Kernel, Params, Site
from tinyc.lower import program_stream
from tinyc.lower.calls import Constants, Places, call_of, places_of, resolved
from tinyc.lower.guards import guards
from tinyc.lower.memory_plan import Plan
from tinyc.lower.overlaps import scratch_name
from tinyc.lower.program import Argument, Buffer, Call, Shared, Tensor
from tinyc.lower.program_stream import Edge
from tinyc.lower.streams.stages import Stage, StreamKernel, constant_bytes, kept_bytes, states_bytes
from tinyc.lower.streams.strips import Strips, row_bytes


@dataclass(frozen=True, slots=True)
class AllCalls:
    """The calls of a program, its streams, and for each call of the plan the numbers of the first and the last call
    that it became.
    """

    calls: tuple[Call, ...]
    streams: tuple[program_stream.Stream, ...]
    spans: tuple[tuple[int, int], ...]

    def renumbered(self, buffers: Iterable[Buffer]) -> tuple[Buffer, ...]:
        """The buffers with lifetimes in numbers of these calls."""
        return tuple(replace(b, first=self._number(b.first, 0), last=self._number(b.last, 1)) for b in buffers)

    def renumbered_pairs(self, shared: Iterable[Shared]) -> tuple[Shared, ...]:
        return tuple(replace(pair, call=self._number(pair.call, 0)) for pair in shared)

    def _number(self, call: int, end: int) -> int:
        """Before the first call is -1, after the last one their number."""
        if call >= len(self.spans):
            return len(self.calls)
        return call if call < 0 else self.spans[call][end]


def all_calls(
    graph: Graph, sites: Mapping[str, Site], kernels: Mapping[str, Kernel], plan: Plan, constants: Constants
) -> AllCalls:
    """In the order of the plan's calls; a stream is a call for each of its stages."""
    calls, streams, spans = list[Call](), list[program_stream.Stream](), list[tuple[int, int]]()
    conditions = guards(graph)
    for op in plan.liveness.calls:
        first, kernel = len(calls), kernels[op.name]
        if isinstance(kernel, StreamKernel):
            made = stream_calls(graph, op, kernel, plan, constants, first)
            calls.extend(made.calls)
            streams.append(made.stream)
        else:
            call = call_of(graph, op, sites[op.name], kernel, places_of(graph, op, plan), constants)
            sides = tuple(plan.guard(*side) for side in conditions.get(op.name, ()))
            calls.append(replace(call, guards=sides))
        spans.append((first, len(calls) - 1))
    return AllCalls(tuple(calls), tuple(streams), tuple(spans))


@dataclass(frozen=True, slots=True)
class StreamCalls:
    """The calls of one stream, and their lines; numbers of calls count from `first`."""

    calls: tuple[Call, ...]
    stream: program_stream.Stream


def stream_calls(
    graph: Graph, op: Op, kernel: StreamKernel, plan: Plan, constants: Constants, first: int
) -> StreamCalls:
    """Of an op that `kernel` does; in its scratch memory lie the rows' numbers, the lines, and what kernels need."""
    memory = plan.scratch[scratch_name(op)]
    if kernel.strips is not None:
        graph = replace(graph, types={**graph.types, **kernel.strips.types})
    lines, states = _lines(kernel, plan, memory), memory.offset + kernel.rows.places.below
    behind = states + states_bytes(kernel.rows)
    kept = Argument(memory.name, "void", True, behind, memory=memory.memory)
    work = replace(kept, offset=behind + kept_bytes(kernel.stages))
    calls = tuple(
        _call(graph, op, stage, number + 1, lines, kept if stage.cut.part_rows else work, plan, constants)
        for number, stage in enumerate(kernel.stages)
    )
    stream = program_stream.Stream(
        op.name, first, first + len(calls) - 1, lines, states, memory.memory, kernel.rows.pushed
    )
    return StreamCalls(calls, stream if kernel.strips is None else _in_strips(stream, kernel.strips))


def _in_strips(stream: program_stream.Stream, strips: Strips) -> program_stream.Stream:
    found = tuple(
        program_stream.Strip(
            strip.columns,
            strip.read,
            tuple(row_bytes(strip.types.get(line.name, line.type)) for line in stream.lines),
        )
        for strip in strips.strips
    )
    return replace(stream, strips=found, repeated_macs=strips.repeated_macs)


def _lines(kernel: StreamKernel, plan: Plan, scratch: Buffer) -> tuple[program_stream.Line, ...]:
    """The lines in memory."""
    rows, found = kernel.rows, list[program_stream.Line]()
    for number, line in enumerate(rows.lines):
        if number in rows.partial:
            place, memory = scratch.offset + _place(kernel, rows.partial.index(number)), scratch.memory
        else:
            home = plan.home[line.name]
            place, memory = home.offset, home.memory
        found.append(replace(line, offset=place, memory=memory))
    return tuple(found)


def _place(kernel: StreamKernel, index: int) -> int:
    """Where a partial line begins in scratch memory: above what is in use all the time, or below it."""
    places = kernel.rows.places
    offset = places.offsets[index]
    constant = 0 if offset < 0 else constant_bytes(kernel.stages, kernel.rows)
    return places.below + constant + offset


def _call(
    graph: Graph,
    stream: Op,
    stage: Stage,
    number: int,
    lines: tuple[program_stream.Line, ...],
    scratch: Argument,
    plan: Plan,
    constants: Constants,
) -> Call:
    op, numbers = stage.op, {line.name: index for index, line in enumerate(lines)}

    def value(name: str, written: bool) -> Argument:
        line = numbers[name]
        return Argument(name, lines[line].type.dtype.c_type, written, memory=lines[line].memory, line=line)

    work = scratch if stage.offer.scratch else None
    made = lines[number]
    output = Tensor(made.name, made.type, made.offset, made.memory)
    places = Places(value, (output,), work, plan.live_bytes(plan.liveness.number[stream.name]))
    whole = Op(op.name, op.operator, op.inputs, op.outputs, op.source)
    call = call_of(graph, whole, stage.offer.site, stage.offer.kernel, places, constants)
    edges = _edges(stage, constants)
    strips = _of_strips(stage, [one.site for one in stage.offer.strips], call.params, op.name, constants)
    part = program_stream.Stage(stream.name, number, stage.pace.group, stage.pace.readings, edges, strips)
    return replace(call, stage=part)


def _edges(stage: Stage, constants: Constants) -> tuple[Edge, ...]:
    """With the output rows at which its calls begin."""
    found = list[Edge]()
    for edge, site in stage.offer.edges.items():
        made = range(0, stage.cut.out_rows, stage.cut.group)
        stem = "_".join([stage.op.name, *map(str, edge)])
        params = resolved(stage.offer.kernel.params(site), stem, constants)
        strips = _of_strips(stage, [one.edges[edge] for one in stage.offer.strips], params, stem, constants)
        found.append(Edge(tuple(row for row in made if stage.cut.edge(row) == edge), params, strips))
    return tuple(found)


def _of_strips(
    stage: Stage, sites: Sequence[Site], first: Params, stem: str, constants: Constants
) -> tuple[Params, ...]:
    """Parameters in each strip; none where they are all as in the first one."""
    others = [resolved(stage.offer.kernel.params(site), f"{stem}_strip_{n}", constants)
              for n, site in enumerate(sites[1:], 1)]  # fmt: skip
    return (first, *others) if any(one != first for one in others) else ()
