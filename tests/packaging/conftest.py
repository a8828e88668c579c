"""Distributions built from the checkout, and fresh environments outside it.

By links, an environment shares with the running one the dependencies that pyproject.toml declares, and theirs: that
saves minutes of downloads, and an import of anything else (an extra, a development tool) fails there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import venv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


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


def closure(requirements: Iterable[str]) -> set[str]:
    """Names of the installed packages that these requirements need, directly or not; extras are left out."""
    names: set[str] = set()
    waiting = list(requirements)
    while waiting:
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if wanted and name not in names:
            names.add(name)
            waiting += distribution(name).requires or []
    return names


def link_packages(names: Iterable[str], site: Path) -> None:
    """Make the files of installed packages appear in another environment's site-packages."""
    for name in names:
        found = distribution(name)
        for entry in {file.parts[0] for file in found.files or [] if file.parts[0] not in ("..", "__pycache__")}:
            if not (site / entry).exists():
                (site / entry).symlink_to(Path(str(found.locate_file(entry))).resolve())


@pytest.fixture(scope="session")
def fresh(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Environment]:
    """Makes an environment and installs into it what pip is told; `also` names more packages to share."""
    dependencies = tomllib.loads((root / "pyproject.toml").read_text())["project"]["dependencies"]

    def make(*pip_arguments: str | Path, also: tuple[str, ...] = ()) -> Environment:
        folder = tmp_path_factory.mktemp("fresh")
        venv.create(folder / "venv", with_pip=False, symlinks=True)
        site = next((folder / "venv" / "lib").glob("python*/site-packages"))
        link_packages(closure([*dependencies, *also]), site)
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
