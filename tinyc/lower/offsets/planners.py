"""The planners that a user may choose, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tinyc.lower.offsets import cp_sat
from tinyc.lower.offsets.planner import FAST, FAST_EFFORTS, Planner, by_search

EXACT = Planner("exact", 200_000, 200, by_search(*FAST_EFFORTS, (4_000_000, 200_000)))
"""In a few minutes at most."""

PLANNERS: Mapping[str, Callable[[], Planner]] = {
    FAST.name: lambda: FAST,
    EXACT.name: lambda: EXACT,
    cp_sat.NAME: lambda: Planner(cp_sat.NAME, EXACT.order_sets, EXACT.order_width, cp_sat.solver()),
}


def planner_called(name: str) -> Planner:
    """ToolMissing if it needs a package that is not installed."""
    return PLANNERS[name]()
