"""Plans of random graphs: buffers share memory only where a kernel's order of access allows it."""

from __future__ import annotations

import random
from statistics import quantiles

import numpy as np
import pytest

from tinyc.kernels.overlap import Access
from tinyc.lower.offsets.arena import lower_bound, place
from tinyc.lower.program import Buffer, Role

GRAPHS = 200


@pytest.mark.parametrize("seed", range(3))
def test_limit_is_what_steps_say(seed: int) -> None:
    """For random orders of access: all distances up to the limit are safe, the next one is not."""
    generator = np.random.default_rng(seed)
    for _ in range(100):
        reads = generator.integers(-1, 9, generator.integers(1, 20))
        access = Access(reads, generator.integers(0, 9, generator.integers(1, 20)), tuple(range(-20, 21)))
        found, everywhere = access.overlap(), range(-25, len(reads))
        assert all(_safe(access, distance) for distance in everywhere if distance <= found.at_most)
        assert found.at_most == len(reads) or not _safe(access, found.at_most + 1)
        beyond = [d for d in range(-20, 21) if d > found.at_most and d % 4 == 0 and _safe(access, d)]
        assert found.exact == tuple(beyond[-1:])


def _safe(access: Access, distance: int) -> bool:
    """Runs the steps over marked memory."""
    base = max(0, -distance)
    memory = {base + i: ("x", i) for i in range(len(access.reads))}
    for step in range(10):
        for i, last in enumerate(access.reads):
            if last >= step and memory[base + i] != ("x", i):
                return False
        memory |= {base + distance + k: ("y", k) for k, first in enumerate(access.writes) if first == step}
    return True


def _graph(seed: int) -> tuple[list[Buffer], dict[tuple[int, int], Access]]:
    """A chain with branches: each call writes one value, reads the one before for the last time and perhaps an older
    one; random orders of access between the two, scratch here and there.
    """
    rng, generator = random.Random(seed), np.random.default_rng(seed)
    sizes = [rng.randint(1, 600) for _ in range(rng.randint(2, 14))]
    buffers, orders = [], {}
    for call, size in enumerate(sizes):
        last = min(call + rng.choice([0, 0, 0, 1, 3]), len(sizes))
        buffers.append(Buffer(f"v{call}", Role.ACTIVATION, size, rng.choice([4, 4, 8]), call - 1, last))
        if call and buffers[call - 1].last == call - 1 and rng.random() < 0.8:
            steps = rng.randint(1, 12)
            reads = np.sort(generator.integers(-1, steps, sizes[call - 1]))
            writes = np.sort(generator.integers(0, steps, size))
            orders[call - 1, call] = Access(reads, writes, (0, -4, -8, -64))
    calls = rng.sample(range(len(sizes)), len(sizes) // 3)
    scratch = [Buffer(f"s{call}", Role.SCRATCH, rng.randint(1, 200), 4, call, call) for call in calls]
    return buffers + scratch, orders


def test_plans_overlap_only_where_safe() -> None:
    """Checked against the orders of access themselves, not against what the planner was told."""
    excess, shared = [], 0
    for seed in range(GRAPHS):
        buffers, orders = _graph(seed)
        overlaps = {pair: access.overlap() for pair, access in orders.items()}
        placed, total = place(buffers, overlaps)
        for i, mine in enumerate(placed):
            assert mine.offset % mine.align == 0 and 0 <= mine.offset <= total - mine.bytes
            for j, other in enumerate(placed[i + 1 :], i + 1):
                if mine.meets(other) and not mine.apart(other):
                    assert orders[i, j].is_safe(other.offset - mine.offset)
                    shared += 1
        bound = lower_bound(buffers, overlaps)
        assert bound <= total <= place(buffers)[1] * 1.1
        excess.append(total / bound)
    assert shared > GRAPHS
    assert quantiles(excess, n=20)[-1] <= 1.05
