"""Board files: found by name or path, read, and checked. Every mistake is a BoardError with file and key."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from tinyc import resources
from tinyc.errors import BoardError
from tinyc.targets.architecture import ARCHITECTURES, Architecture
from tinyc.targets.board import Board, Budget, Core, Emulator, Region
from tinyc.targets.isa import ISA_WORDS, Isa

CONSOLES = ("semihosting",)
_CORES = "cores"
_UNITS = {"": 1, "K": 1024, "M": 1024 * 1024}
_ACCESS = ("r", "rx", "rw", "rwx")
_ADDRESS_END = 1 << 32
ARENA_ALIGN = 16
"""Every arena begins at a multiple of this."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A TOML table that knows where it stands, so that every complaint can say so."""

    file: Path
    path: str
    values: Mapping[str, Any]

    def error(self, key: str, reason: str, hint: str = "") -> BoardError:
        where = ".".join(part for part in (self.path, key) if part)
        return BoardError(f"{self.file}: {where}: {reason}", hint=hint)

    def allow(self, *keys: str) -> None:
        for key in self.values:
            if key not in keys:
                raise self.error(key, "unknown key", _nearest(key, keys))

    def has(self, key: str) -> bool:
        return key in self.values

    def get(self, key: str, kind: type) -> Any:
        if key not in self.values:
            raise self.error(key, "missing")
        value = self.values[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(key, f"must be {_KINDS[kind]}, not {value!r}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        return default if default is not None and not self.has(key) else str(self.get(key, str))

    def words(self, key: str) -> tuple[str, ...]:
        values: list[object] = self.get(key, list)
        if not all(isinstance(value, str) for value in values):
            raise self.error(key, "must be a list of strings")
        return tuple(map(str, values))

    def count(self, key: str) -> int:
        value = int(self.get(key, int))
        if value <= 0:
            raise self.error(key, f"must be above zero, not {value}")
        return value

    def memory_size(self, key: str) -> int:
        value = self.values.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        found = re.fullmatch(r"([1-9][0-9]*)([KM]?)", self.get(key, str)) if value is not None else None
        if value is None:
            raise self.error(key, "missing")
        if found is None:
            raise self.error(key, f'must be a size like 512, "256K" or "4M", not {value!r}')
        return int(found[1]) * _UNITS[found[2]]

    def positive(self, key: str, default: float) -> float:
        value = self.values.get(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < math.inf:
            raise self.error(key, f"must be a number above zero, not {value!r}")
        return float(value)

    def table(self, key: str) -> _Table:
        return _Table(self.file, f"{self.path}.{key}" if self.path else key, self.get(key, dict))

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in allowed:
            raise self.error(key, f"{value!r} is none of {', '.join(allowed)}", _nearest(value, allowed))
        return value


_KINDS = {str: "a string", int: "an integer", list: "a list", dict: "a table", bool: "true or false"}


def board_names() -> tuple[str, ...]:
    """The boards that tinyc brings, sorted."""
    return tuple(sorted(path.stem for path in resources.boards_dir().glob("*.toml") if path.stem != _CORES))


def load_board(name_or_path: str | Path) -> Board:
    """The board of this name, or the one that a TOML file describes; BoardError if it is unknown or wrong."""
    path = Path(name_or_path)
    if path.suffix == ".toml":
        return _load_file(path)
    name = str(name_or_path)
    if name not in board_names():
        known = f"known boards: {', '.join(board_names())}"
        raise BoardError(f'unknown board "{name}"', hint=_nearest(name, board_names()) or known)
    return _load_file(resources.boards_dir() / f"{name}.toml")


def read_board(text: str, name: str) -> Board:
    """The board of this name that the text of a TOML file describes; BoardError if it is wrong."""
    return _board(_parsed(Path(f"{name}.toml"), text), text)


@cache
def load_cores() -> Mapping[str, Core]:
    """The cores of `cores.toml` by name."""
    return read_cores(resources.boards_dir() / f"{_CORES}.toml")


def read_cores(file: Path) -> dict[str, Core]:
    """The cores that a file describes, checked."""
    root = _read(file)
    return {name: _core(name, root.table(name)) for name in root.values}


def _core(name: str, table: _Table) -> Core:
    table.allow("architecture", "isa", "compiler_prefix", "cflags", "cycle_model")
    isa = Isa.NONE
    for word in table.words("isa"):
        if word not in ISA_WORDS:
            raise table.error("isa", f"unknown word {word!r}", _nearest(word, tuple(ISA_WORDS)))
        isa |= ISA_WORDS[word]
    if Isa.FPU_DP in isa and Isa.FPU_SP not in isa:
        raise table.error("isa", "fpu-dp without fpu-sp")
    cycle_model = bool(table.get("cycle_model", bool)) if table.has("cycle_model") else False
    architecture = Architecture(table.choice("architecture", ARCHITECTURES, Architecture.ARM.value))
    return Core(name, architecture, isa, table.text("compiler_prefix"), table.words("cflags"), cycle_model)


def _load_file(file: Path) -> Board:
    text = _text_of(file)
    return _board(_parsed(file, text), text)


def _board(root: _Table, text: str) -> Board:
    root.allow("name", "title", "core", "clock_hz", "note", "memory", "budget", "console", "emulator")
    if (name := root.text("name")) != root.file.stem:
        raise root.error("name", f'is "{name}", but the file is called {root.file.name}')
    core = load_cores()[root.choice("core", tuple(load_cores()))]
    regions = _regions(root.table("memory"))
    return Board(
        name=name,
        title=root.text("title"),
        core=core,
        clock_hz=root.count("clock_hz"),
        regions=regions,
        budget=_budget(root.table("budget"), regions),
        console=_console(root.table("console")),
        emulator=_emulator(root.table("emulator")) if root.has("emulator") else None,
        note=root.text("note", ""),
        text=text,
    )


def _regions(memory: _Table) -> tuple[Region, ...]:
    regions = tuple(_region(name, memory.table(name)) for name in memory.values)
    for name, writable in (("flash", False), ("ram", True)):
        found = [region for region in regions if region.name == name]
        if not found:
            raise memory.error(name, "missing")
        if found[0].writable is not writable:
            raise memory.error(f"{name}.access", "must have w" if writable else "must not have w")
    for one, other in combinations(regions, 2):
        if one.origin < other.end and other.origin < one.end:
            reason = f"overlaps {one.name}: {other.origin:#x}..{other.end:#x} and {one.origin:#x}..{one.end:#x}"
            raise memory.error(other.name, reason, "each address belongs to one region")
    return regions


def _region(name: str, table: _Table) -> Region:
    table.allow("origin", "size", "access", "cost")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise table.error("", "a region's name is made of a-z, 0-9 and _")
    origin = int(table.get("origin", int))
    size, access = table.memory_size("size"), table.choice("access", _ACCESS)
    region = Region(name, origin, size, access, table.positive("cost", 1.0))
    if origin < 0 or region.end > _ADDRESS_END:
        raise table.error("origin", "the region leaves the 32-bit address space")
    return region


def _budget(table: _Table, regions: tuple[Region, ...]) -> Budget:
    further = tuple(region.name for region in regions if region.name not in ("flash", "ram", "stack", "vectors"))
    table.allow("flash", "ram", "stack", *further)
    shared = [region for region in regions if region.name in further and table.has(region.name)]
    for region in (*(region for region in regions if region.name in ("flash", "ram")), *shared):
        if (share := table.memory_size(region.name)) > region.size_bytes:
            reason = f"{share} bytes are more than memory.{region.name} has: {region.size_bytes}"
            raise table.error(region.name, reason, f"at most {region.size_bytes}")
    for region in shared:
        if region.writable and region.origin % ARENA_ALIGN:
            reason = f"memory.{region.name} begins at {region.origin:#x}, an arena at a multiple of {ARENA_ALIGN}"
            raise table.error(region.name, reason, "move the region's origin up, and make its size smaller")
    shares = tuple((region.name, table.memory_size(region.name)) for region in shared)
    budget = Budget(table.memory_size("flash"), table.memory_size("ram"), table.memory_size("stack"), shares)
    if budget.stack_bytes >= budget.ram_bytes:
        raise table.error("stack", "leaves nothing of the budget's ram")
    return budget


def _console(table: _Table) -> str:
    table.allow("kind")
    return table.choice("kind", CONSOLES)


def _emulator(table: _Table) -> Emulator:
    table.allow("qemu")
    qemu = table.table("qemu")
    qemu.allow("machine")
    return Emulator(qemu.text("machine"))


def _read(file: Path) -> _Table:
    return _parsed(file, _text_of(file))


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise BoardError(
            f"{file}: cannot be read: {error.strerror}", hint="tinyc boards lists those that need no file"
        ) from error
    except UnicodeDecodeError as error:
        raise BoardError(f"{file}: not TOML: {error}") from error


def _parsed(file: Path, text: str) -> _Table:
    try:
        return _Table(file, "", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BoardError(f"{file}: not TOML: {error}") from error


def _nearest(word: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(word, known, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else ""
