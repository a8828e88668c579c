"""scripts/demo and scripts/test on machines that lack something: a clear word and a way out, nothing half-done."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SHELL_TOOLS = ("bash", "env", "dirname", "id", "cat", "cut", "tr", "sha256sum")
SCRIPTS = ("scripts/demo", "scripts/test", ".ci/run")


@pytest.fixture
def bare(root: Path, tmp_path: Path) -> Path:
    """A machine with a shell and nothing else: `checkout` holds the scripts, `bin` is all of PATH."""
    (tmp_path / "bin").mkdir()
    for tool in SHELL_TOOLS:
        found = shutil.which(tool)
        assert found, tool
        (tmp_path / "bin" / tool).symlink_to(found)
    for name in ("scripts", ".ci"):
        shutil.copytree(root / name, tmp_path / "checkout" / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", tmp_path / "checkout")
    return tmp_path


def add_tool(machine: Path, name: str, script: str) -> None:
    tool = machine / "bin" / name
    tool.write_text(f"#!{machine}/bin/bash\n{script}\n")
    tool.chmod(0o755)


def start(machine: Path, script: str) -> subprocess.CompletedProcess[str]:
    variables = {"PATH": str(machine / "bin"), "HOME": str(machine)}
    command = [str(machine / "checkout" / script)]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False, cwd=machine)


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_are_executable_bash(script: str, root: Path) -> None:
    assert os.access(root / script, os.X_OK)
    assert (root / script).read_text().startswith("#!/usr/bin/env bash\n")
    subprocess.run(["bash", "-n", root / script], check=True)


@pytest.mark.parametrize("script", ["scripts/test", ".ci/run"])
def test_tests_refuse_to_start_without_tools(script: str, bare: Path) -> None:
    done = start(bare, script)
    assert done.returncode == 1
    for package in ("gcc-arm-none-eabi", "libnewlib-arm-none-eabi", "qemu-system-arm", "clang", "cppcheck"):
        assert package in done.stderr
    assert "apt-get install" in done.stderr
    assert not (bare / "checkout" / ".venv").exists()


def test_demo_without_compiler_says_how_to_get_one(bare: Path) -> None:
    done = start(bare, "scripts/demo")
    assert done.returncode == 1
    assert "no working C compiler. As root: apt-get install gcc" in done.stderr


def test_demo_without_board_tools_goes_on_to_the_host(bare: Path) -> None:
    """It warns and goes on to Python, whose absence is then the error."""
    add_tool(bare, "gcc", "exit 0")
    add_tool(bare, "cc", "exit 0")
    done = start(bare, "scripts/demo")
    assert "as root: apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm" in done.stderr
    assert "tinyc needs Python 3.11 or newer" in done.stderr
    assert done.returncode == 1


def test_old_python_is_named(bare: Path) -> None:
    add_tool(bare, "gcc", "exit 0")
    add_tool(bare, "cc", "exit 0")
    add_tool(bare, "python3", '[ "$1" = --version ] && echo "Python 3.9.2" && exit 0; exit 1')
    done = start(bare, "scripts/demo")
    assert done.returncode == 1
    assert "3.11 or newer; found Python 3.9.2" in done.stderr


def test_apt_is_asked_only_for_what_is_missing(bare: Path) -> None:
    """As root, with gcc in place: one update, one install of the three board packages."""
    add_tool(bare, "gcc", "exit 0")
    add_tool(bare, "cc", "exit 0")
    (bare / "bin" / "id").unlink()
    add_tool(bare, "id", "echo 0")
    add_tool(bare, "apt-get", f'echo "$@" >>{bare}/apt.log')
    start(bare, "scripts/demo")
    calls = (bare / "apt.log").read_text().splitlines()
    assert calls[0] == "update -qq"
    wanted = "gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm"
    assert calls[1] == f"install -y -qq --no-install-recommends {wanted}"
    assert [call for call in calls if call.startswith("update")] == ["update -qq"]
