"""What one line of a recipe says: a step (a pass and the ops it is for) or a requirement, and how it is written."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, cast

from tinyc.ir.attributes import spelling
from tinyc.passes.base import Pass, Ratio
from tinyc.recipe.units import MEASURES, METRICS, bound_text

COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands, for messages."""

    file: str = "recipe"
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Condition:
    """`where bytes > 8K`: an op is taken if its measure compares so."""

    measure: str
    compare: str
    bound: float
    place: Place = field(default=Place(), compare=False)

    def holds(self, measured: float) -> bool:
        return COMPARE[self.compare](measured, self.bound)

    def __str__(self) -> str:
        return f"{self.measure} {self.compare} {bound_text(self.bound, MEASURES[self.measure])}"


@dataclass(frozen=True, slots=True)
class Requirement:
    """`require flash <= 64K`: the finished build is measured, and fails if this does not hold."""

    metric: str
    compare: str
    bound: float
    place: Place = field(default=Place(), compare=False)

    def holds(self, measured: float) -> bool:
        return COMPARE[self.compare](measured, self.bound)

    def __str__(self) -> str:
        return f"require {self.metric} {self.compare} {bound_text(self.bound, METRICS[self.metric])}"


@dataclass(frozen=True, slots=True)
class Step:
    """One pass with the ops that it is for. No patterns means all ops."""

    pass_: Pass
    patterns: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    place: Place = field(default=Place(), compare=False)
    pattern_places: tuple[Place, ...] = field(default=(), compare=False)

    @property
    def options(self) -> str:
        """Everything behind the word, every default visible."""
        return str(self)[len(self.pass_.word) :].strip()

    def __str__(self) -> str:
        given = [f"{item.name}={option_text(getattr(self.pass_, item.name))}" for item in fields(cast(Any, self.pass_))]
        text = self.pass_.word + (f"({', '.join(given)})" if given else "")
        if self.patterns:
            text += f" on {', '.join(map(_pattern_text, self.patterns))}"
        if self.conditions:
            text += f" where {' and '.join(map(str, self.conditions))}"
        return text


def option_text(value: object) -> str:
    """One option as a recipe writes it."""
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, Enum):
        return spelling(value)
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        bare = re.fullmatch(r"[A-Za-z_]\w*", value, re.ASCII) and value not in ("true", "false", "none", "inf")
        return value if bare else json.dumps(value)
    if isinstance(value, Ratio):
        return f"{value.count}:{value.of}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(option_text, value))}]"
    items = [getattr(value, item.name) for item in fields(cast(Any, value))]
    return f"{type(value).__name__.lower()}{option_text(tuple(items))}"


def _pattern_text(pattern: str) -> str:
    return pattern if re.fullmatch(r'[^\s,#"()]+', pattern) else json.dumps(pattern)
