"""An input whose rows are pushed: numpy, host and board agree, and the C refuses what it cannot take."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.command import DENSE, model, tinyc
from tinyc.codegen.manifest import read_manifest
from tinyc.codegen.project import write
from tinyc.driver import BuildResult, Options, build
from tinyc.errors import OptionError
from tinyc.recipe import load_recipe
from tinyc.targets import load_board
from tinyc.verify import Request, verify

BOARD = load_board("cortex-m4")
PUSHED = Options(push_rows=("all",))

MISUSE = """
#include <string.h>
#include "digits_int8.h"
static _Alignas(DIGITS_INT8_ARENA_ALIGN) uint8_t arena[DIGITS_INT8_ARENA_BYTES];
int main(void)
{
    static const int8_t rows[DIGITS_INT8_INPUT_0_ELEMENTS];
    int8_t first[DIGITS_INT8_OUTPUT_0_ELEMENTS];
    digits_int8_t model = {0};
    if (digits_int8_push_rows(&model, rows, 1u) != TINYC_NOT_INITIALISED) { return 1; }
    (void)memset(arena, 0x5A, sizeof arena);
    if (digits_int8_init(&model, arena, sizeof arena) != TINYC_OK) { return 2; }
    if (digits_int8_push_rows(&model, NULL, 1u) != TINYC_NULL_POINTER) { return 3; }
    if (digits_int8_invoke(&model) != TINYC_ROWS_MISSING) { return 4; }
    if (digits_int8_input(&model, 0u) != NULL) { return 5; }
    if (digits_int8_push_rows(&model, rows, DIGITS_INT8_INPUT_ROWS - 1u) != TINYC_OK) { return 6; }
    if (digits_int8_push_rows(&model, rows, 2u) != TINYC_TOO_MANY_ROWS) { return 7; }
    if (digits_int8_invoke(&model) != TINYC_ROWS_MISSING) { return 8; }
    if (digits_int8_push_rows(&model, rows, 1u) != TINYC_OK) { return 9; }
    if (digits_int8_push_rows(&model, rows, 1u) != TINYC_TOO_MANY_ROWS) { return 10; }
    if (digits_int8_invoke(&model) != TINYC_OK) { return 11; }
    (void)memcpy(first, digits_int8_output(&model, 0u), sizeof first);
    if (digits_int8_push_rows(&model, rows, DIGITS_INT8_INPUT_ROWS) != TINYC_OK) { return 12; }
    if (digits_int8_invoke(&model) != TINYC_OK) { return 13; }
    return memcmp(first, digits_int8_output(&model, 0u), sizeof first);
}
"""


def built(digits: Path, folder: Path) -> BuildResult:
    result = build(digits / "digits_int8.onnx", BOARD, options=PUSHED)
    write(result.project, folder)
    return result


def test_the_input_takes_no_memory(digits: Path, tmp_path: Path) -> None:
    program = built(digits, tmp_path / "out").program
    assert [stream.pushed for stream in program.streams][:1] == [True]
    assert not program.memories and "image" not in {buffer.name for buffer in program.buffers}
    assert [tensor.pushed for tensor in read_manifest(tmp_path / "out").inputs] == [True]


@pytest.mark.parametrize("board", ["cortex-m4", "cortex-m0"])
def test_numpy_host_and_board_agree(board: str, digits: Path) -> None:
    request = Request(digits / "digits_int8.onnx", load_board(board), load_recipe("float"), PUSHED)
    assert verify(request).equal


def test_rows_too_many_or_too_few(digits: Path, tmp_path: Path) -> None:
    built(digits, tmp_path / "out")
    (tmp_path / "main.c").write_text(MISUSE)
    sources = [tmp_path / "main.c", *sorted((tmp_path / "out" / "src").glob("*.c"))]
    program = tmp_path / "main"
    flags = ["-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-fsanitize=address,undefined"]
    subprocess.run(["gcc", *flags, f"-I{tmp_path / 'out' / 'include'}", *sources, "-o", program, "-lm"], check=True)
    assert subprocess.run([program], check=False).returncode == 0


def test_what_cannot_be_pushed(digits: Path) -> None:
    file = digits / "digits_int8.onnx"
    with pytest.raises(OptionError, match="nothing of this name"):
        build(file, BOARD, options=Options(push_rows=("picture",)))
    with pytest.raises(OptionError, match="bound or kept as well"):
        build(file, BOARD, options=Options(push_rows=("image",), bind_inputs=("image",)))


def test_layers_that_need_all_rows(tmp_path: Path) -> None:
    result = tinyc("build", model(DENSE, tmp_path / "net.onnx"), "--board", "cortex-m4", "--push-rows", "x")
    assert result.code == 2
    assert '--push-rows "x": the layers that read it do not work row by row' in result.stderr
