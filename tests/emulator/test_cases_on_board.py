"""Every case in C on emulated boards: equal to numpy, integers bit for bit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernels.test_cases_on_host import check
from tests.support.case_models import families, variants
from tests.support.case_program import build_case, run_on_board
from tinyc.targets import load_board

LONG = [pytest.param(name, marks=pytest.mark.slow) for name in ("cortex-m0", "cortex-m3", "riscv32")]


@pytest.mark.parametrize("board_name", ["cortex-m4", *LONG])
@pytest.mark.parametrize("family", families())
def test_board_equals_numpy(family: str, board_name: str, tmp_path: Path) -> None:
    board = load_board(board_name)
    built = [build_case(variant, board, tmp_path) for case in families()[family] for variant in variants(case)]
    for case, outputs in zip(built, run_on_board(built, board, tmp_path), strict=True):
        check(case, outputs)
