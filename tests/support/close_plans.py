"""Plans in which nothing shares memory but inputs and outputs of kernels that allow it, as far as they allow it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.support.case_models import Variant
from tests.support.case_program import Built, build_case
from tinyc.kernels.overlap import Overlap
from tinyc.lower.offsets.planner import Offsets, Planner
from tinyc.lower.offsets.separation import Overlaps
from tinyc.lower.program import Buffer
from tinyc.targets import load_board

_GAP = 64


def planner(distance: Callable[[Overlap, Buffer, Buffer], int], call: int | None = None) -> Planner:
    """Every output, or that of one call, at this distance behind its input, and otherwise everything apart."""

    def plan(buffers: Sequence[Buffer], overlaps: Overlaps) -> Offsets:
        offsets: dict[int, int] = {}
        top = 0
        behind = {i: (j, overlap) for (i, j), overlap in reversed(overlaps.items())
                  if call in (None, buffers[j].first)}  # fmt: skip
        for start in sorted(range(len(buffers)), key=lambda i: buffers[i].first):
            if start in offsets:
                continue
            chain = {start: 0}
            at = start
            while at in behind and behind[at][0] not in {*offsets, *chain}:
                after, overlap = behind[at]
                chain[after] = chain[at] + distance(overlap, buffers[at], buffers[after])
                at = after
            lowest = min(chain.values())
            base = top - (lowest // 16 * 16)
            offsets |= {index: base + offset for index, offset in chain.items()}
            top = max(offsets[index] + buffers[index].bytes for index in chain) + _GAP
            top = -(-top // 16) * 16
        return Offsets(tuple(buffer.at(offsets[i]) for i, buffer in enumerate(buffers)), top, is_least=False)

    return Planner("apart", 1, 1, plan)


def closest(overlap: Overlap, source: Buffer, target: Buffer) -> int:
    """The greatest distance that is allowed."""
    step = max(source.align, target.align)
    return max([limit(overlap, source, target), *(d for d in overlap.exact if d % step == 0)])


def limit(overlap: Overlap, source: Buffer, target: Buffer) -> int:
    """The greatest at and below which all are allowed."""
    step = max(source.align, target.align)
    return overlap.at_most // step * step


def beyond(element_bytes: int) -> Callable[[Overlap, Buffer, Buffer], int]:
    """One element further than all that is allowed."""

    def distance(overlap: Overlap, source: Buffer, target: Buffer) -> int:
        found = (overlap.at_most // element_bytes + 1) * element_bytes
        while overlap.allows(found):
            found += element_bytes
        return found

    return distance


def build_planned(
    variant: Variant, plan: Planner, folder: Path, patch: pytest.MonkeyPatch, goal: str, board: str = "cortex-m4"
) -> Built:
    """A case through the whole line with this plan instead of the smallest."""
    with patch.context() as during:
        during.setattr("tinyc.driver.planner_called", lambda _: plan)
        return build_case(variant, load_board(board), folder, optimize=goal)
