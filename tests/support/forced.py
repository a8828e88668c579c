"""Certain kernels wherever they fit, instead of the best ones."""

from __future__ import annotations

import pytest

from tinyc.kernels.record import KERNELS, Kernel, Site
from tinyc.lower.encode import Encoded
from tinyc.lower.goal import Goal
from tinyc.lower.select import Costs, choose
from tinyc.targets import Board


def force(patch: pytest.MonkeyPatch, *names: str) -> None:
    """From now on, the first of these kernels that fits an op is chosen, and weights stay dense."""

    def forced(site: Site, board: Board, costs: Costs, goal: Goal, spare_flash: int = 0) -> Kernel:
        wanted = [KERNELS[site.op.kind, name] for name in names if (site.op.kind, name) in KERNELS]
        fitting = [kernel for kernel in wanted if kernel.refusal(site, board.core.isa) is None]
        return fitting[0] if fitting else choose(site, board, costs, goal, spare_flash)

    patch.setattr("tinyc.lower.lower.choose", forced)
    patch.setattr("tinyc.driver.encoded", lambda graph, *_: Encoded(graph, ""))
