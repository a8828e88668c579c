"""Which files of runtime_c a project needs: the kernels it calls and every header that they include."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from tinyc.resources import runtime_dir

_INCLUDE = re.compile(r'^\s*#\s*include\s+"tinyc/([^"]+)"', re.MULTILINE)
_DECLARED = re.compile(r"\b(\w+)\(")


def include_dir() -> Path:
    return runtime_dir() / "include" / "tinyc"


def kernel_path(source: str) -> Path:
    return runtime_dir() / "kernels" / source


def headers_of(paths: Iterable[Path]) -> tuple[str, ...]:
    """Names below include/tinyc of all headers that these files include, directly or not; sorted."""
    found: set[str] = set()
    waiting = list(paths)
    while waiting:
        for name in _INCLUDE.findall(_text(waiting.pop())):
            if name not in found:
                found.add(name)
                waiting.append(include_dir() / name)
    return tuple(sorted(found))


def declaring_header(function: str) -> str:
    """The header that declares a kernel function."""
    headers = _declaring_headers(include_dir())
    assert function in headers, f"no header in {include_dir()} declares {function}"
    return headers[function]


@cache
def _declaring_headers(folder: Path) -> Mapping[str, str]:
    """For every name before a bracket, the first of the headers that has it."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.h")):
        for name in _DECLARED.findall(_text(path)):
            found.setdefault(name, path.name)
    return found


def uses_math(paths: Iterable[Path]) -> bool:
    """True if one of the files, or a header that they include, includes <math.h>."""
    files = list(paths)
    return any("<math.h>" in _text(path) for path in [*files, *(include_dir() / name for name in headers_of(files))])


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
