"""Which runs of ops become streams, and which kernels the other ops get, for the smallest arena or for a budget of RAM.

For a number of bytes, each op, and each run of ops that may be a stream, has a cheapest way that needs no more while it
runs. The cheapest way through the whole graph is a shortest path over these.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from tinyc.errors import OptionError
from tinyc.ir.graph import Graph, Op
from tinyc.kernels.record import Kernel, Site
from tinyc.lower.costs import load_costs
from tinyc.lower.liveness import ALIGN_BYTES, Liveness
from tinyc.lower.memory_plan import Plan
from tinyc.lower.offsets.planner import Planner
from tinyc.lower.offsets.separation import round_up
from tinyc.lower.relief import arena_needed, bytes_needed
from tinyc.lower.select import candidates, estimated_cycles, site_of
from tinyc.lower.states import written_in_place
from tinyc.lower.streams.slices import SPARE, Slices
from tinyc.lower.streams.stages import NO_GROUPS, Rows, StreamKernel, shared_bytes
from tinyc.lower.streams.strip_choice import promising
from tinyc.lower.streams.strip_stages import StripRows
from tinyc.lower.streams.ways import NO_NEEDS, Way, cheapest, frontier
from tinyc.targets import Board

GROUPS = (1, 2, 4)
"""Most rows of a value that a stage computes at a time."""
STRIP_GROUPS = (1, 2)
"""The same in strips."""
_PAIRED = 8
"""Numbers of stages of a stream for which it is tried that so many compute two rows at a time."""
LONGEST = 40
"""Most ops of a stream."""
_EFFORT = 16_000
"""Fewer in large graphs: the square of a stream's ops times the ops of the graph is no more."""
_TRIED = 12
"""Sizes for which a plan is made in full."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """A graph with a kernel and a site for each op; its arena's bytes and its estimated cycles."""

    graph: Graph
    kernels: dict[str, Kernel]
    sites: dict[str, Site]
    arena: int
    cycles: float


