"""`--integrity crc32`: a model whose constants are not those that were built refuses to run."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path

import numpy as np
import pytest

from tinyc.codegen.project import write
from tinyc.driver import BuildResult, Options, build
from tinyc.emulate import Harness, build_image, run_image
from tinyc.errors import ToolFailed
from tinyc.targets import load_board
from tinyc.toolchain import Compiler, compile_objects, host_cc, link, run_tool

BOARD = "cortex-m4"
MAIN = """#include "m.h"
int main(void)
{
    static _Alignas(16) uint8_t arena[M_ARENA_BYTES];
    m_t model;
    return (int)m_init(&model, arena, sizeof arena);
}
"""


def made(model: Path, folder: Path, integrity: str) -> BuildResult:
    result = build(model, load_board(BOARD), options=Options(name="m", integrity=integrity))
    write(result.project, folder)
    return result


def damage(folder: Path, array: int) -> None:
    """Another value for one byte of one of the arrays."""
    file = folder / "src" / "m_weights.c"
    bodies = list(re.finditer(r"= \{\n(.*?)\n\};", file.read_text(), re.DOTALL))
    body = bodies[array]
    first, rest = re.split(r"(?=,|$)", body[1], maxsplit=1)
    number = str(int(first) ^ 1)
    file.write_text(file.read_text()[: body.start(1)] + number + rest + file.read_text()[body.end(1) :])


def status_on_host(folder: Path, work: Path) -> int:
    work.mkdir()
    (work / "main.c").write_text(MAIN)
    compiler = Compiler(tuple(host_cc()), ("-std=c11", "-Wall", "-Werror"), (folder / "include",))
    sources = [*sorted((folder / "src").glob("*.c")), work / "main.c"]
    program = link(compiler, compile_objects(compiler, sources, work), work / "m", flags=["-lm"])
    return run_tool([program], check=False).returncode


@pytest.mark.parametrize("array", [0, -1])
def test_host_refuses_damaged_constants(digits: Path, array: int, tmp_path: Path) -> None:
    made(digits / "digits_int8.onnx", tmp_path / "m", "crc32")
    assert status_on_host(tmp_path / "m", tmp_path / "intact") == 0
    damage(tmp_path / "m", array)
    assert status_on_host(tmp_path / "m", tmp_path / "damaged") == 5


def test_board_refuses_damaged_constants(digits: Path, tmp_path: Path) -> None:
    result = made(digits / "digits_int8.onnx", tmp_path / "m", "crc32")
    board, sample = load_board(BOARD), np.zeros(result.program.inputs[0].type.bytes, np.uint8).tobytes()
    intact = build_image(tmp_path / "m", board, work_dir=tmp_path / "intact", harness=Harness.RUN)
    assert len(run_image(intact, sample, 1).outputs) > 0
    damage(tmp_path / "m", 0)
    damaged = build_image(tmp_path / "m", board, work_dir=tmp_path / "damaged", harness=Harness.RUN)
    with pytest.raises(ToolFailed, match="the constants are damaged"):
        run_image(damaged, sample, 1)


def test_manifest_states_the_number(digits: Path, tmp_path: Path) -> None:
    result = made(digits / "digits_int8.onnx", tmp_path / "m", "none")
    stated = json.loads(result.project.files["manifest.json"])["constants_crc32"]
    content = b"".join(constant.blob.array.tobytes() for constant in result.program.constants)
    assert stated == f"0x{zlib.crc32(content):08X}"


def test_nothing_is_checked_unless_asked(digits: Path, tmp_path: Path) -> None:
    plain = made(digits / "digits_int8.onnx", tmp_path / "m", "none")
    assert not [path for path in plain.project.files if "crc32" in path]
    damage(tmp_path / "m", 0)
    assert status_on_host(tmp_path / "m", tmp_path / "work") == 0
