"""Distributions built from the checkout, and fresh environments outside it.

Third-party packages are shared with the running environment through a .pth file, which saves minutes; tinyc itself can
only come from what the test installs, because .pth files inside a folder named by a .pth file are not read.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest


def run(*words: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Run a program that must succeed; its stdout. On failure all of its output is in the message."""
    done = subprocess.run([str(word) for word in words], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words} left with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment and an empty folder to work in, both outside the checkout."""

    python: Path
    workdir: Path

    @property
    def variables(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
        return {**kept, "PATH": f"{self.python.parent}{os.pathsep}{kept['PATH']}"}

    def tinyc(self, *arguments: str | Path) -> str:
        return run(self.python.with_name("tinyc"), *arguments, cwd=self.workdir, env=self.variables)

    def evaluate(self, expression: str, module: str) -> str:
        code = f"import {module}; print({expression})"
        return run(self.python, "-c", code, cwd=self.workdir, env=self.variables).strip()


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Environment]:
    """A function that makes an environment and installs into it what pip is told."""

    def make(*pip_arguments: str | Path) -> Environment:
        folder = tmp_path_factory.mktemp("fresh")
        venv.create(folder / "venv", with_pip=False, symlinks=True)
        site = next((folder / "venv" / "lib").glob("python*/site-packages"))
        (site / "shared.pth").write_text(sysconfig.get_path("purelib") + "\n")
        python = folder / "venv" / "bin" / "python"
        pip = (sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-index", "--no-deps")
        run(*pip, "--no-build-isolation", "--ignore-installed", *pip_arguments, cwd=folder)
        workdir = folder / "work"
        workdir.mkdir()
        return Environment(python, workdir)

    return make


@dataclass(frozen=True, slots=True)
class Distributions:
    sdist: Path
    wheel: Path


@pytest.fixture(scope="session")
def distributions(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    """The sdist, and the wheel made from that sdist, so that the sdist is known to be whole."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, root, cwd=folder)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return Distributions(sdist, wheel)


@pytest.fixture(scope="session")
def from_wheel(fresh: Callable[..., Environment], distributions: Distributions) -> Environment:
    return fresh(distributions.wheel)
