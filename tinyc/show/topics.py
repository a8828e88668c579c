"""Boards, and everything that can be explained."""

from __future__ import annotations

from collections.abc import Sequence

from tinyc.explain import Topic
from tinyc.report.sizes import count
from tinyc.show.tables import show, table
from tinyc.targets import Board


def boards(found: Sequence[Board]) -> None:
    """The boards with their budgets."""
    heads = ("board", "core", "flash budget", "RAM budget", "clock", "emulated by", "")
    rows = [
        (
            board.name,
            board.core.name,
            count(board.budget.flash_bytes),
            count(board.budget.ram_bytes),
            f"{board.clock_hz / 1e6:g} MHz",
            board.emulator.machine if board.emulator else "",
            board.title,
        )
        for board in found
    ]
    show(table(heads, rows, numbers=(2, 3, 4)))


def listed(found: Sequence[Topic]) -> None:
    """Everything that can be explained, kind by kind."""
    for kind in dict.fromkeys(topic.kind for topic in found):
        rows = [(topic.name, topic.summary) for topic in found if topic.kind == kind]
        show(table((kind, ""), rows))
