"""Which module imports which: read from the source, wherever the import stands (module, function, TYPE_CHECKING)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name, absolute: `from ..ir import graph` in tinyc/passes/x.py imports `tinyc.ir.graph`."""

    file: str
    line: int
    importer: str
    imported: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.importer} imports {self.imported}"


def imports_of_package(package: Path) -> list[Import]:
    """All imports in all modules below `package`, a folder whose name is the package's."""
    return [found for file in sorted(package.rglob("*.py")) for found in imports_of_file(file, package)]


def imports_of_file(file: Path, package: Path) -> Iterator[Import]:
    relative = file.relative_to(package.parent)
    parts = relative.with_suffix("").parts
    is_init = parts[-1] == "__init__"
    importer = ".".join(parts[:-1] if is_init else parts)
    home = parts[:-1]
    tree = ast.parse(file.read_text(), str(file))
    for node in ast.walk(tree):
        for imported in _imported(node, home):
            yield Import(str(relative), node.lineno, importer, imported)  # type: ignore[attr-defined]


def _imported(node: ast.AST, home: tuple[str, ...]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = home[: len(home) - node.level + 1] if node.level else ()
        base = ".".join((*above, *([node.module] if node.module else [])))
        yield from (f"{base}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and _called_name(node.func) in {"import_module", "__import__"}:
        yield from (str(a.value) for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str))


def _called_name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
