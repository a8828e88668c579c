"""Convolution by Winograd's F(4x4, 3x3): equal to numpy bit for bit, and chosen only where its price is accepted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.cases.case import Case, Data, given, x
from tests.kernels.test_cases_on_host import check
from tests.support.case_models import Array, variants
from tests.support.case_program import Built, build_case, run_on_board, run_on_host
from tinyc.kernels.record import KERNELS, kernels_for
from tinyc.kernels.winograd import TRANSFORM, transformed
from tinyc.targets import Board, load_board

KERNEL = "tc_conv2d_winograd_s8_dsp"


def _conv(name: str, data: Data, weights: Data, pads: tuple[int, ...] = (1, 1, 1, 1)) -> Case:
    return Case("Conv", name, (data, weights, x(weights.shape[0])), {"pads": list(pads)}, (1, 2), int8=True)


def _square(inputs: int, outputs: int, height: int, width: int) -> Case:
    name = f"winograd_{inputs}_to_{outputs}_at_{height}x{width}"
    return _conv(name, x(1, inputs, height, width), x(outputs, inputs, 3, 3))


def _signs(*shape: int) -> Data:
    return given(3.0 * np.random.default_rng(6).choice([-1.0, 1.0], shape), "float32")


def _highest(*shape: int) -> Data:
    return given(np.full(shape, 3.0), "float32")


CASES = [
    _square(4, 1, 1, 1),
    _square(4, 4, 4, 4),
    _square(8, 5, 5, 7),
    _square(12, 3, 8, 12),
    _square(16, 8, 9, 8),
    _square(20, 7, 4, 4),
    _conv("winograd_uneven_pads", x(3, 8, 6, 9), x(6, 8, 3, 3), (2, 0, 0, 1)),
    _conv("winograd_without_pads", x(1, 4, 11, 10), x(4, 4, 3, 3), (0, 0, 0, 0)),
    _conv("winograd_all_highest", _highest(1, 64, 8, 8), _highest(4, 64, 3, 3)),
    _conv("winograd_all_extremes", _signs(1, 64, 8, 8), _signs(4, 64, 3, 3)),
]  # fmt: skip


def _built(folder: Path, board: Board, optimize: str = "time", cases: list[Case] = CASES) -> list[Built]:
    quantised = [variant for case in cases for variant in variants(case) if variant.integer]
    return [build_case(variant, board, folder, optimize=optimize) for variant in quantised]


def _kernels(built: Built) -> set[str]:
    return {call.kernel for call in built.result.program.calls}


def _on_host(built: list[Built], board: Board, folder: Path) -> list[list[Array]]:
    return run_on_host(built, folder)


@pytest.mark.parametrize("run", [_on_host, run_on_board], ids=["host", "board"])
def test_c_equals_numpy(
    run: Callable[[list[Built], Board, Path], list[list[Array]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = load_board("cortex-m4")
    for kernel in kernels_for("conv2d"):
        if kernel.name != KERNEL:
            monkeypatch.delitem(KERNELS, (kernel.op, kernel.name))
    built = _built(tmp_path, board)
    assert all(KERNEL in _kernels(case) for case in built)
    for case, outputs in zip(built, run(built, board, tmp_path), strict=True):
        check(case, outputs)


@pytest.mark.parametrize("optimize", ["balanced", "ram", "flash"])
def test_no_other_goal_stores_transformed_weights(optimize: str, tmp_path: Path) -> None:
    (built,) = _built(tmp_path, load_board("cortex-m4"), optimize, [_square(16, 8, 9, 8)])
    assert KERNEL not in _kernels(built)


@pytest.mark.parametrize("flash, ram", [(40 * 1024, 640 * 1024), (1024 * 1024, 8 * 1024)])
def test_the_budget_must_leave_room(flash: int, ram: int, tmp_path: Path) -> None:
    board = load_board("cortex-m4")
    small = replace(board, budget=replace(board.budget, flash_bytes=flash, ram_bytes=ram))
    (built,) = _built(tmp_path, small, "time", [_square(16, 16, 9, 8)])
    assert KERNEL not in _kernels(built)


def test_weights_are_transformed_along_both_axes() -> None:
    weights = np.random.default_rng(7).integers(-128, 128, (2, 3, 3, 5))
    found = transformed(weights).reshape(2, 6, 6, 5)
    for out, channel in np.ndindex(2, 5):
        np.testing.assert_array_equal(found[out, :, :, channel], TRANSFORM @ weights[out, :, :, channel] @ TRANSFORM.T)
    assert np.abs(transformed(np.full((1, 3, 3, 1), -128))).max() < 1 << 15
