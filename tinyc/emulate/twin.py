"""A machine that runs the code of a board which has no emulator of its own."""

from __future__ import annotations

from dataclasses import replace

from tinyc.errors import BoardError
from tinyc.targets import Board, board_names, load_board


def emulated(board: Board) -> Board:
    """The board itself if it is emulated; else an emulated board with a core of its family, compiled as for `board`.

    The machine code of the model is the same, the memory map is the other board's. BoardError if there is none.
    """
    if board.emulator is not None:
        return board
    family = [other for other in map(load_board, board_names()) if other.emulator and _runs(board, other)]
    if not family:
        raise BoardError(f"no emulated board runs the code of {board.name} ({board.core.name})", hint="tinyc boards")
    nearest = max(family, key=lambda other: (len(other.core.name), other.ram.size_bytes))
    return replace(nearest, core=replace(board.core, cycle_model=nearest.core.cycle_model))


def _runs(board: Board, other: Board) -> bool:
    """Whether cores like `cortex-m7` (other) execute what is made for `cortex-m7-sp` (board)."""
    return board.core.name.startswith(other.core.name) and not board.core.isa & ~other.core.isa
