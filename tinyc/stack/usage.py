"""What the compiler says of its frames: the files that -fstack-usage leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Usage:
    """One function's frame in bytes. `is_fixed` is false of arrays whose length is known at run time, and of alloca."""

    function: str
    bytes: int
    is_fixed: bool


def read_usage(files: Iterable[Path]) -> tuple[Usage, ...]:
    """All functions of the files, in their order."""
    lines = [line.split("\t") for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return tuple(Usage(place.rsplit(":", 1)[1], int(size), kind == "static") for place, size, kind in lines)
