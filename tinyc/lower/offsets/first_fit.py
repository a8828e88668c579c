"""Offsets by first fit: under several orders of the buffers, then under seeded changes of the best order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from tinyc.kernels.overlap import STEP_BYTES
from tinyc.lower.offsets.separation import Overlaps, pairs, round_up
from tinyc.lower.program import Buffer

_STEPS_IN_VAIN = 12
"""Changes for each buffer that may bring nothing before the search starts again."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Offsets of buffers in bytes, in the order of the list, the arena that they need, and the order of placing."""

    offsets: tuple[int, ...]
    arena_bytes: int
    order: tuple[int, ...] = ()


@dataclass(slots=True)
class FirstFit:
    """A search for offsets. `visits`: how many neighbours of buffers may be looked at, which bounds its time.

    `neighbours`: for each buffer the others that live at the same time, with the open interval, around their offset,
    that they forbid; `singles`: the distances from others that are allowed all the same.
    """

    buffers: Sequence[Buffer]
    visits: int
    neighbours: list[list[tuple[int, int, int]]] = field(default_factory=list)
    singles: list[list[tuple[int, int]]] = field(default_factory=list)

    @staticmethod
    def of(buffers: Sequence[Buffer], overlaps: Overlaps, visits: int) -> FirstFit:
        search = FirstFit(buffers, visits, [[] for _ in buffers], [[] for _ in buffers])
        for pair in pairs(buffers, overlaps):
            search.neighbours[pair.second].append((pair.first, -pair.down, pair.up))
            search.neighbours[pair.first].append((pair.second, -pair.up, pair.down))
            search.singles[pair.second] += [(pair.first, distance) for distance in pair.exact]
            search.singles[pair.first] += [(pair.second, -distance) for distance in pair.exact]
        return search

    def best(self, bound: int) -> Plan:
        """The least arena that was found; the search ends where it meets `bound`. Deterministic."""
        plans = [plan for key in _orders(self.buffers) if (plan := self.placed(key)) is not None]
        best = min(plans, key=lambda plan: plan.arena_bytes)
        generator = random.Random(1)
        while best.arena_bytes > bound and self.visits > 0 and len(self.buffers) > 1:
            start = best if generator.random() < 0.5 else generator.choice(plans)
            found = self._improved(start, bound, generator)
            best = min(best, found, key=lambda plan: plan.arena_bytes)
        return best

    def placed(self, order: Sequence[int], most: int | None = None) -> Plan | None:
        """Each buffer at its lowest place, one after the other; None if that takes more than `most` bytes."""
        offsets: list[int | None] = [None] * len(self.buffers)
        top = 0
        for index in order:
            offset = self._lowest(index, offsets)
            offsets[index] = offset
            top = max(top, offset + self.buffers[index].bytes)
            if most is not None and top > most:
                return None
        return Plan(tuple(at or 0 for at in offsets), round_up(top, STEP_BYTES), tuple(order))

    def _improved(self, plan: Plan, bound: int, generator: random.Random) -> Plan:
        """After changes that make it no worse, until so many in a row bring nothing."""
        in_vain = 0
        while in_vain < _STEPS_IN_VAIN * len(self.buffers) and self.visits > 0:
            found = self.placed(self._changed(plan, generator), plan.arena_bytes)
            in_vain += 1
            if found is not None:
                in_vain = 0 if found.arena_bytes < plan.arena_bytes else in_vain
                plan = found
                if plan.arena_bytes <= bound:
                    break
        return plan

    def _changed(self, plan: Plan, generator: random.Random) -> list[int]:
        """The order with one buffer moved or two exchanged: mostly of those around one that ends at the top."""
        order = list(plan.order)
        places = {index: place for place, index in enumerate(order)}
        tops = [i for i, b in enumerate(self.buffers) if plan.offsets[i] + b.bytes + STEP_BYTES > plan.arena_bytes]
        top = generator.choice(tops)
        way = generator.random()
        if way < 0.3:
            order.insert(generator.randrange(len(order)), order.pop(generator.randrange(len(order))))
        elif way < 0.6:
            order.insert(generator.randrange(places[top] + 1), order.pop(places[top]))
        else:
            near = [top, *(other for other, _, _ in self.neighbours[top])]
            far = [other for other, _, _ in self.neighbours[generator.choice(near)]]
            first, second = places[generator.choice(near)], places[generator.choice(far or near)]
            order[first], order[second] = order[second], order[first]
        return order

    def _lowest(self, index: int, offsets: Sequence[int | None]) -> int:
        """The lowest aligned offset that no buffer forbids that is placed."""
        align, near = self.buffers[index].align, self.neighbours[index]
        self.visits -= len(near) + 1
        forbidden = [(at + low, at + high) for other, low, high in near if (at := offsets[other]) is not None]
        forbidden.sort()
        offset = 0
        for low, high in forbidden:
            if offset <= low:
                break
            if high > offset:
                offset = -(-high // align) * align
        return min(offset, self._single(index, offsets, offset)) if self.singles[index] else offset

    def _single(self, index: int, offsets: Sequence[int | None], most: int) -> int:
        """The lowest of the single distances that all others allow, if it is below `most`."""
        align, best = self.buffers[index].align, most
        for other, distance in self.singles[index]:
            if (start := offsets[other]) is None:
                continue
            at = start + distance
            if 0 <= at < best and at % align == 0 and self._is_free(index, at, other, offsets):
                best = at
        return best

    def _is_free(self, index: int, at: int, other: int, offsets: Sequence[int | None]) -> bool:
        """Whether all but `other` allow the buffer to lie there."""
        return all(
            start is None or i == other or not start + low < at < start + high
            for i, low, high in self.neighbours[index]
            for start in (offsets[i],)
        )


def _orders(buffers: Sequence[Buffer]) -> list[list[int]]:
    """By size, time, both; largest, longest or first to live before others."""

    def time(i: int) -> int:
        return buffers[i].last - buffers[i].first + 1

    keys = (
        lambda i: (-buffers[i].bytes, buffers[i].first, i),
        lambda i: (-time(i), -buffers[i].bytes, i),
        lambda i: (buffers[i].first, -buffers[i].bytes, i),
        lambda i: (-buffers[i].last, -buffers[i].bytes, i),
        lambda i: (-buffers[i].first, -buffers[i].bytes, i),
        lambda i: (-buffers[i].bytes * time(i), i),
    )
    return [sorted(range(len(buffers)), key=key) for key in keys]
