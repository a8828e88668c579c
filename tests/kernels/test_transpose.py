"""Transposition in place: equal to numpy wherever x lies, for all cycles of a matrix, and only where it is exact."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cases.case import Case, x
from tests.kernels.test_cases_on_host import check
from tests.support.case_models import Variant, variants
from tests.support.case_program import build_case, run_on_board, run_on_host
from tests.support.close_plans import build_planned, planner
from tests.support.forced import force
from tinyc.kernels.overlap import Overlap
from tinyc.kernels.record import KERNELS
from tinyc.kernels.transpose_cycles import first_of_cycles, reciprocal
from tinyc.lower.program import Buffer
from tinyc.lower.select import site_of
from tinyc.targets import load_board

BOARD = load_board("cortex-m4")
SHAPES = ((3, 1024), (1024, 3), (7, 5), (2, 2), (13, 8))


def _transpose(rows: int, columns: int, *, int8: bool) -> list[Variant]:
    case = Case("Transpose", f"in_place_{rows}x{columns}", (x(rows, columns),), int8=int8)
    return [variant for variant in variants(case) if variant.integer is int8]


WANTED = [variant for shape in SHAPES for variant in _transpose(*shape, int8=True)] + _transpose(3, 100, int8=False)


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernels in place wherever they fit."""
    force(monkeypatch, "tc_transpose_x8_scalar", "tc_transpose_x32_scalar")


@pytest.mark.usefixtures("chosen")
@pytest.mark.parametrize("distance", [0, -8])
def test_on_the_host(distance: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def at(overlap: Overlap, _source: Buffer, _target: Buffer) -> int:
        assert overlap.allows(distance)
        return distance

    built = [build_planned(variant, planner(at), tmp_path, monkeypatch, "time") for variant in WANTED]
    found = {call.kernel for case in built for call in case.result.program.calls}
    assert found == {"tc_transpose_x8_scalar", "tc_transpose_x32_scalar"}
    for case, outputs in zip(built, run_on_host(built, tmp_path), strict=True):
        check(case, outputs)


@pytest.mark.usefixtures("chosen")
def test_on_the_board_in_the_memory_of_the_input(tmp_path: Path) -> None:
    built = [build_case(variant, BOARD, tmp_path, optimize="time") for variant in WANTED]
    for case, outputs in zip(built, run_on_board(built, BOARD, tmp_path), strict=True):
        assert case.result.program.arena_bytes == -(-case.result.program.inputs[0].type.bytes // 4) * 4
        check(case, outputs)


@pytest.mark.parametrize("rows, columns", SHAPES)
def test_every_element_is_in_one_cycle(rows: int, columns: int) -> None:
    count = rows * columns
    division = reciprocal(columns, count - 1)
    assert division is not None
    at = np.arange(count, dtype=np.uint32)
    assert np.array_equal((at * np.uint32(division[0])) >> np.uint32(division[1]), at // columns)
    moved = np.zeros(count, np.int64)
    for first in first_of_cycles(rows, columns):
        place = first
        while moved[place] == 0:
            moved[place] = 1
            place = place * rows % (count - 1)
        assert place == first
    fixed = [i for i in range(count) if (i % columns) * rows + i // columns == i]
    assert sorted(np.flatnonzero(moved == 0)) == fixed


@pytest.mark.parametrize(
    "shape, reason",
    [
        ((64, 64), "at most 256 cycles of elements"),
        ((3, 40000), "y must be the transpose of a matrix of at most 65,536 elements"),
    ],
)
def test_refused(shape: tuple[int, int], reason: str, tmp_path: Path) -> None:
    (variant,) = _transpose(*shape, int8=True)
    graph = build_case(variant, BOARD, tmp_path).result.graph
    site = site_of(graph, graph.ops[0])
    assert KERNELS[graph.ops[0].kind, "tc_transpose_x8_scalar"].refusal(site, BOARD.core.isa) == reason
