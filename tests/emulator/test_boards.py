"""Every emulated board runs an image; every build-only board links one with its own memory map."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from tests.emulator.toy import toy_answer, write_toy
from tinyc.emulate import Harness, build_image, run_image
from tinyc.emulate.image import linker_script
from tinyc.errors import BoardError, ToolFailed
from tinyc.targets import Architecture, Board, board_names, load_board

BOARDS = [load_board(name) for name in board_names()]
EMULATED = [board for board in BOARDS if board.emulator is not None]
BUILD_ONLY = [board for board in BOARDS if board.emulator is None]
SAMPLES = bytes(range(16))


def board_id(board: Board) -> str:
    return board.name


@pytest.mark.parametrize("board", EMULATED, ids=board_id)
def test_runs(board: Board, tmp_path: Path) -> None:
    image = build_image(write_toy(tmp_path / "toy"), board, work_dir=tmp_path)
    result = run_image(image, SAMPLES, 2)
    assert result.outputs == toy_answer(SAMPLES)
    assert result.layers is None
    assert 0 < result.stack_high_water < board.budget.stack_bytes


@pytest.mark.parametrize("board", EMULATED, ids=board_id)
def test_layers(board: Board, tmp_path: Path) -> None:
    image = build_image(write_toy(tmp_path / "toy"), board, work_dir=tmp_path, harness=Harness.LAYERS)
    result = run_image(image, SAMPLES, 2)
    assert result.outputs == toy_answer(SAMPLES)
    assert result.layers is not None
    found = {(row.sample, row.layer, row.output): row.content for row in result.layers}
    doubled = bytes(2 * x for x in SAMPLES)
    answer = toy_answer(SAMPLES)
    assert found == {(0, 0, 0): doubled[:8], (0, 1, 0): answer[:8], (1, 0, 0): doubled[8:], (1, 1, 0): answer[8:]}


@pytest.mark.parametrize("board", EMULATED, ids=board_id)
def test_float_unit_and_libraries(board: Board, tmp_path: Path) -> None:
    """The square root of 1 + eight times e^0 is 3; an FPU that is off would fault, missing libraries not link."""
    body = (
        "float sum = 1.0f; for (int i = 0; i < 8; i++) { sum += expf((float)doubled[i]); }\n"
        "memset(self->arena, (int)sqrt((double)sum), 8u);"
    )
    project = write_toy(tmp_path / "toy", body=body, prelude="#include <math.h>\n#include <string.h>\n")
    result = run_image(build_image(project, board, work_dir=tmp_path), bytes(8), 1)
    assert result.outputs == bytes([3] * 8)


@pytest.mark.parametrize("board", BUILD_ONLY, ids=board_id)
def test_build_only_has_no_emulator(board: Board, tmp_path: Path) -> None:
    image = build_image(write_toy(tmp_path / "toy"), board, work_dir=tmp_path)
    with pytest.raises(BoardError, match=f"{board.name} has no emulator") as caught:
        run_image(image, bytes(8), 1)
    assert board.core.name in caught.value.hint


@pytest.mark.parametrize("board", BOARDS, ids=board_id)
def test_image_lies_in_the_boards_memory(board: Board, tmp_path: Path) -> None:
    image = build_image(write_toy(tmp_path / "toy"), board, work_dir=tmp_path)
    with image.elf.open("rb") as stream:
        elf = ELFFile(stream)
        vectors = elf.get_section_by_name(".vectors")
        assert vectors["sh_addr"] == board.vectors.origin
        if board.core.architecture is Architecture.ARM:
            stack, reset = struct.unpack_from("<2I", vectors.data())
            symbol = elf.get_section_by_name(".symtab").get_symbol_by_name("port_reset")[0]["st_value"]
            assert stack == board.ram.end
            assert reset == symbol
            assert reset & 1, "the Thumb bit"
        for segment in elf.iter_segments("PT_LOAD"):
            assert lies_in_one_region(segment["p_vaddr"], segment["p_memsz"], board)


def lies_in_one_region(address: int, num_bytes: int, board: Board) -> bool:
    return any(region.origin <= address and address + num_bytes <= region.end for region in board.regions)


@pytest.mark.parametrize("board", BOARDS, ids=board_id)
def test_linker_script_offers_every_region(board: Board) -> None:
    script = linker_script(board)
    for region in board.regions:
        assert f"  {region.name} ({region.access}) : ORIGIN = {region.origin}, LENGTH = {region.size_bytes}\n" in script
    for region in board.ram_regions[1:]:
        assert f"*(.region.{region.name} " in script


def test_too_much_ram_is_refused_by_the_linker(tmp_path: Path) -> None:
    prelude = "static char big[15000];\nchar *toy_big(void);\nchar *toy_big(void) { return big; }\n"
    project = write_toy(tmp_path / "toy", prelude=prelude, body="toy_big()[x[0]] = 1;")
    with pytest.raises(ToolFailed, match="RAM is full"):
        build_image(project, load_board("microbit"), work_dir=tmp_path)
