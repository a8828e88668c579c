"""Boards and cores: what the target machine has. Loaded from `boards/*.toml`."""

from tinyc.targets.architecture import Architecture
from tinyc.targets.board import Board, Budget, Core, Emulator, Region
from tinyc.targets.isa import ISA_WORDS, Isa
from tinyc.targets.load import board_names, load_board, load_cores, read_board

__all__ = [
    "ISA_WORDS",
    "Architecture",
    "Board",
    "Budget",
    "Core",
    "Emulator",
    "Isa",
    "Region",
    "board_names",
    "load_board",
    "load_cores",
    "read_board",
]
