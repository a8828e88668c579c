"""Every case in C on emulated boards: equal to numpy, integers bit for bit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernels.test_cases_on_host import check
from tests.support.case_models import Variant, families, variants
from tests.support.case_program import build_case, run_on_board
from tinyc.targets import load_board

TILES = ("conv", "conv_tiles", "depthwise", "int16", "word_wise")
"""Families whose kernels differ from board to board."""
QUICK = "cortex-m4"
LONG = [pytest.param(name, marks=pytest.mark.slow) for name in ("cortex-m0", "cortex-m3", "riscv32")]


def check_on(board_name: str, made: list[Variant], folder: Path) -> None:
    board = load_board(board_name)
    built = [build_case(variant, board, folder) for variant in made]
    for case, outputs in zip(built, run_on_board(built, board, folder), strict=True):
        check(case, outputs)


def variants_of(family: str) -> list[Variant]:
    return [variant for case in families()[family] for variant in variants(case)]


@pytest.mark.parametrize("family", families())
def test_board_equals_numpy(family: str, tmp_path: Path) -> None:
    """Of families in plain C every third variant; all of them are in the slow tier, and all run on the host."""
    check_on(QUICK, variants_of(family)[:: 1 if family in TILES else 3], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("family", [name for name in families() if name not in TILES])
def test_all_variants(family: str, tmp_path: Path) -> None:
    check_on(QUICK, variants_of(family), tmp_path)


@pytest.mark.parametrize("board_name", LONG)
@pytest.mark.parametrize("family", families())
def test_other_boards(family: str, board_name: str, tmp_path: Path) -> None:
    check_on(board_name, variants_of(family), tmp_path)
