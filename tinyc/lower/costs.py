"""Measured prices of kernels on a core: boards/costs/<core>.toml, a table for each kernel, cycles per count."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tinyc.resources import boards_dir
from tinyc.targets import Board


def load_costs(board: Board) -> Mapping[str, Mapping[str, float]]:
    """Prices by kernel and count; empty where nothing was measured (then the record's own prices hold)."""
    return _read(boards_dir() / "costs" / f"{board.core.name}.toml")


@cache
def _read(path: Path) -> Mapping[str, Mapping[str, float]]:
    if not path.exists():
        return {}
    kernels: Mapping[str, Mapping[str, float]] = tomllib.loads(path.read_text(encoding="utf-8")).get("kernels", {})
    return kernels
