"""When streams are done in strips: only where that makes the arena smaller, or a budget asks for it."""

from __future__ import annotations

from functools import cache

import pytest

from tests.support.strip_cases import STRIP_CASES
from tinyc.lower.goal import Goal
from tinyc.lower.lower import lower
from tinyc.lower.offers import offers
from tinyc.lower.program import Program
from tinyc.lower.streams import streams
from tinyc.targets import load_board

BOARD = load_board("cortex-m4")
NET = STRIP_CASES["bottleneck"]


@cache
def least(*, strips: bool) -> Program:
    """The smallest arena for the net, with streams in strips or without."""
    with pytest.MonkeyPatch.context() as patch:
        if not strips:
            patch.setattr(streams, "promising", lambda *_: [])
        return lower(NET, BOARD, Goal.RAM, most_ram=1)


def count(program: Program) -> int:
    return sum(len(stream.strips) for stream in program.streams)


def test_strips_make_the_arena_smaller() -> None:
    plain, stripped = least(strips=False), least(strips=True)
    assert count(plain) == 0 and count(stripped) >= 2
    assert stripped.arena_bytes < 0.9 * plain.arena_bytes
    assert stripped.cycles > plain.cycles
    assert sum(stream.repeated_macs for stream in stripped.streams) > 0


def test_a_budget_that_only_strips_meet() -> None:
    plain = least(strips=False)
    program = lower(NET, BOARD, Goal.RAM, most_ram=plain.arena_bytes - 1)
    assert count(program) >= 2 and program.arena_bytes < plain.arena_bytes
    assert program.cycles <= least(strips=True).cycles


def test_no_strips_where_rows_fit() -> None:
    """Columns computed twice are cycles for nothing."""
    program = lower(NET, BOARD, Goal.RAM, most_ram=2 * least(strips=False).arena_bytes)
    assert program.streams and count(program) == 0


def test_layers_say_that_they_work_in_strips() -> None:
    program = lower(NET, BOARD, Goal.RAM)
    told = offers(NET, BOARD, Goal.RAM)
    assert count(program) >= 2
    for op in NET.ops:
        (taken,) = (offer for offer in told[op.name] if offer.taken)
        assert f"in each of {count(program)} strips" in taken.why and taken.cycles


@pytest.mark.parametrize("case", ["thin", "grey"])
def test_never_more_than_without(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = lower(STRIP_CASES[case], BOARD, Goal.RAM)
    monkeypatch.setattr(streams, "promising", lambda *_: [])
    assert found.arena_bytes <= lower(STRIP_CASES[case], BOARD, Goal.RAM).arena_bytes
