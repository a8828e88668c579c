"""Orders of calls that need little memory: the least and its proof on small graphs, else the best of many at a time.

The sets of calls that can have run are walked from the empty one, least peak first, so that the first way to the full
set is the best. Of a set's next calls one alone is followed if it costs nothing: what must run anyway, needs no more
than was needed before and leaves no more bytes alive. (Ahn et al., Ordering Chaos: Memory-Aware Scheduling of
Irregularly Wired Neural Networks, 2020.)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TypeAlias

from tinyc.lower.order.order_problem import OrderProblem

Order: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Orders, best first, and the bytes that no order can need less of."""

    orders: tuple[Order, ...]
    bound: int


@dataclass(frozen=True, slots=True)
class _Way:
    """Calls that have run, as a set and in order; bytes that they needed, and that live; calls that can be next."""

    done: int
    order: Order
    peak: int
    live: int
    ready: Order


def least_orders(problem: OrderProblem, sets: int, width: int) -> Found:
    """Orders of least peak, if `sets` sets of calls are enough to find them; else the best of a search that keeps
    `width` ways to each number of calls.
    """
    search = _Search(problem, sets)
    exact = search.exact()
    beam = _beam(problem, width)
    orders = [exact] if exact is not None else []
    orders += [way.order for way in beam if exact is None or way.peak <= search.bound]
    return Found(tuple(dict.fromkeys(orders)), search.bound)


@dataclass(slots=True)
class _Search:
    """`bound`: bytes that every order needs, as far as the search has come."""

    problem: OrderProblem
    sets: int
    bound: int = 0
    _seen: dict[int, int] = field(default_factory=dict)

    def exact(self) -> Order | None:
        """An order of least peak; None if `sets` are not enough."""
        first = _first(self.problem)
        self.bound = self.problem.bound
        waiting = [(first.peak, 0, 0, first)]
        pushed = 0
        while waiting:
            peak, _, _, way = heappop(waiting)
            self.bound = max(self.bound, peak)
            if way.done == self.problem.all:
                return way.order
            self.sets -= 1
            if self.sets < 0:
                return None
            for following in _next(self.problem, way, self.bound):
                if following.peak < self._seen.get(following.done, following.peak + 1):
                    self._seen[following.done] = following.peak
                    pushed += 1
                    heappush(waiting, (max(following.peak, self.bound), -len(following.order), pushed, following))
        return None


def _beam(problem: OrderProblem, width: int) -> list[_Way]:
    """Ways through all calls, least peak first. At each number of calls only so many go on: those of the least sum of
    peak and live bytes, of which the one is what was paid and the other what is to come.
    """
    ways = [_first(problem)]
    finished: list[_Way] = []
    while ways:
        found: dict[int, _Way] = {}
        for way in ways:
            if way.done == problem.all:
                finished.append(way)
                continue
            for following in _next(problem, way, problem.bound):
                known = found.get(following.done)
                if known is None or following.peak < known.peak:
                    found[following.done] = following
        ways = sorted(found.values(), key=lambda way: (way.peak + way.live, way.order))[:width]
    return sorted(finished, key=lambda way: way.peak)


def _first(problem: OrderProblem) -> _Way:
    ready = tuple(problem.ready(0, range(len(problem.steps))))
    return _Way(0, (), problem.start_bytes, problem.start_bytes, ready)


def _next(problem: OrderProblem, way: _Way, bound: int) -> list[_Way]:
    """The ways with one more call; only one, where that costs nothing."""
    found = []
    for call in way.ready:
        need, live = problem.costs(call, way.done, way.live)
        if live <= way.live and need <= max(way.peak, bound):
            return [_extended(problem, way, call, need, live)]
        found.append((call, need, live))
    return [_extended(problem, way, *one) for one in found]


def _extended(problem: OrderProblem, way: _Way, call: int, need: int, live: int) -> _Way:
    done = way.done | 1 << call
    ready = tuple(sorted({*way.ready, *problem.ready(done, problem.after[call])} - {call}))
    return _Way(done, (*way.order, call), max(way.peak, need), live, ready)
