"""What a pass is: a frozen record of options that turns a graph into a graph."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import ClassVar, TypeVar

from tinyc.errors import RecipeError
from tinyc.ir.graph import Graph, Op

C = TypeVar("C", bound="type[Pass]")

PASSES: dict[str, type[Pass]] = {}


@dataclass(slots=True)
class PassContext:
    """What a pass may know besides the graph, and where it leaves its notes."""

    calibration: object | None = None
    notes: list[PassNote] = field(default_factory=list)


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

    `requires`, `establishes`, `forgets` are facts about the graph, checked before a pipeline runs.
    """

    word: ClassVar[str]
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
    """Ops whose name or source matches a shell-style pattern; no patterns means all. RecipeError if one matches none."""
    if not patterns:
        return graph.ops
    for pattern in patterns:
        if not any(_matches(op, pattern) for op in graph.ops):
            names = ", ".join(op.name for op in graph.ops[:12])
            raise RecipeError(f'pattern "{pattern}" matches no op', hint=f"ops here: {names}")
    return tuple(op for op in graph.ops if any(_matches(op, pattern) for pattern in patterns))


def _matches(op: Op, pattern: str) -> bool:
    return fnmatchcase(op.name, pattern) or (op.source != "" and fnmatchcase(op.source, pattern))


def constant_bytes(graph: Graph) -> int:
    """Bytes of all constants, dense."""
    return sum(graph.types[name].bytes for name in graph.constants)
