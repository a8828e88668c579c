"""What a pass is: a frozen record of options that turns a graph into a graph."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import ClassVar, TypeAlias, TypeVar

from tinyc.calibration.calibration import Calibration
from tinyc.calibration.kept import KeptHistogram
from tinyc.errors import RecipeError
from tinyc.ir.graph import Graph, Op

C = TypeVar("C", bound="type[Pass]")

Price: TypeAlias = Callable[[Graph], float]
"""What all ops of a graph cost together on a board; inf where one has no kernel."""

PASSES: dict[str, type[Pass]] = {}


@dataclass(slots=True)
class PassContext:
    """What a pass may know besides the graph, and where it leaves its notes.

    `selection` holds the names of the ops that the recipe's `on` and `where` leave; None means all. `remarks` become
    the note of the running pass. `stages` holds the graph after each pass, as `notes` its note. `reference` is the
    graph before anything was quantised: what passes that repair a quantised graph hold it against. `original` is the
    float graph before anything changed its results on purpose: what passes that repair a float graph hold it against.
    `histograms` are the values whose ranges came from data, `warnings` sentences that the user should see. `price`
    tells what ops cost on the board at hand; None where none is known.
    """

    calibration: Calibration | None = None
    notes: list[PassNote] = field(default_factory=list)
    stages: list[Graph] = field(default_factory=list)
    selection: frozenset[str] | None = None
    remarks: list[str] = field(default_factory=list)
    reference: Graph | None = None
    original: Graph | None = None
    histograms: list[KeptHistogram] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    price: Price | None = None

    def record(self, note: PassNote, result: Graph) -> None:
        """Keep the note and the result of a pass that has run."""
        self.notes.append(note)
        self.stages.append(result)

    def selects(self, op: Op) -> bool:
        """True if the running pass may touch this op."""
        return self.selection is None or op.name in self.selection


@dataclass(frozen=True, slots=True)
class PassNote:
    """What one pass did, for report.json: constant bytes before and after, and a sentence."""

    name: str
    options: str
    bytes_before: int
    bytes_after: int
    note: str = ""


class Pass(ABC):
    """Fields are options; the class name in snake_case is the recipe word. Docstring: What / When it is exact /
    Example / Cost.

    `requires`, `establishes`, `forgets` are facts about the graph, checked before a pipeline runs. `selective` passes
    ask `context.selects(op)`; the others always work on the whole graph, and a recipe may not put `on` behind them.
    """

    word: ClassVar[str]
    selective: ClassVar[bool] = False
    requires: ClassVar[frozenset[str]] = frozenset()
    establishes: ClassVar[frozenset[str]] = frozenset()
    forgets: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def run(self, graph: Graph, context: PassContext) -> Graph:
        """A new graph, or the same object if nothing changed."""


def pass_(word: str) -> Callable[[C], C]:
    """Register a pass under its recipe word, which is also the stem of its file."""

    def register(cls: C) -> C:
        assert word not in PASSES, f"two passes are called {word}"
        assert cls.__module__.rsplit(".", 1)[-1] == word, f"pass {word} lives in {cls.__module__}"
        cls.word = word
        PASSES[word] = cls
        return cls

    return register


def matching(graph: Graph, patterns: tuple[str, ...]) -> tuple[Op, ...]:
    """Ops whose name or source matches a shell-style pattern; no patterns means all.

    RecipeError if a pattern matches none.
    """
    if not patterns:
        return graph.ops
    for pattern in patterns:
        if not any(_matches(op, pattern) for op in graph.ops):
            raise RecipeError(f'pattern "{pattern}" matches no op', hint=_nearest_ops(graph, pattern))
    return tuple(op for op in graph.ops if any(_matches(op, pattern) for pattern in patterns))


def _nearest_ops(graph: Graph, pattern: str) -> str:
    names = [name for op in graph.ops for name in (op.name, op.source) if name]
    near = get_close_matches(pattern.strip("*"), names, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else f"ops here: {', '.join(op.name for op in graph.ops[:12])}"


def _matches(op: Op, pattern: str) -> bool:
    return fnmatchcase(op.name, pattern) or (op.source != "" and fnmatchcase(op.source, pattern))


@dataclass(frozen=True, slots=True)
class Ratio:
    """An option written `2:4`: so many out of so many."""

    count: int
    of: int


def facts_of(graph: Graph) -> frozenset[str]:
    """What is true of a graph before any pass: "quantized" if a value has a quantised type."""
    return frozenset({"quantized"} if any(kind.quant is not None for kind in graph.types.values()) else ())


def constant_bytes(graph: Graph) -> int:
    """Bytes of all constants, as they are stored."""
    return sum(graph.types[name].stored_bytes for name in graph.constants)
