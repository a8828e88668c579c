"""Imports go down only: the table below is architecture.md's section 3, and the only place that states it."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.unit.imports import Import, imports_of_package

LAYERS = (
    "errors resources toolchain version",
    "ir targets",
    "ops",
    "calibration coding",
    "frontend passes",
    "recipe kernels",
    "lower",
    "codegen",
    "host emulate hil report stack",
    "accuracy bench driver next_steps search train compare evaluate inspect make measure original pareto pass_effects "
    "profile run scores sensitivity layer_format verification verify witnesses",
    "cli explain show __main__",
)
LAYER_OF = {unit: number for number, units in enumerate(LAYERS) for unit in units.split()}


def unit_of(module: str) -> str:
    """`tinyc.ir.graph` belongs to the unit `ir`; the bare package is the unit "" that imports nothing."""
    return [*module.split("."), ""][1]


def own_imports(package: Path) -> list[Import]:
    """Imports of one unit of the package by another; `from tinyc import __version__` names no unit."""
    units = {entry.stem for entry in package.iterdir() if entry.is_dir() or entry.suffix == ".py"} - {"__init__"}
    found = (i for i in imports_of_package(package) if i.imported.split(".")[0] == package.name)
    return [i for i in found if unit_of(i.imported) in units and unit_of(i.imported) != unit_of(i.importer)]


def violations(package: Path) -> list[str]:
    """Each import that goes up, and each unit that stands in no layer."""
    problems = []
    for entry in sorted(package.iterdir()):
        is_module = entry.suffix == ".py" or (entry.is_dir() and any(entry.rglob("*.py")))
        if is_module and entry.stem not in {*LAYER_OF, "__init__"}:
            problems.append(f"{entry.name} stands in no layer")
    for found in own_imports(package):
        imported, importer = LAYER_OF.get(unit_of(found.imported)), LAYER_OF.get(unit_of(found.importer))
        if imported is not None and (importer is None or imported > importer):
            problems.append(f"{found}: L{imported} from {'no layer' if importer is None else f'L{importer}'}")
    return problems


def cycle(package: Path) -> list[str]:
    """Units of one layer may build on each other, but not in a circle; the circle, or nothing."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for found in own_imports(package):
        sorter.add(unit_of(found.importer), unit_of(found.imported))
    try:
        sorter.prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_imports_go_down_only(root: Path) -> None:
    assert len(own_imports(root / "tinyc")) > 10, "the reader found no imports: it looks in the wrong place"
    assert violations(root / "tinyc") == []


def test_no_circles_between_units(root: Path) -> None:
    assert cycle(root / "tinyc") == []


UPWARD = {
    "absolute": ("ir/graph.py", "import tinyc.lower.offsets.arena\n"),
    "from package": ("ir/graph.py", "from tinyc import lower\n"),
    "relative": ("ir/graph.py", "from ..lower import arena\n"),
    "relative, from __init__": ("ir/__init__.py", "from ..lower import arena\n"),
    "in a function": ("ops/conv.py", "def f():\n    from tinyc.kernels import pack\n"),
    "for type checkers": ("passes/prune.py", "if TYPE_CHECKING:\n    from tinyc.recipe.parse import Recipe\n"),
    "by name": ("errors.py", "import importlib\nimportlib.import_module('tinyc.cli')\n"),
    "from the package itself": ("__init__.py", "from tinyc.driver import build\n"),
    "unknown unit": ("utils.py", "import os\n"),
}


def make_package(folder: Path, files: dict[str, str]) -> Path:
    package = folder / "tinyc"
    units = [unit for units in LAYERS for unit in units.split()]
    for name, text in {**{f"{unit}/__init__.py": "" for unit in units}, **files}.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text)
    return package


@pytest.mark.parametrize("case", UPWARD)
def test_checker_catches(case: str, tmp_path: Path) -> None:
    file, text = UPWARD[case]
    package = make_package(tmp_path, {file: text})
    assert [file in problem for problem in violations(package)] == [True]


@pytest.mark.parametrize(
    "text",
    ["from tinyc.errors import TinycError\n", "from . import types\n", "from .. import errors\n", "import a.lower\n"],
)
def test_checker_allows(text: str, tmp_path: Path) -> None:
    package = make_package(tmp_path, {"ir/graph.py": text, "ir/types.py": ""})
    assert violations(package) == []


def test_checker_catches_circles(tmp_path: Path) -> None:
    package = make_package(tmp_path, {"host/run.py": "import tinyc.report\n", "report/text.py": "import tinyc.host\n"})
    assert violations(package) == []
    assert set(cycle(package)) == {"host", "report"}
