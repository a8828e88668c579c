"""Kernels for cores with MVE: every third case around their tiles, on the host under sanitizers and on a board."""

from __future__ import annotations

from pathlib import Path

from tests.kernels.test_cases_on_host import check
from tests.support.case_models import families, variants
from tests.support.case_program import build_case, run_on_board, run_on_host
from tinyc.targets import load_board

MVE = {"tc_dense_s8_mve", "tc_conv2d_s8_mve", "tc_conv2d_dw3x3_s8_mve", "tc_conv2d_dw3x3_lines_s8_mve", "tc_sum_s8_mve"}


def test_on_the_host_and_a_cortex_m55(tmp_path: Path) -> None:
    board = load_board("cortex-m55")
    tiles = families()["conv_tiles"]
    sums = [case for case in families()["word_wise"] if case.op_type in ("Add", "Sub")]
    cases = [
        *tiles[::3],
        *sums,
        *families()["depthwise"][::3],
        *(case for case in tiles if case.name == "1x640_to_128"),
    ]
    made = [variant for case in cases for variant in variants(case) if variant.integer]
    built = [build_case(variant, board, tmp_path) for variant in made]
    assert {call.kernel for case in built for call in case.result.program.calls} >= MVE
    folders = [tmp_path / name for name in ("host", "kernels", "board")]
    for folder in folders:
        folder.mkdir()
    on_host = run_on_host(built, folders[0], folders[1])
    for case, outputs, board_outputs in zip(built, on_host, run_on_board(built, board, folders[2]), strict=True):
        check(case, outputs)
        check(case, board_outputs)
