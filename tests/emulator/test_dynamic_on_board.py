"""Layers whose inputs become int8 at run time: every board gives numpy's bits, with and without DSP and an FPU."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.case_program import run_on_board
from tests.support.quantised_cases import build_all, check_bits
from tinyc.targets import load_board

SLOW_BOARDS = ("cortex-m4", "cortex-m3", "cortex-m0", "cortex-m33")
SLOW = [pytest.param(board, 1, marks=pytest.mark.slow) for board in SLOW_BOARDS]


@pytest.mark.parametrize("board_name, every", [("cortex-m4", 3), *SLOW])
def test_board_equals_numpy(board_name: str, every: int, tmp_path: Path) -> None:
    board = load_board(board_name)
    built = build_all(board, tmp_path, every)
    (tmp_path / "run").mkdir()
    for case, outputs in zip(built, run_on_board(built, board, tmp_path / "run"), strict=True):
        check_bits(case, outputs)
