"""The sizes that the report takes from an image are those of the model, not of the harness around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.toy import write_toy
from tinyc.emulate import Harness, build_image
from tinyc.report.elf import ElfSizes, sizes
from tinyc.targets import board_names, load_board


def toy_sizes(board: str, folder: Path, harness: Harness = Harness.RUN, **more: str) -> ElfSizes:
    return sizes(
        build_image(write_toy(folder / "toy", **more), load_board(board), work_dir=folder, harness=harness).elf
    )


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
    prelude = "static int counted = 5;\nstatic int zeros[10];\nint *toy_count(void);\nint *toy_count(void) { return &counted; }\n"
    found = toy_sizes(
        "cortex-m4", tmp_path / "b", prelude=prelude, body="zeros[x[0] & 7] = ++*toy_count(); x[0] = (int8_t)zeros[1];"
    )
    assert (found.data, found.bss) == (4, 40)
    assert found.static_ram == 32 + 44
    assert found.flash >= plain.flash + 4
    assert found.weights == plain.weights


def test_library_code_is_the_models(tmp_path: Path) -> None:
    plain = toy_sizes("cortex-m4", tmp_path / "a")
    found = toy_sizes(
        "cortex-m4", tmp_path / "b", prelude="#include <math.h>\n", body="x[0] = (int8_t)expf((float)x[1]);"
    )
    assert found.code > plain.code + 100
    assert found.port <= plain.port + 64
    assert found.data == 0, "the C library's state must stay out"
