"""Requantisation in 32-bit words gives the bits of its definition in 64, and kernels for small cores need no more."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.case_program import HOST, WARNINGS
from tinyc.emulate.image import board_compiler, link_image
from tinyc.emulate.run import run_elf
from tinyc.resources import runtime_dir
from tinyc.targets import load_board
from tinyc.toolchain import Compiler, compile_objects, host_cc, link, run_tool

PROGRAM = Path(__file__).with_name("requant_words.c")
STDIO = Path(__file__).parents[1] / "support" / "port_stdio.c"
INCLUDES = (runtime_dir() / "include", runtime_dir() / "port")
EDGES = 12 * 6 * 62


def numbers(folder: Path) -> list[int]:
    return [int(number) for number in np.fromfile(folder / "output.bin", np.int32)]


def test_words_equal_the_definition_on_the_host(tmp_path: Path) -> None:
    flags = (*WARNINGS, *HOST, "-DEDGE_STEP=1", "-DRANDOM_COUNT=1000000")
    compiler = Compiler(tuple(host_cc()), flags, INCLUDES)
    program = link(compiler, compile_objects(compiler, [PROGRAM, STDIO], tmp_path), tmp_path / "words")
    run_tool([program], cwd=tmp_path)
    assert numbers(tmp_path) == [193 * EDGES + 1000000]


@pytest.mark.parametrize("board_name", ["cortex-m0", "cortex-m3", "riscv32"])
def test_words_equal_the_definition_on_the_board(board_name: str, tmp_path: Path) -> None:
    board = load_board(board_name)
    flags = (*WARNINGS, "-O2", "-DEDGE_STEP=31", "-DRANDOM_COUNT=20000")
    objects = compile_objects(board_compiler(board, flags, INCLUDES), [PROGRAM], tmp_path / "project")
    run_elf(link_image(board, tmp_path, objects), board, tmp_path)
    assert numbers(tmp_path) == [8 * EDGES + 20000]
