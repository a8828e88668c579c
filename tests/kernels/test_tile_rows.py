"""Rows that a 1x1 convolution expands together: fewer where memory counts, for no more cycles than may be spent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.cases.case import Case, x
from tests.support.case_models import variants
from tests.support.case_program import build_case
from tinyc.kernels.record import KERNELS
from tinyc.lower.costs import load_costs
from tinyc.lower.select import estimated_cycles, site_of
from tinyc.targets import load_board

BOARD = load_board("cortex-m4")
KERNEL = KERNELS["conv2d", "tc_dense_rows_s8_dsp"]


@pytest.mark.parametrize("pixels, inputs, least", [(5, 64, 2 * 2 * 64), (48, 8, 2 * 2 * 8), (6, 512, 2 * 2 * 512)])
def test_less_scratch_for_the_cycles(pixels: int, inputs: int, least: int, tmp_path: Path) -> None:
    tensors = (x(1, inputs, 1, pixels), x(16, inputs, 1, 1), x(16))
    case = Case("Conv", f"tile_{pixels}_{inputs}", tensors, constants=(1, 2), int8=True)
    (variant,) = (one for one in variants(case) if one.integer)
    graph = build_case(variant, BOARD, tmp_path).result.graph
    site = site_of(graph, next(op for op in graph.ops if op.kind == "conv2d"))
    sites = [replace(site, spare=spare) for spare in (0.0, 0.02, 0.1, 0.4)]
    scratch = [KERNEL.scratch(one) - 8 * 4 for one in sites]
    cycles = [estimated_cycles(KERNEL, one, load_costs(BOARD)) for one in sites]
    assert scratch == sorted(scratch, reverse=True)
    assert scratch[-1] == least
    assert all(taken <= (1 + one.spare) * cycles[0] * 1.01 for taken, one in zip(cycles, sites, strict=True))
