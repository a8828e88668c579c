"""Kernels that read coded weights: equal to numpy under sanitizers and on the board."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernels.test_cases_on_host import check
from tests.support.case_models import families, variants
from tests.support.case_program import Built, run_on_board, run_on_host
from tests.support.coded import program_of
from tinyc.targets import load_board

FAMILIES = ("conv_tiles", "depthwise")
STEP = {"codebook": 8}
"""Weights are rounded to multiples of it, so that the code is possible."""


def _built(family: str, board: str, encoding: str, folder: Path) -> list[Built]:
    integer = [v for case in families()[family] for v in variants(case) if v.integer and case.int8]
    return [program_of(v, load_board(board), encoding, folder, STEP.get(encoding, 1)) for v in integer]


@pytest.mark.parametrize("encoding", ["codebook"])
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("board", ["cortex-m0", "cortex-m4"])
def test_c_under_sanitizers_equals_numpy(family: str, board: str, encoding: str, tmp_path: Path) -> None:
    built = _built(family, board, encoding, tmp_path)
    for case, outputs in zip(built, run_on_host(built, tmp_path, tmp_path / "kernels"), strict=True):
        check(case, outputs)


@pytest.mark.parametrize("family", FAMILIES)
def test_board_equals_numpy(family: str, tmp_path: Path) -> None:
    built = _built(family, "cortex-m4", "codebook", tmp_path)
    for case, outputs in zip(built, run_on_board(built, load_board("cortex-m4"), tmp_path), strict=True):
        check(case, outputs)
