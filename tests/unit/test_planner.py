"""Order and offsets of random networks: near what no plan can be below, soon enough, and the same every time."""

from __future__ import annotations

import sys

import pytest

from benchmarks.planner import NEAR, SIZES, all_planned, planned
from benchmarks.random_nets import random_net
from tests.property.test_planner import crowd, is_legal
from tinyc.cli.options import PlannerName
from tinyc.errors import ToolMissing
from tinyc.lower.lower import lower
from tinyc.lower.offsets.arena import lower_bound
from tinyc.lower.offsets.planner import FAST
from tinyc.lower.offsets.planners import PLANNERS, planner_called
from tinyc.lower.offsets.separation import Overlaps
from tinyc.lower.program import Buffer, Role
from tinyc.report.memory_text import bound_text
from tinyc.targets import load_board

BOARD = load_board("cortex-m4")
SHARE = 0.95


def test_near_the_bound_of_any_order() -> None:
    found = list(all_planned(12, 0, FAST, SIZES[:4]))
    assert sum(one.excess <= NEAR for one in found) >= SHARE * len(found), found
    assert sum(one.own_order_bytes > one.arena_bytes for one in found) >= 3
    assert all(one.bound_bytes <= one.arena_bytes <= one.own_order_bytes for one in found), found


@pytest.mark.slow
def test_near_the_bound_on_200_networks() -> None:
    found = list(all_planned(200, 0, FAST))
    assert sum(one.excess <= NEAR for one in found) >= SHARE * len(found)
    assert max(one.seconds for one in found) < 2


def test_a_hundred_operators_in_two_seconds() -> None:
    found = planned(99, 100, FAST)
    assert found.ops >= 90 and found.seconds < 2


def test_programs_know_what_is_proven() -> None:
    program = lower(random_net(2, 8), BOARD)
    assert program.is_least and program.arena_bytes == program.order_bound_bytes == program.lower_bound_bytes
    assert lower(random_net(2, 8), BOARD) == program


HARD = [Buffer(f"b{i}", Role.ACTIVATION, size, 4, first, last) for i, (size, first, last) in enumerate([
    (12, 0, 1), (8, 0, 3), (8, 1, 2), (12, 2, 4), (8, 3, 5), (12, 4, 5), (8, 5, 5), (16, 1, 1), (4, 2, 2), (8, 0, 0),
])]  # fmt: skip
NO_OVERLAPS: Overlaps = {}


def test_names_are_those_of_the_command_line() -> None:
    assert {one.value for one in PlannerName} == set(PLANNERS)


def test_exact_is_no_worse() -> None:
    fast, exact = (planner_called(name).place(HARD, NO_OVERLAPS) for name in ("fast", "exact"))
    assert lower_bound(HARD) <= exact.bytes <= fast.bytes and exact.is_least


def test_without_ortools_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ortools", None)
    with pytest.raises(ToolMissing) as found:
        planner_called("cp-sat")
    assert found.value.hint == "pip install 'tinyc[solver]'"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_cp_sat_agrees_with_branch_and_bound(seed: int) -> None:
    """Two searches that have nothing in common prove the same arena. Needs tinyc[solver]."""
    buffers, orders = crowd(seed)
    overlaps = {pair: access.overlap() for pair, access in orders.items()}
    ours, theirs = (planner_called(name).place(buffers, overlaps) for name in ("exact", "cp-sat"))
    assert ours.is_least and theirs.is_least and ours.bytes == theirs.bytes
    assert is_legal(buffers, [buffer.offset for buffer in theirs.buffers], orders)


@pytest.mark.parametrize(
    "arena, any_order, optimal, text",
    [
        (640, 640, True, "no plan of these calls in any order is below 640"),
        (640, 512, True, "no plan of these calls in this order is below 640"),
        (700, None, None, "no plan of these calls in this order is below 640"),
        (700, 640, True, "proven: no plan of these calls in this order is below 700"),
    ],
)
def test_reports_say_what_is_proven(arena: int, any_order: int | None, optimal: bool | None, text: str) -> None:
    bounds = {"arena": 640, "any_order": any_order, "optimal": optimal}
    assert bound_text({"ram": {"arena": arena}, "lower_bounds": bounds}) == text
