"""The sizes that the report takes from an image are those of the model, not of the harness around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.toy import write_toy
from tinyc.emulate import build_image
from tinyc.report.elf import ElfSizes, sizes
from tinyc.targets import board_names, load_board


def toy_sizes(board: str, folder: Path, *, body: str = "", prelude: str = "") -> ElfSizes:
    project = write_toy(folder / "toy", body=body, prelude=prelude)
    return sizes(build_image(project, load_board(board), work_dir=folder).elf)


@pytest.mark.parametrize("board", board_names())
def test_toy(board: str, tmp_path: Path) -> None:
    found = toy_sizes(board, tmp_path)
    assert found.weights == 8
    assert found.arena == found.static_ram == 32
    assert 100 < found.code < 300
    assert found.tables == len("broken\0") + 1 + len("bad arena\0")
    assert found.flash == found.code + found.weights + found.tables


def test_globals_show(tmp_path: Path) -> None:
    plain = toy_sizes("cortex-m4", tmp_path / "a")
    prelude = "static int counted = 5;\nstatic int zeros[10];\n"
    body = "zeros[x[0] & 7] = ++counted;\nx[0] = (int8_t)zeros[1];"
    found = toy_sizes("cortex-m4", tmp_path / "b", prelude=prelude, body=body)
    assert (found.data, found.bss) == (4, 40)
    assert found.static_ram == 32 + 44
    assert found.flash >= plain.flash + 4
    assert found.weights == plain.weights


def test_library_code_is_the_models(tmp_path: Path) -> None:
    plain = toy_sizes("cortex-m4", tmp_path / "a")
    body = "x[0] = (int8_t)expf((float)x[1]);"
    found = toy_sizes("cortex-m4", tmp_path / "b", prelude="#include <math.h>\n", body=body)
    assert found.code > plain.code + 100
    assert found.port <= plain.port + 64
    assert found.static_ram - found.arena <= 4, "newlib's _LIB_VERSION, and none of the C library's kilobyte of state"