@dataclass(slots=True)
class Streams:
    """All ways for a graph whose ops have kernels."""

    graph: Graph
    kernels: Mapping[str, Kernel]
    sites: Mapping[str, Site]
    board: Board
    planner: Planner
    ways: list[Way] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ways = [way for number in range(len(self.graph.ops)) for way in self._alone(number)]
        rows = Rows(self.graph, Slices(self.graph, self.board, load_costs(self.board)))
        self.ways += self._runs(rows)
        self.ways += self._paired(rows)
        self.ways += self._stripped(rows)

    def best(self, spare: float) -> Arranged:
        """The smallest arena for which this part more than the fewest cycles is enough. OptionError where rows cannot
        be pushed.
        """
        if self._path(math.inf) is None:
            raise self._not_pushable()
        return self._within(self._cycles_of(self._path(math.inf)) * (1 + spare))

    def _within(self, cycles: float) -> Arranged:
        """The smallest arena that takes no more cycles than these; without strips if that is as small."""
        best, raised = None, dict[int, int]()
        for ways in (self.ways, [way for way in self.ways if not _in_strips(way)]):
            for most, path in islice(self._paths(ways, cycles, raised), _TRIED):
                if best is not None and most >= best.arena:
                    break
                plan = self._planned(path)
                if best is None or (plan.arena, plan.cycles) < (best.arena, best.cycles):
                    best = plan
                _raise(raised, path, plan.arena)
        assert best is not None, "the fastest way takes more cycles than it takes"
        return best

    def _not_pushable(self) -> OptionError:
        (name,) = self.graph.edges.pushed
        kind = self.graph.types[name]
        return OptionError(
            f'--push-rows "{name}": the layers that read it do not work row by row on {kind}',
            hint="images of several channels need --input-layout nhwc; a row must have a multiple of 4 bytes, and one "
            "convolution, pooling or operator by element must be all that reads the input",
        )

    def fitting(self, arena: int) -> Arranged:
        """The fewest cycles in an arena of so many bytes; the smallest arena if that cannot be."""
        if self._path(math.inf) is None:
            raise self._not_pushable()
        seen, raised = set[tuple[int, ...]](), dict[int, int]()
        for most in sorted({way.needs for way in self.ways if way.needs <= arena}, reverse=True):
            path = self._path(most, raised)
            if path is None or len(seen) > _TRIED:
                break
            which = tuple(map(id, path))
            if which not in seen:
                plan = self._planned(path)
                if plan.arena <= arena:
                    return plan
                _raise(raised, path, plan.arena)
            seen.add(which)
        return self._within(math.inf)

    def _paths(
        self, ways: Sequence[Way], cycles: float, raised: Mapping[int, int]
    ) -> Iterator[tuple[int, list[Way]]]:
        """From the smallest number of bytes on that allows it, those of the ways that take least cycles, no more than
        these.
        """
        sizes, count = sorted({way.needs for way in ways}), len(self.graph.ops)
        low, high = 0, len(sizes) - 1
        while low < high:
            middle = (low + high) // 2
            path = cheapest(ways, count, sizes[middle])
            if path is not None and self._cycles_of(path) <= cycles:
                high = middle
            else:
                low = middle + 1
        last: list[Way] | None = None
        for most in sizes[low:]:
            path = cheapest(ways, count, most, raised)
            if path is not None and path != last and self._cycles_of(path) <= cycles:
                yield most, path
            last = path

    @staticmethod
    def _cycles_of(path: Sequence[Way] | None) -> float:
        return math.inf if path is None else sum(way.cycles for way in path)

    def _path(self, most: float, raised: Mapping[int, int] = NO_NEEDS) -> list[Way] | None:
        """Ways from the first op to the last that need no more bytes and take least cycles; None if there are none."""
        return cheapest(self.ways, len(self.graph.ops), most, raised)

    def _planned(self, path: Sequence[Way]) -> Arranged:
        graph = replace(self.graph, ops=tuple(way.op for way in path))
        kernels = {way.op.name: way.kernel for way in path}
        sites = {way.op.name: way.site for way in path}
        arena = Plan.make(Liveness(graph, kernels), sites, self.planner, self.board).placement.arena_bytes
        return Arranged(graph, kernels, sites, arena, self._cycles_of(path))

    def _alone(self, number: int) -> list[Way]:
        """An op as a call, with each kernel that writes over its inputs as the chosen one does."""
        op = self.graph.ops[number]
        now, site = self.kernels[op.name], self.sites[op.name]
        if self._reads_pushed(op):
            return []
        if now.is_view:
            return [Way(number, number, op, now, site, 0, 0.0)]
        costs = load_costs(self.board)
        found = []
        for candidate in candidates(site, self.board, costs):
            kernel = candidate.kernel
            usable = candidate.refusal is None and not kernel.is_view
            if not usable or (kernel.inplace, kernel.updates) != (now.inplace, now.updates):
                continue
            liveness = Liveness(self.graph, {**self.kernels, op.name: kernel})
            for spare in SPARE:
                own = replace(site, spare=spare)
                needs = bytes_needed(liveness, {**self.sites, op.name: own}, op)
                found.append(Way(number, number, op, kernel, own, needs, estimated_cycles(kernel, own, costs)))
        return frontier(found)

    def _runs(self, rows: Rows) -> list[Way]:
        """Runs of ops as streams, where the fastest way to do one of them needs more than any arena must have."""
        ops, found = self.graph.ops, list[Way]()
        longest = min(LONGEST, math.isqrt(_EFFORT // len(ops)) + 1)
        needs = {way.first: way.needs for way in reversed(self.ways)}
        whole = [name for name in self.graph.inputs if name not in self.graph.edges.pushed]
        floor = max(self.graph.types[name].bytes for name in (*whole, *self.graph.outputs))
        for first in range(len(ops)):
            for last in range(first, min(first + longest, len(ops))):
                if rows.slices.window(ops[last]) is None or self.kernels[ops[last].name].is_view:
                    break
                pushed = self._reads_pushed(ops[first])
                if pushed or (last > first and max(needs.get(number, 0) for number in range(first, last + 1)) > floor):
                    found += frontier(list(self._streams(rows, first, last)))
        return found

    def _paired(self, rows: Rows) -> list[Way]:
        """Of the streams that some size calls for, those of which more and more stages, first those to which it is
        worth most, compute two rows at a time; alone, or with the stages that make what they read.
        """
        paths = [self._path(most) or [] for most in sorted({way.needs for way in self.ways})]
        runs = {(way.first, way.last) for path in paths for way in path if isinstance(way.kernel, StreamKernel)}
        found = list[Way]()
        for first, last in sorted(runs):
            ops = self.graph.ops[first : last + 1]
            names, maker = rows.worth_pairs(ops), {op.outputs[0]: op.name for op in ops}
            before = {op.name: maker.get(op.reads[0], op.name) for op in ops}
            for count in sorted({-(-len(names) * part // _PAIRED) for part in range(1, _PAIRED + 1)} - {0}):
                some = names[:count]
                for chosen in (some, [*some, *(before[name] for name in some)]):
                    found += self._with_scratch(rows, first, last, 1, dict.fromkeys(chosen, 2))
        return found

    def _stripped(self, rows: Rows) -> list[Way]:
        """Streams in strips that some size is likely to call for."""
        found = list[Way]()
        for first, last, count in promising(self.ways, rows):
            strips = StripRows.of(rows, self.graph.ops[first : last + 1], count)
            if strips is not None:
                for group in STRIP_GROUPS:
                    found += self._with_scratch(strips, first, last, group, NO_GROUPS)
        return found

    def _reads_pushed(self, op: Op) -> bool:
        """Whether an op reads an input whose rows the caller pushes: only as the first stage of a stream it can."""
        return not self.graph.edges.pushed.isdisjoint(op.reads)

    def _streams(self, rows: Rows, first: int, last: int) -> Iterator[Way]:
        """Of a run of ops, with so many rows at a time and so much scratch memory for kernels; none where a state would
        be written while it is read.
        """
        for group in GROUPS:
            yield from self._with_scratch(rows, first, last, group, NO_GROUPS)

    def _with_scratch(
        self, rows: Rows | StripRows, first: int, last: int, group: int, groups: Mapping[str, int]
    ) -> Iterator[Way]:
        base, scratch = None, math.inf
        while (made := rows.stream(self.graph.ops[first : last + 1], group, scratch, groups)) is not None:
            op, kernel = made
            graph = replace(self.graph, ops=(*self.graph.ops[:first], op, *self.graph.ops[last + 1 :]))
            site = site_of(graph, op)
            own = round_up(kernel.scratch(site), ALIGN_BYTES)
            if base is None:
                kernels = {**self.kernels, op.name: kernel}
                if len(written_in_place(graph, kernels)) < len(graph.states):
                    return
                liveness = Liveness(graph, kernels)
                base = arena_needed(liveness, {**self.sites, op.name: site}, op) - own
            yield Way(first, last, op, kernel, site, base + own, kernel.cost["cycles"])
            scratch = shared_bytes(kernel.stages) - 1


def _raise(raised: dict[int, int], path: Sequence[Way], arena: int) -> None:
    """Notes that the streams of a path need an arena of so many bytes beside the path's other ways."""
    raised.update({id(way): arena for way in path if isinstance(way.kernel, StreamKernel) and arena > way.needs})


def _in_strips(way: Way) -> bool:
    return isinstance(way.kernel, StreamKernel) and way.kernel.strips is not None
