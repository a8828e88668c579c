"""Kernels that give up cycles for memory: in the smallest pieces equal to numpy, with less scratch memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.kernels.test_overlap import equal_to_numpy, kernels
from tests.support.case_models import Variant, families, variants
from tests.support.case_program import build_case
from tests.support.close_plans import closest
from tinyc.ir.graph import Graph, Op
from tinyc.kernels.record import Site
from tinyc.lower.costs import load_costs
from tinyc.lower.select import choose, site_of
from tinyc.targets import load_board

BOARD = load_board("cortex-m4")
SPARE = 2.0
IN_BANDS = {"tc_conv2d_rows_s8_dsp", "tc_dense_rows_s8_dsp", "tc_conv2d_dw3x3_s8_dsp", "tc_conv2d_dw_s8_dsp"}
REACHED = {"tc_dense_rows_s8_dsp", "tc_conv2d_rows_planar_s8_dsp", "tc_conv2d_dw3x3_s8_dsp", "tc_conv2d_dw_s8_dsp"}


def wanted() -> list[Variant]:
    cases = [case for name in ("conv_tiles", "depthwise") for case in families()[name]]
    some = [case for case in cases if case.name.startswith(("first_", "dw1_"))][::2]
    some += [case for case in cases if case.name in ("1x1_65_to_70_at_3x3", "1x1_129_to_6_at_2x3")]
    return [variant for case in some for variant in variants(case) if variant.name.endswith("_int8")]


def test_small_pieces_equal_numpy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def generous(graph: Graph, op: Op) -> Site:
        return replace(site_of(graph, op), spare=SPARE)

    monkeypatch.setattr("tinyc.lower.lower.site_of", generous)
    built = equal_to_numpy(wanted(), closest, tmp_path, monkeypatch, "balanced")
    assert kernels(built) >= REACHED


def test_more_spare_cycles_take_less_scratch(tmp_path: Path) -> None:
    smaller = set()
    for variant in wanted():
        graph = build_case(variant, BOARD, tmp_path).result.graph
        for site in (site_of(graph, op) for op in graph.ops):
            kernel = choose(site, BOARD, load_costs(BOARD))
            scratch = [kernel.scratch(replace(site, spare=spare)) for spare in (0.0, 0.1, 0.4, SPARE)]
            if kernel.name in IN_BANDS:
                assert scratch == sorted(scratch, reverse=True)
                smaller |= {kernel.name} if scratch[-1] < scratch[0] else set()
    assert smaller == IN_BANDS
