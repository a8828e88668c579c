"""When each byte of a stream's input and output is in use, if the stream works in strips."""

from __future__ import annotations

import numpy as np

from tests.support.row_nets import longest_runs, streamed
from tests.support.strip_cases import STRIP_CASES
from tinyc.ir.types import Array
from tinyc.lower.streams.row_plan import RowPlan
from tinyc.lower.streams.stages import StreamKernel
from tinyc.lower.streams.strips import pixel_bytes
from tinyc.targets import load_board

BOARD = load_board("cortex-m4")
COUNT = 3


def kernel(case: str) -> StreamKernel:
    graph = STRIP_CASES[case]
    made = streamed(graph, BOARD, longest_runs(graph, BOARD, strips=COUNT), strips=COUNT)
    assert made is not None
    (found,) = made.streams
    return found


def by_columns(plan: RowPlan, line: int) -> Array:
    """The steps of a value's bytes [rows, columns, bytes of a pixel]."""
    kind, steps = plan.lines[line].type, plan.access.reads if line == 0 else plan.access.writes
    return steps.reshape(kind.shape[2], kind.shape[3], pixel_bytes(kind))


def test_each_strip_reads_and_writes_in_its_time() -> None:
    """A column is read for the last time by the last strip that needs it, and written by its own; rows in order."""
    for case in STRIP_CASES:
        found = kernel(case)
        plan, strips = found.rows, found.strips
        assert strips is not None
        reads, writes = by_columns(plan, 0), by_columns(plan, len(plan.lines) - 1)
        for number, strip in enumerate(strips.strips):
            later = strips.strips[number + 1].read[0] if number + 1 < COUNT else strip.read[1]
            own = reads[:, strip.read[0] : max(min(strip.read[1], later), strip.read[0])]
            made = writes[:, slice(*strip.columns)]
            for steps in (own[own >= 0], made):
                assert (steps // (2 * plan.steps) == number).all(), case
            assert (np.diff(made[:, 0, 0]) >= 0).all(), case


def test_the_output_waits_for_the_last_strip() -> None:
    """The first strip's output may not lie over columns that the last one reads: hardly any byte is shared."""
    plan = kernel("bottleneck").rows
    limit = plan.access.overlap().at_most
    assert plan.access.is_safe(limit) and not plan.access.is_safe(limit + 4)
    assert -plan.lines[-1].type.bytes < limit < -plan.lines[-1].type.bytes // 2
