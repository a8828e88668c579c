"""Streams in strips of columns in C give what numpy gives for whole tensors, bit for bit."""

from __future__ import annotations

import math
from itertools import cycle
from pathlib import Path

import pytest

from tests.e2e.test_streams import NEVER, Many
from tests.support.case_program import run_on_board, run_on_host
from tests.support.row_cases import CASES
from tests.support.row_nets import longest_runs, lowered, streamed
from tests.support.strip_cases import STRIP_CASES
from tinyc.targets import load_board

BOARD = "cortex-m4"
WITHOUT = (*NEVER, "line", "odd_ends")
"""Nets without columns, or whose rows are no words."""
ALL = {name: graph for name, graph in {**CASES, **STRIP_CASES}.items() if name not in WITHOUT}
QUICK = ("thin", "inverted", "wide_f32", "residual_of_input")
WAYS = ((2, 1, math.inf), (3, 2, 0), (4, 4, math.inf), (2, 1, 0))
"""Strips, rows at a time, and most bytes of scratch memory for a kernel."""


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Many:
    return Many(tmp_path, BOARD, monkeypatch, [], [])


def put(many: Many, case: str, count: int, group: int, scratch: float) -> None:
    graph, board = ALL[case], load_board(many.board)
    many.put(graph, longest_runs(graph, board, group, scratch, count), group, scratch, count)


def test_strips_equal_whole_tensors(many: Many) -> None:
    """Under sanitizers, every memory poisoned before; with output over input as far as both allow it."""
    for case, way in zip(QUICK, cycle(WAYS), strict=False):
        put(many, case, *way)
    assert len(many.found) == len(QUICK)
    assert all(len(stream.strips) >= 2 for one in many.found for stream in one.program.streams)
    for program in (one.program for one in many.found):  # the input is read for the last time while that is written
        assert any(program.over(buffer) for buffer in program.buffers)
    many.check(run_on_host(many.found, many.folder, many.folder / "kernels"))


@pytest.mark.slow
@pytest.mark.parametrize("case", ALL)
def test_all_networks_in_all_ways(case: str, many: Many) -> None:
    for way in WAYS:
        put(many, case, *way)
    many.check(run_on_host(many.found, many.folder, many.folder / "kernels"))


@pytest.mark.parametrize(
    "board_name", ["cortex-m4", *(pytest.param(name, marks=pytest.mark.slow) for name in ("cortex-m0", "cortex-m55"))]
)
def test_boards_give_the_same(board_name: str, many: Many) -> None:
    """On the Cortex-M0 an access that is not aligned is a fault."""
    many.board = board_name
    for case in ("thin", "inverted"):
        put(many, case, 2, 1, math.inf)
    many.check(run_on_board(many.found, load_board(board_name), many.folder))


def test_weights_are_stored_once(many: Many) -> None:
    """Strips share them, also where parameters differ."""
    graph, board = ALL["inverted"], load_board(BOARD)
    sizes = [
        lowered(graph, made, "net", board, many.patch).constant_bytes("weights")
        for strips in (1, 3)
        if (made := streamed(graph, board, longest_runs(graph, board), strips=strips)) is not None
    ]
    assert len(sizes) == 2 and sizes[0] == sizes[1]
