"""Depthwise 3x3 without scratch memory: equal to numpy at every kind of edge, also as close as memory may be shared."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases.case import Case
from tests.cases.depthwise import depthwise
from tests.kernels.test_cases_on_host import check
from tests.kernels.test_overlap import equal_to_numpy, kernels
from tests.support.case_models import Variant, variants
from tests.support.case_program import build_case, run_on_board
from tests.support.close_plans import closest
from tinyc.kernels.record import KERNELS
from tinyc.lower.select import site_of
from tinyc.targets import load_board

KERNEL = "tc_conv2d_dw3x3_rows_s8_dsp"
BOARD = load_board("cortex-m4")
PADS = ((1, 1, 1, 1), (0, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 1), (2, 0, 2, 1))
"""Top, left, bottom, right."""
CASES = [
    *(depthwise(3, 4, 3 + number, pads=pads) for number, pads in enumerate(PADS)),
    *(depthwise(2, 5, 3 + number, pads=pads, strides=(2, 2)) for number, pads in enumerate(PADS)),
    depthwise(2, 3, 1), depthwise(2, 3, 1, strides=(2, 2)), depthwise(8, 3, 16, pads=(0, 1, 0, 1)),
    depthwise(4, 6, 6, strides=(2, 2), batch=2), *(depthwise(6, 7, 9, reach=0.02, strides=(s, s)) for s in (1, 2)),
]  # fmt: skip


def wanted(cases: list[Case]) -> list[Variant]:
    return [variant for case in cases for variant in variants(case) if variant.integer]


def test_on_the_board(tmp_path: Path) -> None:
    built = [build_case(variant, BOARD, tmp_path, optimize="ram") for variant in wanted(CASES)]
    used = [{call.kernel for call in case.result.program.calls if call.kind == "conv2d"} for case in built]
    assert all(names == {KERNEL} for names in used)
    assert not any(case.result.program.scratch_peak_bytes for case in built)
    for case, outputs in zip(built, run_on_board(built, BOARD, tmp_path), strict=True):
        check(case, outputs)


def test_on_the_host_close_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert KERNEL in kernels(equal_to_numpy(wanted(CASES[::2]), closest, tmp_path, monkeypatch, "ram"))


@pytest.mark.parametrize(
    "case, reason",
    [
        (depthwise(4, 2, 8), "three rows of inputs or more, of which every window has one"),
        (depthwise(4, 8, 8, pads=(1, 2, 1, 1)), "at most one column of padding on each side"),
        (depthwise(4, 8, 8, multiple=2), "depthwise, one output channel of each"),
    ],
)
def test_refused(case: Case, reason: str, tmp_path: Path) -> None:
    (variant,) = wanted([case])
    graph = build_case(variant, BOARD, tmp_path).result.graph
    (op,) = (op for op in graph.ops if op.kind == "conv2d")
    assert KERNELS["conv2d", KERNEL].refusal(site_of(graph, op), BOARD.core.isa) == reason
