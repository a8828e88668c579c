"""Kernels chosen for a smaller arena: never larger than that of the fastest, within the cycles that may be spent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.case_models import Variant, families, variants
from tests.support.case_program import build_case
from tinyc.kernels.record import Site
from tinyc.lower.costs import load_costs
from tinyc.lower.goal import Goal
from tinyc.lower.lower import lower
from tinyc.lower.relief import relieved
from tinyc.lower.select import candidates, choose, site_of
from tinyc.targets import load_board

NAMES = ("conv_3x3_16_to_8_at_6_by_1_int8", "conv_batch3_4_channels_int8", "conv_dw1_4_1_40x30_k42s31p0000_int8")
BOARD = load_board("cortex-m4")


def wanted() -> list[Variant]:
    cases = [case for family in ("conv_tiles", "depthwise") for case in families()[family]]
    return [variant for case in cases for variant in variants(case) if variant.name in NAMES]


@pytest.mark.parametrize("goal", [Goal.BALANCED, Goal.RAM])
def test_smaller_for_few_cycles(goal: Goal, tmp_path: Path) -> None:
    smaller = 0
    for variant in wanted():
        graph = build_case(variant, BOARD, tmp_path).result.graph
        sites = {op.name: site_of(graph, op) for op in graph.ops}
        kernels = {name: choose(site, BOARD, load_costs(BOARD), goal) for name, site in sites.items()}
        found, seen = relieved(graph, kernels, sites, BOARD, goal)
        before = sum(_cycles(kernels[name].name, sites[name], goal) for name in kernels)
        more = sum(_cycles(found[name].name, seen[name], goal) for name in found) / before - 1
        fastest, arena = (lower(graph, BOARD, aim).arena_bytes for aim in (Goal.TIME, goal))
        assert more <= goal.spare
        assert more <= goal.arena_worth * (1 - arena / fastest) + 1e-9
        smaller += arena < fastest
    assert smaller > 0


def _cycles(kernel: str, site: Site, goal: Goal) -> float:
    return next(c.cycles or 0.0 for c in candidates(site, BOARD, load_costs(BOARD), goal) if c.kernel.name == kernel)
