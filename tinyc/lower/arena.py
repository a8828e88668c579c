"""Place buffers in the arena: never overlapping while both live, as small as possible."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from tinyc.lower.program import Buffer

_TRIES = 400


def lower_bound(buffers: Sequence[Buffer]) -> int:
    """Largest sum of the bytes that live at one moment: no plan can be smaller."""
    moments = {buffer.first for buffer in buffers}
    return max((sum(_rounded(b) for b in buffers if b.first <= moment <= b.last) for moment in moments), default=0)


def place(buffers: Sequence[Buffer]) -> tuple[tuple[Buffer, ...], int]:
    """Buffers with offsets, in the order given, and the arena's size in bytes.

    First fit under several orders; if none meets the lower bound, seeded random changes of the best order follow.
    Deterministic.
    """
    bound = lower_bound(buffers)
    plans = [_first_fit(sorted(range(len(buffers)), key=key), buffers) for key in _orders(buffers)]
    order, offsets, size = min(plans, key=lambda plan: plan[2])
    generator = random.Random(1)
    for _ in range(_TRIES if len(buffers) > 1 else 0):
        if size <= bound:
            break
        trial = list(order)
        i, j = generator.randrange(len(trial)), generator.randrange(len(trial))
        trial.insert(j, trial.pop(i))
        plan = _first_fit(trial, buffers)
        if plan[2] <= size:
            order, offsets, size = plan
    return tuple(buffer.at(offset) for buffer, offset in zip(buffers, offsets, strict=True)), size


def _orders(buffers: Sequence[Buffer]) -> list[Callable[[int], tuple[int, ...]]]:
    return [
        lambda i: (-buffers[i].bytes, buffers[i].first, i),
        lambda i: (-(buffers[i].last - buffers[i].first), -buffers[i].bytes, i),
        lambda i: (buffers[i].first, -buffers[i].bytes, i),
        lambda i: (-buffers[i].last, -buffers[i].bytes, i),
        lambda i: (-buffers[i].bytes * (buffers[i].last - buffers[i].first + 1), i),
    ]


def _first_fit(order: list[int], buffers: Sequence[Buffer]) -> tuple[list[int], list[int], int]:
    offsets = [0] * len(buffers)
    placed: list[int] = []
    for index in order:
        mine = buffers[index]
        taken = sorted((offsets[i], offsets[i] + buffers[i].bytes) for i in placed if buffers[i].meets(mine))
        offsets[index] = _gap(taken, mine)
        placed.append(index)
    size = max((offsets[i] + buffers[i].bytes for i in range(len(buffers))), default=0)
    return order, offsets, _round_up(size, 4)


def _gap(taken: list[tuple[int, int]], mine: Buffer) -> int:
    """Lowest aligned offset at which the buffer touches none of the taken ranges."""
    offset = 0
    for start, end in taken:
        if offset + mine.bytes <= start:
            break
        offset = max(offset, _round_up(end, mine.align))
    return offset


def _rounded(buffer: Buffer) -> int:
    return _round_up(buffer.bytes, 4)


def _round_up(value: int, step: int) -> int:
    return -(-value // step) * step
