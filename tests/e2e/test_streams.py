"""Streams in C: ops computed row by row give what numpy gives for whole tensors, bit for bit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest

from tests.support.case_program import Runnable, run_on_board, run_on_host
from tests.support.row_cases import CASES
from tests.support.row_nets import in_memory, longest_runs, lowered, samples_of, streamed
from tinyc.codegen.emit import Origin, emit
from tinyc.codegen.project import write
from tinyc.ir.graph import Graph
from tinyc.ir.interp import interpret
from tinyc.ir.types import Array
from tinyc.targets import load_board

BOARD = "cortex-m4"
NEVER = ("odd_rows", "beside_the_image", "excluded_zero")
"""Of these nothing can be a stream: see tests/unit/test_streams.py."""
ONES = {name: graph for name, graph in CASES.items() if name not in NEVER}
QUICK = [name for name in ONES if name not in ("plain", "dilated", "whole_pool", "prime_rows")]
"""The others are in the slow tier."""
WAYS = ((1, math.inf), (2, 0), (4, math.inf), (1, 0), (2, math.inf), (4, 0))
"""Rows at a time, and most bytes of scratch memory for a kernel."""


@dataclass
class Many:
    """Programs with streams and what they must give."""

    folder: Path
    board: str
    patch: pytest.MonkeyPatch
    found: list[Runnable]
    wanted: list[list[Array]]

    def put(
        self, graph: Graph, runs: list[tuple[int, int]], group: int, scratch: float, strips: int = 1
    ) -> None:
        """Nothing, if the runs cannot be streams."""
        board = load_board(self.board)
        made = streamed(graph, board, runs, group, scratch, strips)
        if made is None or not runs:
            return
        name = f"net_{len(self.found)}"
        program = lowered(graph, made, name, board, self.patch)
        assert len(program.streams) == len(runs)
        write(emit(program, board, Origin("m", "", "", "")), self.folder / name)
        samples = samples_of(graph, len(self.found))
        self.found.append(Runnable(program, self.folder / name, in_memory(graph, samples, graph.inputs)))
        values = interpret(graph, samples)
        self.wanted.append([values[name] for name in graph.outputs])

    def check(self, results: list[list[Array]]) -> None:
        assert self.found
        for case, outputs, wanted in zip(self.found, results, self.wanted, strict=True):
            for got, value in zip(outputs, wanted, strict=True):
                if value.dtype == np.float32:
                    np.testing.assert_allclose(got, value, rtol=1e-5, atol=1e-5, err_msg=case.name)
                else:
                    np.testing.assert_array_equal(got, value, err_msg=case.name)


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Many:
    return Many(tmp_path, BOARD, monkeypatch, [], [])


def test_rows_equal_whole_tensors(many: Many) -> None:
    """Under sanitizers, every memory poisoned before; the longest streams of each network, in turn with few and many
    rows at a time, with fast kernels and with those that need nothing.
    """
    for case, way in zip(QUICK, cycle(WAYS), strict=False):
        group, scratch = (4, math.inf) if case == "odd_ends" else way
        many.put(CASES[case], longest_runs(CASES[case], load_board(BOARD), group, scratch), group, scratch)
    assert len(many.found) == len(QUICK)
    many.check(run_on_host(many.found, many.folder, many.folder / "kernels"))


@pytest.mark.slow
@pytest.mark.parametrize("case", ONES)
def test_every_run_in_every_way(case: str, many: Many) -> None:
    count = len(CASES[case].ops)
    for first in range(count):
        for last in range(first, count):
            for group, scratch in WAYS:
                many.put(CASES[case], [(first, last)], group, scratch)
    many.check(run_on_host(many.found, many.folder, many.folder / "kernels"))


BOARDS = {
    "cortex-m4": ("residual", "depthwise", "pools"),
    "cortex-m0": ("wide", "odd_ends", "words_s16"),
    "riscv32": ("elements", "line"),
}


@pytest.mark.parametrize("board_name", BOARDS)
def test_boards_give_the_same(board_name: str, many: Many) -> None:
    """On the Cortex-M0 an access that is not aligned is a fault."""
    many.board, board = board_name, load_board(board_name)
    for case in BOARDS[board_name]:
        many.put(CASES[case], longest_runs(CASES[case], board, 4), 4, math.inf)
    assert len(many.found) == len(BOARDS[board_name])
    many.check(run_on_board(many.found, board, many.folder))


@pytest.mark.slow
@pytest.mark.parametrize("board_name", ["cortex-m4", "cortex-m0", "cortex-m3", "cortex-m55", "riscv32"])
def test_all_networks_on_boards(board_name: str, many: Many) -> None:
    many.board, board = board_name, load_board(board_name)
    for case in ONES:
        for group in (1, 2, 4):
            many.put(CASES[case], longest_runs(CASES[case], board, group), group, math.inf)
    many.check(run_on_board(many.found, board, many.folder))
