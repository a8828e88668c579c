"""The planner's proofs against all plans there are, on buffers and graphs so small that these can be tried."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import islice, product

import numpy as np
import pytest

from benchmarks.random_nets import random_net
from tinyc.ir.graph import Graph, Op
from tinyc.kernels.overlap import Access
from tinyc.kernels.record import Kernel, Site
from tinyc.lower.liveness import Liveness
from tinyc.lower.lower import chosen
from tinyc.lower.offsets.arena import lower_bound, place
from tinyc.lower.offsets.exact_offsets import BranchAndBound
from tinyc.lower.offsets.first_fit import Plan
from tinyc.lower.offsets.planner import FAST
from tinyc.lower.order.order_problem import OrderProblem
from tinyc.lower.order.orders import least_orders
from tinyc.lower.order.schedule import Trials
from tinyc.lower.overlaps import by_index, shared_buffers, wanted_buffers
from tinyc.lower.program import Buffer, Role
from tinyc.targets import load_board

ORDERS = 300
"""More orders than that are not tried."""


def small(seed: int) -> tuple[list[Buffer], dict[tuple[int, int], Access]]:
    """Four or five buffers of a few words, most of them live together; orders of access between some of them."""
    rng, generator = random.Random(seed), np.random.default_rng(seed)
    buffers = []
    for index in range(rng.randint(4, 5)):
        first = rng.randint(0, 3)
        size, align = rng.randint(1, 16), rng.choice([4, 4, 8])
        buffers.append(Buffer(f"b{index}", Role.ACTIVATION, size, align, first, first + rng.randint(0, 2)))
    orders = {}
    for (i, one), (j, two) in product(enumerate(buffers), repeat=2):
        if i != j and one.last == two.first and one.first < two.first and rng.random() < 0.7:
            reads, writes = np.sort(generator.integers(-1, 5, one.bytes)), np.sort(generator.integers(0, 5, two.bytes))
            orders[i, j] = Access(reads, writes, (0, -4, -8))
    return buffers, orders


def is_legal(buffers: Sequence[Buffer], offsets: Sequence[int], orders: dict[tuple[int, int], Access]) -> bool:
    """Whether buffers that live together share bytes only where the steps themselves allow it."""
    placed = [buffer.at(offset) for buffer, offset in zip(buffers, offsets, strict=True)]
    for i, j in product(range(len(placed)), repeat=2):
        if i < j and placed[i].meets(placed[j]) and not placed[i].apart(placed[j]):
            first, second = (i, j) if (i, j) in orders else (j, i)
            access = orders.get((first, second))
            if access is None or not access.is_safe(offsets[second] - offsets[first]):
                return False
    return True


def least_arena(buffers: Sequence[Buffer], orders: dict[tuple[int, int], Access], most: int) -> int:
    """Of all offsets at words, below `most`."""
    choices = [range(0, most - buffer.bytes + 1, buffer.align) for buffer in buffers]
    sizes = (
        max(at + buffer.bytes for at, buffer in zip(offsets, buffers, strict=True))
        for offsets in product(*choices)
        if is_legal(buffers, offsets, orders)
    )
    return -(-min(sizes) // 4) * 4


@pytest.mark.parametrize("seed", range(0, 45, 15))
def test_exact_offsets_are_the_best_there_are(seed: int) -> None:
    """Against every plan: none is smaller than what the search proves, nor than the bound."""
    for one in range(seed, seed + 15):
        buffers, orders = small(one)
        overlaps = {pair: access.overlap() for pair, access in orders.items()}
        high = sum(-(-buffer.bytes // 8) * 8 for buffer in buffers)
        apart = Plan(tuple(sum(-(-b.bytes // 8) * 8 for b in buffers[:i]) for i in range(len(buffers))), high)
        found, proven = BranchAndBound.of(buffers, overlaps, 100_000).improved(apart, 0)
        least = least_arena(buffers, orders, place(buffers, overlaps)[1])
        assert proven and is_legal(buffers, found.offsets, orders), one
        assert (found.arena_bytes, lower_bound(buffers, overlaps) <= least) == (least, True), one


@pytest.mark.parametrize("seed", range(4))
def test_searched_plans_never_overlap(seed: int) -> None:
    for one in range(seed * 40, seed * 40 + 40):
        buffers, orders = crowd(one)
        overlaps = {pair: access.overlap() for pair, access in orders.items()}
        found = FAST.place(buffers, overlaps)
        assert is_legal(buffers, [buffer.offset for buffer in found.buffers], orders), one
        assert all(0 <= b.offset <= found.bytes - b.bytes and b.offset % b.align == 0 for b in found.buffers), one
        assert found.bytes <= place(buffers, overlaps)[1], one
        assert found.is_least or found.bytes > lower_bound(buffers, overlaps), one


def crowd(seed: int) -> tuple[list[Buffer], dict[tuple[int, int], Access]]:
    """Many buffers at one time: branches, sums of several inputs that die in one call, scratch."""
    rng, generator = random.Random(seed), np.random.default_rng(seed)
    calls = rng.randint(4, 12)
    buffers = [Buffer("x", Role.INPUT, rng.randint(1, 300), 4, -1, rng.randint(0, 2))]
    orders: dict[tuple[int, int], Access] = {}
    for call in range(calls):
        size, last = rng.randint(1, 300), min(call + rng.choice([1, 1, 1, 2, 3, 5]), calls)
        buffers.append(Buffer(f"v{call}", Role.ACTIVATION, size, rng.choice([4, 4, 8]), call, last))
        for index, source in enumerate(buffers[:-1]):
            if source.last == call and rng.random() < 0.7:
                steps = rng.randint(1, 12)
                reads = np.sort(generator.integers(-1, steps, source.bytes))
                orders[index, len(buffers) - 1] = Access(reads, np.sort(generator.integers(0, steps, size)), (0, -4))
    scratch = [Buffer(f"s{call}", Role.SCRATCH, rng.randint(1, 90), 4, call, call) for call in range(0, calls, 3)]
    return buffers + scratch, orders


def all_orders(problem: OrderProblem, done: int = 0, order: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    if done == problem.all:
        yield order
    for call in problem.ready(done, [c for c in range(len(problem.steps)) if not done >> c & 1]):
        yield from all_orders(problem, done | 1 << call, (*order, call))


def bound_of(graph: Graph, kernels: dict[str, Kernel], sites: dict[str, Site]) -> int:
    liveness = Liveness(graph, kernels)
    buffers = wanted_buffers(liveness, sites)
    return lower_bound(buffers, by_index(shared_buffers(liveness, sites), buffers))


@pytest.mark.parametrize("seed", range(6))
def test_least_order_is_the_best_there_is(seed: int) -> None:
    """Against every order of a small network, with the lower bound that plans have."""
    graph, kernels, sites = chosen(random_net(seed + 100, 6), load_board("cortex-m4"))
    problem, trials = OrderProblem.of(graph, kernels, sites, {}), Trials(graph, kernels, sites)
    found = least_orders(problem, 10_000, 4)

    def ops(order: Sequence[int]) -> list[Op]:
        return [problem.steps[call].op for call in order]

    bounds = [bound_of(trials.ordered(ops(order)), kernels, sites) for order in islice(all_orders(problem), ORDERS)]
    best = bound_of(trials.ordered(ops(found.orders[0])), kernels, sites)
    assert found.bound <= best <= min(bounds)
    assert found.bound == best or len(bounds) == ORDERS
