"""Place buffers in the arena, as small as possible: apart while both live, but as far as a kernel lets them overlap."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tinyc.kernels.overlap import STEP_BYTES, Overlap
from tinyc.lower.program import Buffer

Overlaps: TypeAlias = Mapping[tuple[int, int], Overlap]
"""By the places of an input and an output in the list of buffers."""

_TRIES = 400
_NONE: Overlaps = {}


def lower_bound(buffers: Sequence[Buffer], overlaps: Overlaps = _NONE) -> int:
    """Largest number of bytes that live at one moment, with every input and output as far over each other as may be: no
    plan can be smaller.
    """
    moments = {buffer.first for buffer in buffers}
    return max((_needed(buffers, overlaps, moment) for moment in moments), default=0)


def place(buffers: Sequence[Buffer], overlaps: Overlaps = _NONE) -> tuple[tuple[Buffer, ...], int]:
    """Buffers with offsets, in the order given, and the arena's size in bytes.

    First fit under several orders; if none meets the lower bound, seeded random changes of the best order follow.
    Deterministic.
    """
    bound = lower_bound(buffers, overlaps)
    rules = _Rules(buffers, overlaps)
    plans = [rules.first_fit(sorted(range(len(buffers)), key=key)) for key in _orders(buffers)]
    order, offsets, size = min(plans, key=lambda plan: plan[2])
    generator = random.Random(1)
    for _ in range(_TRIES if len(buffers) > 1 else 0):
        if size <= bound:
            break
        trial = list(order)
        i, j = generator.randrange(len(trial)), generator.randrange(len(trial))
        trial.insert(j, trial.pop(i))
        plan = rules.first_fit(trial)
        if plan[2] <= size:
            order, offsets, size = plan
    return tuple(buffer.at(offset) for buffer, offset in zip(buffers, offsets, strict=True)), size


def _needed(buffers: Sequence[Buffer], overlaps: Overlaps, moment: int) -> int:
    live = {index: _rounded(b) for index, b in enumerate(buffers) if b.first <= moment <= b.last}
    pairs = [(live[i], live[j], overlap) for (i, j), overlap in overlaps.items() if i in live and j in live]
    return sum(live.values()) - sum(overlap.shared(i, j) for i, j, overlap in pairs)


def _orders(buffers: Sequence[Buffer]) -> list[Callable[[int], tuple[int, ...]]]:
    return [
        lambda i: (-buffers[i].bytes, buffers[i].first, i),
        lambda i: (-(buffers[i].last - buffers[i].first), -buffers[i].bytes, i),
        lambda i: (buffers[i].first, -buffers[i].bytes, i),
        lambda i: (-buffers[i].last, -buffers[i].bytes, i),
        lambda i: (-buffers[i].first, -buffers[i].bytes, i),
        lambda i: (-buffers[i].bytes * (buffers[i].last - buffers[i].first + 1), i),
    ]


@dataclass(frozen=True, slots=True)
class _Rules:
    """Where buffers may lie, given where others lie."""

    buffers: Sequence[Buffer]
    overlaps: Overlaps

    def first_fit(self, order: list[int]) -> tuple[list[int], list[int], int]:
        offsets = [0] * len(self.buffers)
        placed: list[int] = []
        for index in order:
            mine = self.buffers[index]
            others = [(i, offsets[i]) for i in placed if self.buffers[i].meets(mine)]
            offsets[index] = self._lowest(index, others)
            placed.append(index)
        size = max((offset + buffer.bytes for offset, buffer in zip(offsets, self.buffers, strict=True)), default=0)
        return order, offsets, _round_up(size, 4)

    def _lowest(self, index: int, others: list[tuple[int, int]]) -> int:
        """The lowest aligned offset that no other buffer forbids; each forbids what lies strictly between two."""
        align = self.buffers[index].align
        forbidden = [(other, *self._forbidden(index, other, at)) for other, at in others]
        offset = 0
        for low, high in sorted((low, high) for _, low, high in forbidden):
            if offset <= low:
                break
            offset = max(offset, _round_up(high, align))
        singles = [single for other, at in others for single in self._singles(index, other, at)]
        fitting = [
            at for other, at in singles
            if 0 <= at < offset and at % align == 0
            and all(at <= low or at >= high or i == other for i, low, high in forbidden)
        ]  # fmt: skip
        return min(fitting, default=offset)

    def _forbidden(self, index: int, other: int, at: int) -> tuple[int, int]:
        mine, size = self.buffers[index].bytes, self.buffers[other].bytes
        if (over := self.overlaps.get((other, index))) is not None:
            return max(at + over.at_most, at - mine), at + size
        if (under := self.overlaps.get((index, other))) is not None:
            return at - mine, min(at - under.at_most, at + size)
        return at - mine, at + size

    def _singles(self, index: int, other: int, at: int) -> list[tuple[int, int]]:
        """Offsets allowed by one other buffer although they lie in what it forbids."""
        over, under = self.overlaps.get((other, index)), self.overlaps.get((index, other))
        return [
            *((other, at + distance) for distance in (over.exact if over else ())),
            *((other, at - distance) for distance in (under.exact if under else ())),
        ]


def _rounded(buffer: Buffer) -> int:
    return _round_up(buffer.bytes, STEP_BYTES)


def _round_up(value: int, step: int) -> int:
    return -(-value // step) * step
