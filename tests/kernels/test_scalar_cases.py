"""Kernels for cores without DSP: the cases around their tiles, on the host under sanitizers and on such boards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernels.test_cases_on_host import check
from tests.support.case_models import families, variants
from tests.support.case_program import Built, build_case, run_on_board, run_on_host
from tinyc.kernels.record import KERNELS
from tinyc.targets import load_board

SOME = {
    "tc_conv2d_s8_scalar", "tc_conv2d_dw3x3_s8_scalar", "tc_dense_s8_scalar", "tc_sum_s8_scalar",
    "tc_global_average_s8_scalar", "tc_max_pool_s8_scalar", "tc_average_pool_s8_scalar", "tc_lut_s8_scalar",
    "tc_move_x8_scalar",
}  # fmt: skip
BYTES = ("_s8_", "_x8_", "_runs_")


def all_of_bytes() -> set[str]:
    """Those that are chosen for their speed. Kernels of pruned weights have cases of their own: test_sparse."""
    names = {name for _, name in KERNELS if name.endswith("_scalar") and any(part in name for part in BYTES)}
    return {name for name in names if "_nm_" not in name} - {"tc_transpose_x8_scalar"}


def built_for(board_name: str, folder: Path, every: int = 1) -> list[Built]:
    """The integer variants of every n-th case around tiles; each kernel, or some, are among those chosen."""
    cases = [case for family in ("conv_tiles", "depthwise", "word_wise") for case in families()[family][::every]]
    made = [variant for case in cases for variant in variants(case) if variant.integer]
    built = [build_case(variant, load_board(board_name), folder) for variant in made]
    assert {call.kernel for case in built for call in case.result.program.calls} >= (
        all_of_bytes() if every == 1 else SOME
    )
    return built


def folder(parent: Path, name: str) -> Path:
    made = parent / name
    made.mkdir()
    return made


def test_on_the_host_and_a_cortex_m3(tmp_path: Path) -> None:
    built = built_for("cortex-m3", tmp_path, every=4)
    on_host = run_on_host(built, folder(tmp_path, "host"), folder(tmp_path, "kernels"))
    on_board = run_on_board(built, load_board("cortex-m3"), folder(tmp_path, "board"))
    for case, outputs, board_outputs in zip(built, on_host, on_board, strict=True):
        check(case, outputs)
        check(case, board_outputs)


@pytest.mark.slow
@pytest.mark.parametrize("board_name", ["cortex-m0", "cortex-m3"])
def test_every_case_on_the_board(board_name: str, tmp_path: Path) -> None:
    built = built_for(board_name, tmp_path)
    for case, outputs in zip(built, run_on_board(built, load_board(board_name), tmp_path), strict=True):
        check(case, outputs)


@pytest.mark.slow
def test_every_case_on_the_host(tmp_path: Path) -> None:
    built = built_for("cortex-m0", tmp_path)
    for case, outputs in zip(built, run_on_host(built, tmp_path), strict=True):
        check(case, outputs)
