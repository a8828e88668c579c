"""Convolution by pairs of windows: equal to numpy around every edge, also as close as memory may be shared."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.cases.case import Case, x
from tests.kernels.test_cases_on_host import check
from tests.kernels.test_overlap import equal_to_numpy, kernels
from tests.support.case_models import Variant, variants
from tests.support.case_program import build_case, run_on_board
from tests.support.close_plans import closest
from tests.support.forced import force
from tinyc.kernels.record import KERNELS
from tinyc.lower.select import site_of
from tinyc.targets import load_board

KERNEL = "tc_conv2d_pairs_s8_dsp"
BOARD = load_board("cortex-m4")


def _conv(shape: tuple[int, ...], outputs: int, window: tuple[int, ...], **attributes: Any) -> Case:
    tensors = (x(*shape), x(outputs, shape[1], *window), x(outputs))
    name = "_".join(map(str, ("pairs", *shape, outputs, *window, *chain(*attributes.values()))))
    return Case("Conv", name, tensors, attributes, (1, 2), int8=True)


CASES = [
    _conv((1, 16, 3, 9), 16, (3, 3), pads=[0, 1, 0, 1]),
    _conv((1, 4, 5, 5), 5, (3, 3), pads=[1, 1, 1, 1]),
    _conv((2, 8, 5, 7), 6, (3, 3), pads=[0, 0, 1, 1], strides=[2, 2]),
    _conv((1, 12, 6, 5), 3, (2, 3), pads=[3, 0, 0, 2], dilations=[1, 2]),
    _conv((1, 4, 4, 4), 4, (1, 1), strides=[2, 2]),
    _conv((2, 4, 9), 9, (3,), pads=[2, 1]),
    _conv((1, 20, 1, 1), 8, (3, 3), pads=[1, 1, 1, 1]),
]


def wanted(cases: list[Case]) -> list[Variant]:
    return [variant for case in cases for variant in variants(case) if variant.integer]


@pytest.fixture(autouse=True)
def chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    force(monkeypatch, KERNEL)


def test_on_the_board(tmp_path: Path) -> None:
    built = [build_case(variant, BOARD, tmp_path, optimize="time") for variant in wanted(CASES)]
    used = [{call.kernel for call in case.result.program.calls} for case in built]
    assert all(KERNEL in names for names in used), used
    for case, outputs in zip(built, run_on_board(built, BOARD, tmp_path), strict=True):
        check(case, outputs)


def test_on_the_host_close_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert KERNEL in kernels(equal_to_numpy(wanted(CASES[::2]), closest, tmp_path, monkeypatch, "time"))


def test_three_channels_are_refused(tmp_path: Path) -> None:
    (variant,) = (one for one in variants(_conv((1, 3, 5, 5), 4, (3, 3))) if one.integer)
    graph = build_case(variant, BOARD, tmp_path).result.graph
    (op,) = (op for op in graph.ops if op.kind == "conv2d")
    refusal = KERNELS["conv2d", KERNEL].refusal(site_of(graph, op), BOARD.core.isa)
    assert refusal == "channels of inputs must be a multiple of four"
