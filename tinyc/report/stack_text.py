"""The stack's bound in one line: its deepest way, and what the emulator has seen of it."""

from __future__ import annotations

from collections.abc import Sequence

from tinyc.report.record import Document
from tinyc.report.sizes import count


def stack_line(report: Document) -> str:
    """Empty where nothing was measured."""
    stack = report.get("stack")
    if stack is None:
        return ""
    seen = "" if stack["measured"] is None else f" ({stack['measured']:,} seen on the emulator)"
    if stack["bound"] is None:
        return f"stack: no bound: {stack['reason']}{seen}"
    return f"stack: at most {stack['bound']:,} bytes{seen}: {_way(stack['path'])}"


def stack_rows(report: Document) -> list[dict[str, str]]:
    """The model's public functions, those first that take most."""
    stack = report.get("stack")
    functions = [] if stack is None else stack["functions"]
    ordered = sorted(functions, key=lambda function: (-(function["bound"] or 0), function["name"]))
    return [{"name": f["name"], "bound": count(f["bound"]), "way": _way(f["path"])} for f in ordered]


def _way(path: Sequence[Document]) -> str:
    return " > ".join(f"{step['function']} {step['bytes']}" for step in path)
