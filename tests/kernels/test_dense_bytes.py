"""Dense layers without scratch memory: equal to numpy wherever rows end, also as close as memory may be shared."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases.case import Case, x
from tests.kernels.test_cases_on_host import check
from tests.kernels.test_overlap import equal_to_numpy, kernels
from tests.support.case_models import Variant, variants
from tests.support.case_program import build_case, run_on_board
from tests.support.close_plans import closest
from tinyc.kernels.record import KERNELS
from tinyc.lower.select import site_of
from tinyc.targets import load_board

KERNEL = "tc_dense_s8_bytes_dsp"
BOARD = load_board("cortex-m4")


def _dense(rows: int, inputs: int, outputs: int) -> Case:
    tensors = (x(rows, inputs), x(outputs, inputs), x(outputs))
    return Case("Gemm", f"bytes_{rows}x{inputs}_to_{outputs}", tensors, {"transB": 1}, (1, 2), int8=True)


def _pointwise(inputs: int, outputs: int, side: int) -> Case:
    tensors = (x(1, inputs, side, side), x(outputs, inputs, 1, 1), x(outputs))
    return Case("Conv", f"bytes_{inputs}_to_{outputs}_at_{side}", tensors, constants=(1, 2), int8=True)


CASES = [_dense(1, 4, 257), _dense(1, 5, 206), _dense(3, 34, 31), _dense(2, 71, 16), _dense(1, 256, 5),
         _pointwise(33, 33, 3), _pointwise(64, 18, 2)]  # fmt: skip


def wanted() -> list[Variant]:
    return [variant for case in CASES for variant in variants(case) if variant.name.endswith("_int8")]


@pytest.fixture
def no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves no faster kernel."""
    for op, name in [key for key in KERNELS if key[0] in ("dense", "conv2d")]:
        if name != KERNEL and not KERNELS[op, name].is_reference:
            monkeypatch.delitem(KERNELS, (op, name))


@pytest.mark.usefixtures("no_other")
def test_on_the_board(tmp_path: Path) -> None:
    built = [build_case(variant, BOARD, tmp_path) for variant in wanted()]
    assert all(KERNEL in {call.kernel for call in case.result.program.calls} for case in built)
    assert not any(case.result.program.scratch_peak_bytes for case in built)
    for case, outputs in zip(built, run_on_board(built, BOARD, tmp_path), strict=True):
        check(case, outputs)


@pytest.mark.usefixtures("no_other")
def test_on_the_host_close_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert KERNEL in kernels(equal_to_numpy(wanted(), closest, tmp_path, monkeypatch, "balanced"))


def test_fewer_than_four_inputs_are_refused(tmp_path: Path) -> None:
    (variant,) = (one for one in variants(_dense(1, 3, 400)) if one.name.endswith("_int8"))
    graph = build_case(variant, BOARD, tmp_path).result.graph
    (op,) = (op for op in graph.ops if op.kind == "dense")
    assert KERNELS["dense", KERNEL].refusal(site_of(graph, op), BOARD.core.isa) == "four inputs or more"
