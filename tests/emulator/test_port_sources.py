"""The C that tinyc brings beside the kernels compiles without a single warning, for all cores and with clang too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.toy import write_toy
from tinyc import resources
from tinyc.emulate import Harness, build_image
from tinyc.targets import Core, load_board, load_cores
from tinyc.toolchain import host_cc, run_tool

STRICT = ("-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-pedantic", "-O2", "-fsyntax-only")
PORT = sorted((resources.runtime_dir() / "port").glob("*.c"))
PLUGIN = sorted((resources.runtime_dir() / "emulate").glob("*.c"))


@pytest.mark.parametrize("core", load_cores().values(), ids=lambda core: core.name)
def test_port(core: Core) -> None:
    run_tool([core.compiler, *core.cflags, *STRICT, *PORT])


def test_port_with_clang() -> None:
    run_tool(["clang", "--target=thumbv7em-none-eabi", "-ffreestanding", *STRICT, *PORT])


@pytest.mark.parametrize("harness", Harness)
def test_generated_harness(harness: Harness, tmp_path: Path) -> None:
    project = write_toy(tmp_path / "toy")
    board = load_board("cortex-m4")
    build_image(project, board, work_dir=tmp_path, harness=harness)
    includes = [f"-I{project / 'include'}", f"-I{resources.runtime_dir() / 'port'}"]
    model_c = tmp_path / harness.value / "model.c"
    run_tool([board.core.compiler, *board.core.cflags, *harness.defines, *STRICT, *includes, model_c])


@pytest.mark.parametrize("compiler", [host_cc()[0], "clang"])
@pytest.mark.parametrize("api", [1, 2, 3])
def test_plugin(compiler: str, api: int) -> None:
    run_tool([compiler, f"-DTINYC_QEMU_PLUGIN_API={api}", *STRICT, *PLUGIN])
