"""Less memory where the arena's size is decided: other kernels, or shorter strips, for a few more cycles."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import DENSE
from tinyc.kernels.coded import CODED
from tinyc.kernels.record import Kernel, Site
from tinyc.lower.costs import load_costs
from tinyc.lower.goal import Goal
from tinyc.lower.liveness import Liveness
from tinyc.lower.offsets.arena import lower_bound, place
from tinyc.lower.offsets.separation import Overlaps
from tinyc.lower.overlaps import by_index, shared_buffers, wanted_buffers
from tinyc.lower.program import Buffer
from tinyc.lower.select import candidates, choose, estimated_cycles, site_of
from tinyc.targets import Board

_SPARE = (0.0, 0.02, 0.035, 0.05, 0.06, 0.07, 0.1, 0.2, 0.4)
"""Parts of its own cycles that a call is offered."""
_MORE_SPARE = (*_SPARE, 0.6, 0.8, 1.0, 1.5, 2.0)
"""The same for calls with coded weights."""
_CODED_BYTES = 2048
"""What coded weights may cost of the arena, however many cycles that takes."""

_MOST_STEPS = 24
_MOST_SETTLED = 4
_SETTLED_AT_ONCE = 2
_SIZES = 4
"""Steps in each of which one of so many calls gets less scratch memory: one of so many sizes."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A kernel and the site as it sees it, with the cycles that it takes."""

    kernel: Kernel
    site: Site
    cycles: float


def relieved(
    graph: Graph, kernels: Mapping[str, Kernel], sites: Mapping[str, Site], board: Board, goal: Goal
) -> tuple[dict[str, Kernel], dict[str, Site]]:
    """Kernels and sites after the calls that need most memory at once have got others that need less, one after the
    other, while all together cost no more than the goal's spare cycles. Of these choices the one whose arena is worth
    the cycles most, without what does not make it smaller.
    """
    if goal.spare == 0 or all(kernel.is_view for kernel in kernels.values()):
        return dict(kernels), dict(sites)
    search = _Search(graph, board, goal, dict(kernels), dict(sites))
    search.descend()
    return search.kernels, search.sites


@dataclass(frozen=True, slots=True)
class _State:
    """A choice for all calls, the cycles that it takes more than the first one, and its arena's bytes."""

    kernels: dict[str, Kernel]
    sites: dict[str, Site]
    more_cycles: float
    arena: int


def bounded(
    graph: Graph, kernels: Mapping[str, Kernel], sites: Mapping[str, Site], board: Board, goal: Goal
) -> tuple[dict[str, Kernel], dict[str, Site]]:
    """The same, with coded weights decoded more often where the arena would grow by more than _CODED_BYTES against
    that of dense weights.
    """
    search = _Search(graph, board, goal, dict(kernels), dict(sites), _MORE_SPARE)
    most = _dense_arena(graph, kernels, board, goal) + _CODED_BYTES
    smallest, best = search.arena(), (search.kernels, search.sites)
    for _ in search.steps(math.inf, most) if smallest > most else ():
        if (size := search.arena()) < smallest:
            smallest, best = size, (search.kernels, search.sites)
        if smallest <= most:
            break
    return best


def _dense_arena(graph: Graph, kernels: Mapping[str, Kernel], board: Board, goal: Goal) -> int:
    """Bytes of the arena if all coded weights were dense."""
    draft, costs = graph.draft(), load_costs(board)
    draft.types |= {name: replace(graph.types[name], encoding=DENSE) for name in coded_constants(graph)}
    dense = draft.freeze()
    sites = {op.name: site_of(dense, op) for op in dense.ops}
    changed = {op.name for op in graph.ops if not set(op.reads).isdisjoint(coded_constants(graph))}
    chosen = {name: choose(sites[name], board, costs, goal) if name in changed else kernels[name] for name in sites}
    return _Search(dense, board, goal, *relieved(dense, chosen, sites, board, goal)).arena()


def coded_constants(graph: Graph) -> set[str]:
    """Constants that kernels decode."""
    return {name for name in graph.constants if graph.types[name].encoding.name in CODED.split("|")}


