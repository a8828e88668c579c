"""What models cost on boards, for each goal: one table, and a baseline that later figures are held against."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from tinyc.codegen.project import replace_files
from tinyc.driver import Options
from tinyc.errors import DataError, TinycError
from tinyc.make import make
from tinyc.profile import profile
from tinyc.recipe import Recipe
from tinyc.report.progress import track
from tinyc.report.record import to_json
from tinyc.targets import Board
from tinyc.toolchain import run_tool

SCHEMA = 1
TOLERANCE = 0.02
"""How many more instructions than the baseline's, as a share, are no regression."""


class Regressed(TinycError):
    """A model takes more instructions than the baseline allows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One model on one board for one goal. Bytes; counts are of one inference; None where it was not measured."""

    model: str
    board: str
    optimize: str
    instructions: int
    cycles_model: int | None
    code: int | None
    weights: int
    tables: int
    arena: int
    scratch: int
    """Of the layer with the largest, as part of the arena."""
    stack: int

    @property
    def key(self) -> tuple[str, str, str]:
        return self.model, self.board, self.optimize

    @property
    def place(self) -> str:
        return f"{self.model} on {self.board} ({self.optimize})"


@dataclass(frozen=True, slots=True)
class Matrix:
    """What is measured: every model on every board for each goal, all with one recipe."""

    models: tuple[Path, ...]
    boards: tuple[Board, ...]
    goals: tuple[str, ...]
    recipe: Recipe
    options: Options
    calibration: Path | None = None

    def __len__(self) -> int:
        return len(self.models) * len(self.boards) * len(self.goals)


def bench(matrix: Matrix) -> list[Entry]:
    """Build and profile every combination. Errors as of `tinyc build` and `tinyc profile`; a model that is too large
    for a board's budget is measured all the same.
    """
    entries = []
    with track("bench", len(matrix)) as advance:
        for entry in _entries(matrix):
            entries.append(entry)
            advance(1)
    return entries


def _entries(matrix: Matrix) -> Iterator[Entry]:
    for model, board, goal in product(matrix.models, matrix.boards, matrix.goals):
        with tempfile.TemporaryDirectory(prefix="tinyc-bench-") as folder:
            yield _entry(model, board, goal, matrix, Path(folder) / "project")


def _entry(model: Path, board: Board, goal: str, matrix: Matrix, folder: Path) -> Entry:
    options = replace(matrix.options, optimize=goal)
    report = make(model, board, matrix.recipe, options, folder, calibration=matrix.calibration).report
    costs = profile(folder).costs
    return Entry(
        model=model.stem, board=board.name, optimize=goal,
        instructions=costs.total.instructions, cycles_model=costs.total.cycles_model,
        code=report["flash"]["code"], weights=report["flash"]["weights"], tables=report["flash"]["tables"],
        arena=report["ram"]["arena"], scratch=report["ram"]["scratch_peak"], stack=costs.stack_high_water,
    )  # fmt: skip


def compilers(boards: Sequence[Board]) -> dict[str, str]:
    """The first line of each compiler's --version: counts of instructions hold for one compiler."""
    names = sorted({board.core.compiler for board in boards})
    return {name: run_tool([name, "--version"]).stdout.splitlines()[0] for name in names}


def document(entries: Sequence[Entry], versions: dict[str, str]) -> dict[str, Any]:
    """The JSON form of a table, which is also a baseline."""
    return {"schema": SCHEMA, "compilers": versions, "entries": [asdict(entry) for entry in entries]}


def write(file: Path, table: dict[str, Any]) -> None:
    """Write a document as a baseline; OutputError if the file cannot be written, which then is as it was."""
    replace_files(file.parent, {file.name: to_json(table).encode()})


@dataclass(frozen=True, slots=True)
class Baseline:
    """Figures measured earlier, and the compilers that they hold for."""

    file: Path
    compilers: dict[str, str]
    entries: tuple[Entry, ...]

    def instructions(self, entry: Entry) -> int | None:
        """Of the same model, board and goal; None where the baseline has no such entry."""
        return next((old.instructions for old in self.entries if old.key == entry.key), None)


def read_baseline(file: Path) -> Baseline:
    """DataError if the file is missing or not one that `tinyc bench --write` made."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["schema"] != SCHEMA:
            raise DataError(f"{file}: schema {found['schema']}, expected {SCHEMA}", hint="write it anew: --write")
        return Baseline(file, dict(found["compilers"]), tuple(Entry(**entry) for entry in found["entries"]))
    except OSError as error:
        raise DataError(f"{file}: cannot be read: {error.strerror}", hint="tinyc bench --write FILE") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{file}: not a table of tinyc bench: {error}", hint="tinyc bench --write FILE") from error


def regression(entries: Sequence[Entry], baseline: Baseline, versions: dict[str, str]) -> Regressed | None:
    """The error that names every entry with more than TOLERANCE more instructions than the baseline's; else None.

    Entries that the baseline does not know cannot regress; if it knows none of them, that is a DataError.
    """
    pairs = [(entry, baseline.instructions(entry)) for entry in entries]
    known = [(entry, old) for entry, old in pairs if old is not None]
    if not known:
        raise DataError(f"{baseline.file}: knows none of the {len(entries)} entries", hint="tinyc bench --write FILE")
    slower = [f"{entry.place}: {old:,} -> {entry.instructions:,} ({_change(entry.instructions, old)})"
              for entry, old in known if entry.instructions > old * (1 + TOLERANCE)]  # fmt: skip
    if not slower:
        return None
    changed = [f"{name} is {now!r}, the baseline's {baseline.compilers.get(name)!r}" for name, now in versions.items()
               if baseline.compilers.get(name) != now]  # fmt: skip
    why = f"the compiler differs: {'; '.join(changed)}" if changed else "if it is meant: tinyc bench ... --write FILE"
    return Regressed(f"more instructions than {baseline.file} allows:\n  " + "\n  ".join(slower), hint=why)


def _change(now: int, old: int) -> str:
    return f"{100 * (now - old) / old:+.1f} %"
