"""The C that tinyc brings beside the kernels compiles without a single warning, for all cores and with clang too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.toy import write_toy
from tinyc import resources
from tinyc.emulate import Harness, build_image
from tinyc.targets import Architecture, Core, load_board, load_cores
from tinyc.toolchain import host_cc, run_tool

STRICT = ("-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-pedantic", "-O2", "-fsyntax-only")
PORT = resources.runtime_dir() / "port"
PLUGIN = sorted((resources.runtime_dir() / "emulate").glob("*.c"))


def sources(architecture: Architecture) -> list[Path]:
    return sorted((*PORT.glob("*.c"), *(PORT / architecture.value).glob("*.c")))


@pytest.mark.parametrize("core", load_cores().values(), ids=lambda core: core.name)
def test_port(core: Core) -> None:
    run_tool([core.compiler, *core.cflags, *STRICT, f"-I{PORT}", *sources(core.architecture)])


def test_port_with_clang() -> None:
    arm = sources(Architecture.ARM)
    run_tool(["clang", "--target=thumbv7em-none-eabi", "-ffreestanding", *STRICT, f"-I{PORT}", *arm])


@pytest.mark.parametrize("harness", Harness)
def test_generated_harness(harness: Harness, tmp_path: Path) -> None:
    project = write_toy(tmp_path / "toy")
    board = load_board("cortex-m4")
    build_image(project, board, work_dir=tmp_path, harness=harness)
    includes = [f"-I{project / 'include'}", f"-I{PORT}"]
    model_c = tmp_path / harness.value / "model.c"
    run_tool([board.core.compiler, *board.core.cflags, *harness.defines, *STRICT, *includes, model_c])


@pytest.mark.parametrize("compiler", [host_cc()[0], "clang"])
@pytest.mark.parametrize("api", [1, 2, 3])
def test_plugin(compiler: str, api: int) -> None:
    run_tool([compiler, f"-DTINYC_QEMU_PLUGIN_API={api}", *STRICT, *PLUGIN])
