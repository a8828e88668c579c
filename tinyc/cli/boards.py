"""tinyc boards: list the boards."""

from __future__ import annotations

from tinyc.cli.options import Json, print_json


def boards(json: Json = False) -> None:
    """List the boards with their cores and budgets.

    Example: tinyc boards
    """
    from dataclasses import asdict

    from tinyc.targets import board_names, load_board

    found = [load_board(name) for name in board_names()]
    if json:
        keys = ("name", "title", "clock_hz", "budget")
        print_json([{**{key: asdict(b)[key] for key in keys}, "core": b.core.name} for b in found])
    else:
        from tinyc import show

        show.boards(found)
