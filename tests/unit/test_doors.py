"""One door per dependency: each outside package that shapes the design comes in at the places named here only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.imports import imports_of_package

# Package -> files or folders (with a slash) below tinyc/ that may import it.
DOORS = {
    "onnx": ("frontend/",),
    "lark": ("ir/tree.py", "recipe/parse.py"),
    "jinja2": ("codegen/render.py", "report/"),
    "cffi": ("host/",),
    "subprocess": ("toolchain.py",),
    "serial": ("hil/",),
    "torch": ("train/",),
    "optuna": ("search/",),
    "ortools": ("lower/offsets/cp_sat.py",),
    "tensorly": ("calibration/tensor_factors.py",),
}


def violations(package: Path) -> list[str]:
    problems = []
    for found in imports_of_package(package):
        doors = DOORS.get(found.imported.split(".")[0])
        inside = found.file.removeprefix(f"{package.name}/")
        if doors is not None and not any(inside.startswith(d) if d.endswith("/") else inside == d for d in doors):
            problems.append(f"{found}, whose door is {' or '.join(doors)}")
    return problems


def test_each_dependency_has_one_door(root: Path) -> None:
    assert violations(root / "tinyc") == []


def test_reader_sees_the_doors_in_use(root: Path) -> None:
    """Guards against a reader that sees nothing: tools are started somewhere, by subprocess."""
    assert "subprocess" in {found.imported for found in imports_of_package(root / "tinyc")}


@pytest.mark.parametrize("dependency", DOORS)
@pytest.mark.parametrize(
    "statement",
    ["import {}\n", "import {}.inner as other\n", "from {} import x\n", "def f():\n    from {}.inner import y\n"],
)
def test_checker_catches(dependency: str, statement: str, tmp_path: Path) -> None:
    package = tmp_path / "tinyc"
    for inside in ("lower/offsets/arena.py", *DOORS[dependency]):
        file = package / (f"{inside}x.py" if inside.endswith("/") else inside)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(statement.format(dependency))
    problems = violations(package)
    assert [problem.split(":")[0] for problem in problems] == ["tinyc/lower/offsets/arena.py"]


def test_checker_is_not_fooled_by_names(tmp_path: Path) -> None:
    (tmp_path / "tinyc" / "ir").mkdir(parents=True)
    innocent = "from . import onnx\nimport larking\nfrom tinyc.frontend import onnx\n"
    (tmp_path / "tinyc" / "ir" / "x.py").write_text(innocent)
    assert violations(tmp_path / "tinyc") == []
