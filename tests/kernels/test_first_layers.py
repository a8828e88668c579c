"""First layers from planes and from channels-last images: equal to numpy, also as close as memory may be shared."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernels.test_cases_on_host import check
from tests.support.case_models import Variant, families, variants
from tests.support.case_program import Built, build_case, run_on_board, run_on_host
from tests.support.close_plans import closest, planner
from tinyc.targets import load_board

BOARD = load_board("cortex-m4")
PLANES, LAST = "tc_conv2d_rows_planar_s8_dsp", "tc_conv2d_rows_s8_dsp"


def wanted() -> list[Variant]:
    cases = [case for case in families()["conv_tiles"] if case.name.startswith("first_")]
    found = [variant for case in cases for variant in variants(case) if variant.name.endswith("_int8")]
    assert len(found) > 4
    return found


def built(folder: Path, *, channels_last: bool) -> list[Built]:
    """Those that the kernel can serve."""
    found = [build_case(variant, BOARD, folder, channels_last=channels_last) for variant in wanted()]
    kernel = LAST if channels_last else PLANES
    return [case for case in found if kernel in {call.kernel for call in case.result.program.calls}]


@pytest.mark.parametrize("channels_last", [False, True])
def test_close_together_on_the_host(channels_last: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinyc.driver.planner_called", lambda _: planner(closest))
    cases = built(tmp_path, channels_last=channels_last)
    assert len(cases) > 3
    assert all(case.result.program.shared for case in cases)
    for case, outputs in zip(cases, run_on_host(cases, tmp_path), strict=True):
        check(case, outputs)


def test_on_the_board(tmp_path: Path) -> None:
    cases = built(tmp_path, channels_last=True)
    for case, outputs in zip(cases, run_on_board(cases, BOARD, tmp_path), strict=True):
        check(case, outputs)


def test_nothing_is_copied_first(tmp_path: Path) -> None:
    for case in built(tmp_path, channels_last=False):
        kinds = [call.kind for call in case.result.program.calls]
        assert "relayout" not in kinds[: kinds.index("conv2d")]
