"""The order of ops: model order where it is best, another where branches make it cheaper."""

from __future__ import annotations

import random

import pytest

import tinyc.ops  # noqa: F401  declares the operators
from tinyc.ir.text import parse
from tinyc.ir.verify import verify
from tinyc.lower.lower import arranged, lower
from tinyc.lower.offsets.arena import lower_bound, place
from tinyc.lower.program import Buffer, Role
from tinyc.targets import load_board

BRANCHES = """graph g
input x: f32[1,8]
a = expand(x, shape=[64,8])
b = expand(x, shape=[64,8])
sa = reduce(a, how=sum, axes=[0])
sb = reduce(b, how=sum, axes=[0])
y = add(sa, sb)
output y
"""


def test_a_branch_is_finished_before_the_next_is_opened() -> None:
    graph = parse(BRANCHES)
    ordered, _ = arranged(graph, load_board("cortex-m4"))
    verify(ordered)
    assert [op.outputs[0] for op in ordered.ops] != [op.outputs[0] for op in graph.ops]
    assert lower(graph, load_board("cortex-m4")).arena_bytes < 2 * 64 * 8 * 4


def test_a_chain_keeps_its_order() -> None:
    graph = parse("graph g\ninput x: f32[1,8]\na = relu(x)\nb = tanh(a)\nc = sigmoid(b)\noutput c\n")
    assert arranged(graph, load_board("cortex-m4"))[0].ops == graph.ops


@pytest.mark.parametrize("seed", range(40))
def test_plan_never_overlaps_and_comes_near_the_bound(seed: int) -> None:
    """Random lifetimes: no two live buffers share bytes, and the arena is at most a tenth above the lower bound."""
    rng = random.Random(seed)
    buffers = []
    for index in range(rng.randint(1, 30)):
        first = rng.randint(-1, 20)
        size, align = rng.randint(1, 4000), rng.choice([4, 8])
        buffers.append(Buffer(f"b{index}", Role.ACTIVATION, size, align, first, first + rng.randint(0, 4)))
    placed, total = place(buffers)
    for i, mine in enumerate(placed):
        assert mine.offset % mine.align == 0 and mine.offset + mine.bytes <= total
        for other in placed[i + 1 :]:
            apart = mine.offset + mine.bytes <= other.offset or other.offset + other.bytes <= mine.offset
            assert apart or not mine.meets(other)
    assert total <= 1.1 * lower_bound(buffers) + 16
