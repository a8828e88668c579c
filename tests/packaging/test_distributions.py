"""Wheel, sdist and editable install work outside the checkout."""

from __future__ import annotations

import filecmp
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging.conftest import Distributions, Environment, run

# One worker for all: the fixtures, which cost seconds, are made once per worker.
pytestmark = pytest.mark.xdist_group("packaging")

DATA_FOLDERS = ("templates", "runtime_c", "boards")


def sources(root: Path, folder: str) -> set[str]:
    """Files of a folder that belong to the project; by looking, because a checkout may have come without git."""
    files = (file.relative_to(root) for file in (root / folder).rglob("*") if file.is_file())
    return {str(file) for file in files if "__pycache__" not in file.parts}


@pytest.mark.parametrize("folder", DATA_FOLDERS)
def test_wheel_carries_all_data(folder: str, root: Path, distributions: Distributions) -> None:
    expected = {f"tinyc/_data/{name}" for name in sources(root, folder)}
    assert expected
    assert expected <= set(zipfile.ZipFile(distributions.wheel).namelist())


def test_wheel_carries_the_package_and_nothing_else(root: Path, distributions: Distributions) -> None:
    names = set(zipfile.ZipFile(distributions.wheel).namelist())
    assert sources(root, "tinyc") <= names
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"tinyc"}
    assert [name for name in names if name.endswith(".pyc")] == []


def test_wheel_has_the_version_of_the_source(from_wheel: Environment) -> None:
    recorded = from_wheel.evaluate("importlib.metadata.version('tinyc')", "importlib.metadata")
    assert recorded == from_wheel.evaluate("tinyc.version.__version__", "tinyc.version")


def test_sdist_carries_what_a_developer_needs(root: Path, distributions: Distributions) -> None:
    with tarfile.open(distributions.sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    for folder in (*DATA_FOLDERS, "tinyc", "tests", "scripts", "examples"):
        assert sources(root, folder) <= names, folder
    assert {"pyproject.toml", "README.md", "CMakeLists.txt", ".ci/run"} <= names


def test_wheel_is_what_runs(root: Path, from_wheel: Environment) -> None:
    found = Path(from_wheel.evaluate("tinyc.__file__", "tinyc"))
    assert found.is_relative_to(from_wheel.python.parent.parent)
    templates = Path(from_wheel.evaluate("tinyc.resources.templates_dir()", "tinyc.resources"))
    assert templates.is_relative_to(from_wheel.python.parent.parent)


def test_wheel_shows_help_and_boards(from_wheel: Environment) -> None:
    assert "build" in from_wheel.tinyc("--help")
    assert "cortex-m4" in from_wheel.tinyc("boards")


def build_from_checkout(root: Path, out: Path, model: Path) -> None:
    code = "import sys; from tinyc.cli import main; sys.exit(main())"
    command = (sys.executable, "-c", code, "build", model, "--board", "cortex-m4", "-o", out, "--name", "digits")
    run(*command, cwd=root)


def test_wheel_builds_what_the_checkout_builds(root: Path, digits: Path, from_wheel: Environment) -> None:
    ours, theirs = from_wheel.workdir / "checkout", from_wheel.workdir / "wheel"
    model = digits / "digits_int8.onnx"
    from_wheel.tinyc("build", model, "--board", "cortex-m4", "-o", theirs, "--name", "digits")
    build_from_checkout(root, ours, model)

    def files(folder: Path) -> list[str]:
        return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())

    assert files(theirs) == files(ours)
    assert {"include/digits.h", "src/digits.c", "manifest.json", "report.json"} <= set(files(theirs))
    assert filecmp.cmpfiles(ours, theirs, files(ours), shallow=False)[0] == files(ours)


def test_wheel_runs_on_the_host(digits: Path, from_wheel: Environment) -> None:
    """The generated C compiles and classifies, from an installation that never saw the checkout."""
    built = from_wheel.workdir / "on_host"
    from_wheel.tinyc("build", digits / "digits_int8.onnx", "--board", "cortex-m4", "-o", built, "--name", "digits")
    shown = from_wheel.tinyc("eval", built, "--data", digits / "digits_test.npz", "--on", "host", "--json")
    assert '"top1"' in shown


def test_wheel_needs_no_extra(digits: Path, from_wheel: Environment) -> None:
    """What every user gets is enough for all that the demo does; onnx.reference stands in for ONNX Runtime."""
    built = from_wheel.workdir / "no_extra"
    from_wheel.tinyc("build", digits / "digits_int8.onnx", "--board", "cortex-m4", "-o", built)
    assert '"agreement"' in from_wheel.tinyc(
        "eval", built, "--data", digits / "digits_test.npz", "--json", "--model", digits / "digits_int8.onnx"
    )
    from_wheel.tinyc("profile", built, "--json")
    from_wheel.tinyc("verify", built, "--board", "cortex-m4", "--model", digits / "digits_int8.onnx")


def test_editable_install_uses_the_checkout(root: Path, fresh: Callable[..., Environment]) -> None:
    editable = fresh("-e", root, also=("hatchling",))
    assert Path(editable.evaluate("tinyc.__file__", "tinyc")) == root / "tinyc" / "__init__.py"
    assert Path(editable.evaluate("tinyc.resources.boards_dir()", "tinyc.resources")) == root / "boards"
    assert "cortex-m4" in editable.tinyc("boards")