@dataclass(slots=True)
class _Search:
    graph: Graph
    board: Board
    goal: Goal
    kernels: dict[str, Kernel]
    sites: dict[str, Site]
    spares: tuple[float, ...] = _SPARE
    fitting: dict[str, list[Kernel]] = field(default_factory=dict)

    def descend(self) -> None:
        """Takes the best state of all steps, and back what it does not need."""
        start = best = _State(self.kernels, self.sites, 0.0, self.arena())
        total = sum(self._cycles(op) for op in self.graph.ops)

        def is_worth(state: _State, other: _State) -> bool:
            more = (state.more_cycles - other.more_cycles) / max(total, 1.0)
            return more < self.goal.arena_worth * (1 - state.arena / max(other.arena, 1))

        spent, most = 0.0, self.goal.spare * total
        for spent in self.steps(most):
            least = _State(self.kernels, self.sites, spent, self._peak()[0])
            if is_worth(least, best) and is_worth(found := replace(least, arena=self.arena()), best):
                best = found
        for settled in self._settled(spent, most):
            best = settled if is_worth(settled, best) else best
        for op in self.graph.ops:
            if (best.kernels[op.name], best.sites[op.name]) != (start.kernels[op.name], start.sites[op.name]):
                without = self._without(op, best, start)
                best = best if is_worth(best, without) else without
        self.kernels, self.sites = best.kernels, best.sites

    def _without(self, op: Op, state: _State, start: _State) -> _State:
        """The state with one op as at the start."""
        self.kernels, self.sites = state.kernels, state.sites
        more = self._cycles(op)
        self.kernels = {**state.kernels, op.name: start.kernels[op.name]}
        self.sites = {**state.sites, op.name: start.sites[op.name]}
        return _State(self.kernels, self.sites, state.more_cycles - more + self._cycles(op), self.arena())

    def _settled(self, spent: float, cycles: float) -> Iterator[_State]:
        """States after scratch memory of calls has shrunk during which something lies beyond what any one call needs,
        because of where other calls need their values; while that makes the plan smaller and takes no more cycles.
        """
        placed, arena = self._plan()
        for _ in range(_MOST_SETTLED):
            worth = [
                (choice.cycles - self._cycles(op), size, op, choice)
                for op in self._beyond(placed)
                for size, choice in self._smaller_plans(op, self._cycles(op) + cycles - spent, arena)
            ]
            if not worth:
                return
            more, arena, op, choice = max(worth, key=lambda one: (arena - one[1]) / max(one[0], 1.0))
            spent += more
            self._take(op, choice)
            placed, _ = self._plan()
            yield _State(self.kernels, self.sites, spent, arena)

    def _beyond(self, placed: Sequence[Buffer]) -> list[Op]:
        """The calls with most scratch memory during which a buffer lies beyond what any one call needs."""
        liveness, bound = Liveness(self.graph, self.kernels), self._peak()[0]
        beyond = [buffer for buffer in placed if buffer.offset + buffer.bytes > bound]
        moments = {moment for buffer in beyond for moment in range(max(buffer.first, 0), buffer.last + 1)}
        found = [op for number, op in enumerate(liveness.calls) if number in moments]
        scratch = {op.name: self.kernels[op.name].scratch(self.sites[op.name]) for op in found}
        return sorted((op for op in found if scratch[op.name]), key=lambda op: -scratch[op.name])[:_SETTLED_AT_ONCE]

    def _smaller(self, op: Op, most: float) -> list[Choice]:
        """Some choices with less scratch memory than the present one, the least first; none of them is slower and
        larger than another.
        """
        least, found = self.kernels[op.name].scratch(self.sites[op.name]), list[Choice]()
        for choice in sorted(self._choices(op, most), key=lambda choice: choice.cycles):
            if (scratch := choice.kernel.scratch(choice.site)) < least:
                least, found = scratch, [*found, choice]
        return found[:: -max(1, len(found) // _SIZES)]

    def _take(self, op: Op, choice: Choice) -> None:
        self.kernels = {**self.kernels, op.name: choice.kernel}
        self.sites = {**self.sites, op.name: choice.site}

    def _smaller_plans(self, op: Op, cycles: float, arena: int) -> Iterator[tuple[int, Choice]]:
        """Choices for a call with which the plan gets smaller than `arena`, and its bytes."""
        before = self.kernels, self.sites
        for choice in self._smaller(op, cycles):
            self._take(op, choice)
            size = self.arena()
            self.kernels, self.sites = before
            if size >= arena:
                return
            yield size, choice

    def arena(self) -> int:
        """Bytes of the plan with the kernels that are chosen."""
        return self._plan()[1]

    def _plan(self) -> tuple[tuple[Buffer, ...], int]:
        return planned(Liveness(self.graph, self.kernels), self.sites)

    def steps(self, cycles: float, most: int = 0) -> Iterator[float]:
        """Saves most bytes for a cycle in the call that needs most, until that cannot be or so many cycles are used up;
        the cycles so far. `most`: bytes below which nothing need be saved.
        """
        spent = 0.0
        for _ in range(_MOST_STEPS):
            bound, op, other = self._peak()
            now = self._cycles(op)
            offers = [
                (bound - max(self._with(op, choice), other), max(choice.cycles - now, 0.0), choice)
                for choice in self._choices(op, now + cycles - spent)
            ]
            worth = [offer for offer in offers if offer[0] > 0]
            if not worth:
                return
            enough = [offer for offer in worth if bound - offer[0] <= most]
            if enough:
                best = min(enough, key=lambda offer: (offer[1], -offer[0]))[2]
            else:
                best = max(worth, key=lambda offer: (offer[0] / (offer[1] + 1), offer[0]))[2]
            spent += best.cycles - now
            self._take(op, best)
            yield spent

    def _cycles(self, op: Op) -> float:
        """Of the kernel that was chosen; 0 for views."""
        kernel = self.kernels[op.name]
        return 0.0 if kernel.is_view else estimated_cycles(kernel, self.sites[op.name], load_costs(self.board))

    def _choices(self, op: Op, most: float) -> Iterator[Choice]:
        """Kernels that write over their inputs as the chosen one does, on which copies around the call rely; of at most
        so many cycles, and each once for each size of its scratch memory.
        """
        costs, seen = load_costs(self.board), set[tuple[str, int]]()
        for spare in self.spares:
            site = replace(self.sites[op.name], spare=spare)
            for kernel in self._fitting(op):
                choice, scratch = Choice(kernel, site, estimated_cycles(kernel, site, costs)), kernel.scratch(site)
                if choice.cycles <= most and (kernel.name, scratch) not in seen:
                    seen.add((kernel.name, scratch))
                    yield choice

    def _fitting(self, op: Op) -> list[Kernel]:
        if op.name not in self.fitting:
            now = self.kernels[op.name]
            found = candidates(self.sites[op.name], self.board, load_costs(self.board), self.goal)
            usable = [one.kernel for one in found if one.refusal is None and not one.kernel.is_view]
            alike = [kernel for kernel in usable if (kernel.inplace, kernel.updates) == (now.inplace, now.updates)]
            small = [kernel for kernel in alike if self.goal is Goal.FLASH and kernel.is_reference]
            self.fitting[op.name] = small or alike
        return self.fitting[op.name]

    def _with(self, op: Op, choice: Choice) -> int:
        """What the call needs if it is done like this."""
        kernels, sites = {**self.kernels, op.name: choice.kernel}, {**self.sites, op.name: choice.site}
        return bytes_needed(Liveness(self.graph, kernels), sites, op)

    def _peak(self) -> tuple[int, Op, int]:
        """The call that needs most memory, the first of several, and how much; what the next one needs, if less: to
        need less than that is no use.
        """
        liveness = Liveness(self.graph, self.kernels)
        needs = [(bytes_needed(liveness, self.sites, op), -number) for number, op in enumerate(liveness.calls)]
        bytes_, number = max(needs)
        return bytes_, liveness.calls[-number], max((other for other, _ in needs if other < bytes_), default=0)


def planned(liveness: Liveness, sites: Mapping[str, Site]) -> tuple[tuple[Buffer, ...], int]:
    """All buffers with offsets, and the arena's bytes."""
    buffers = wanted_buffers(liveness, sites)
    return place(buffers, by_index(shared_buffers(liveness, sites), buffers))


def arena_needed(liveness: Liveness, sites: Mapping[str, Site], op: Op) -> int:
    """Bytes of an arena for what lives during one call: more than `bytes_needed` where three cannot share as two do."""
    return place(*_during(liveness, sites, op))[1]


def bytes_needed(liveness: Liveness, sites: Mapping[str, Site], op: Op) -> int:
    """Bytes that live during one call, with its output over its inputs as far as may be."""
    return lower_bound(*_during(liveness, sites, op))


def _during(liveness: Liveness, sites: Mapping[str, Site], op: Op) -> tuple[list[Buffer], Overlaps]:
    """What lives during one call, and which of it may overlap."""
    moment = liveness.number[op.name]
    buffers = [buffer for buffer in wanted_buffers(liveness, sites, op) if buffer.first <= moment <= buffer.last]
    return buffers, by_index(shared_buffers(liveness, sites, op), buffers)
