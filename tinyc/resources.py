"""The one place that knows where templates, runtime C and board files lie.

A wheel carries them in `tinyc/_data/`, a checkout (and an editable install) beside the package.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def templates_dir() -> Path:
    """The folder of Jinja templates."""
    return _folder("templates")


def runtime_dir() -> Path:
    """The folder of C sources: headers in `include/`, kernels in `kernels/`, start-up code in `port/`."""
    return _folder("runtime_c")


def boards_dir() -> Path:
    """The folder of board files, with `cores.toml`."""
    return _folder("boards")


def _folder(name: str) -> Path:
    candidates = (_PACKAGE / "_data" / name, _PACKAGE.parent / name)
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise AssertionError(f"tinyc is installed without its {name}/ folder; looked in {', '.join(map(str, candidates))}")
