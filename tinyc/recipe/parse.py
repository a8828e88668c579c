"""Reads a recipe: every word, option and value is checked here, before anything runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, cast

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

import tinyc.passes  # noqa: F401  (registers every pass)
from tinyc.errors import RecipeError, did_you_mean
from tinyc.ir.attributes import Mismatch, convert, field_hints
from tinyc.ir.literals import Call, Literal, Word
from tinyc.passes.base import PASSES, Pass
from tinyc.recipe.recipe import Recipe
from tinyc.recipe.step import Condition, Place, Requirement, Step
from tinyc.recipe.units import MEASURES, METRICS, Unit, read_bytes, read_number, read_share

Node: TypeAlias = Tree[Token]
Child: TypeAlias = Node | Token | None
Include: TypeAlias = Callable[[str], Recipe]


def parse(text: str, name: str = "recipe", include: Include | None = None) -> Recipe:
    """The recipe that the text describes; RecipeError with file, line, column and the nearest known name.

    `name` stands in messages. `include` finds the recipes of `include` lines; without it they are errors.
    """
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        raise _syntax_error(name, error) from error
    reader = _Reader(name, include)
    for line in tree.children:
        if isinstance(line, Tree):
            reader.read(line)
    return Recipe(name, tuple(reader.steps), tuple(reader.requirements))


@dataclass(slots=True)
class _Reader:
    """Collects steps and requirements line by line."""

    file: str
    include: Include | None
    steps: list[Step] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)

    def read(self, line: Node) -> None:
        if line.data == "step":
            self.steps.append(self.step(line))
        elif line.data == "requirement":
            self.requirements.append(Requirement(*self.bound(line, METRICS), self.place(line)))
        else:
            self.splice(line)

    def splice(self, line: Node) -> None:
        name = line.children[0]
        if self.include is None:
            raise RecipeError(f"{self.place(name)}: include has no meaning here")
        try:
            included = self.include(_text(name))
        except RecipeError as error:
            raise RecipeError(f"{self.place(name)}: {error.reason}", hint=error.hint) from error
        self.steps += included.steps
        self.requirements += included.requirements

    def step(self, line: Node) -> Step:
        word, options, patterns, conditions = line.children
        place = self.place(word)
        cls = PASSES.get(_text(word))
        if cls is None:
            raise RecipeError(f'{place}: no pass is called "{_text(word)}"', hint=did_you_mean(_text(word), PASSES))
        made = self.make(cls, place, _trees(options))
        chosen = tuple(_text(item.children[0]) for item in _trees(patterns))
        found = tuple(Condition(*self.bound(item, MEASURES), self.place(item)) for item in _trees(conditions))
        if (chosen or found) and not cls.selective:
            at = self.place((_trees(patterns) or _trees(conditions))[0])
            raise RecipeError(f"{at}: {cls.word} always works on the whole graph; leave out on and where")
        return Step(made, chosen, found, place, tuple(self.place(item) for item in _trees(patterns)))

    def make(self, cls: type[Pass], place: Place, options: list[Node]) -> Pass:
        values: dict[str, object] = {}
        for option in options:
            name = _text(option.children[0])
            if name in values:
                raise RecipeError(f'{self.place(option)}: option "{name}" is given twice')
            values[name] = self.option(cls, option, name)
        missing = [item.name for item in fields(cast(Any, cls)) if item.name not in values and not _has_default(item)]
        if missing:
            raise RecipeError(f'{place}: {cls.word} needs the option "{missing[0]}"')
        try:
            return cls(**values)
        except RecipeError as error:
            raise RecipeError(f"{place}: {cls.word}: {error.reason}", hint=error.hint) from error

    def option(self, cls: type[Pass], option: Node, name: str) -> object:
        hints = field_hints(cls)
        known = [item.name for item in fields(cast(Any, cls))]
        if name not in known:
            hint = did_you_mean(name, known) or "it has no options"
            raise RecipeError(f'{self.place(option)}: {cls.word} has no option "{name}"', hint=hint)
        try:
            return convert(_value(option.children[1]), hints[name])
        except json.JSONDecodeError as error:
            raise RecipeError(f"{self.place(option)}: text in quotes is written as in JSON: {error.msg}") from error
        except Mismatch as problem:
            raise RecipeError(f"{self.place(option)}: {cls.word}: {name}: {problem}") from problem

    def bound(self, item: Node, known: Mapping[str, Unit]) -> tuple[str, str, float]:
        """What is measured, how it is compared, and with what."""
        name, compare, value = item.children
        unit = known.get(_text(name))
        if unit is None:
            raise RecipeError(
                f'{self.place(name)}: no measure is called "{_text(name)}"', hint=did_you_mean(_text(name), known)
            )
        assert isinstance(value, Tree)
        number = _value(value)
        share = value.data == "percent"
        if isinstance(number, bool) or not isinstance(number, (int, float)) or share is not (unit is Unit.SHARE):
            raise RecipeError(f"{self.place(value)}: {_text(name)} is {unit.value}")
        return _text(name), _text(compare), number

    def place(self, child: Child) -> Place:
        at = child.meta if isinstance(child, Tree) else child
        assert at is not None
        return Place(self.file, at.line or 0, at.column or 0)


def _value(tree: Child) -> Literal:
    assert isinstance(tree, Tree)
    if tree.data == "list":
        return tuple(map(_value, _trees(tree)))
    if tree.data == "call":
        return Call(_text(tree.children[0]), tuple(map(_value, _trees(tree))))
    return _SCALARS[tree.data](_text(tree.children[0]))


def _ratio(text: str) -> Literal:
    count, of = text.split(":")
    return Call("ratio", (int(count), int(of)))


_WORDS: dict[str, Literal] = {"true": True, "false": False, "none": None}
_SCALARS: dict[str, Callable[[str], Literal]] = {
    "number": read_number,
    "percent": read_share,
    "size": read_bytes,
    "ratio": _ratio,
    "word": lambda text: _WORDS[text] if text in _WORDS else Word(text),
    "text": str,
}


def _trees(tree: Child) -> list[Node]:
    return [child for child in tree.children if isinstance(child, Tree)] if isinstance(tree, Tree) else []


def _text(child: Child) -> str:
    """A word as it stands, a string without its quotes."""
    assert isinstance(child, Token)
    return str(json.loads(child)) if child.type == "TEXT" else str(child)


def _has_default(item: Field[Any]) -> bool:
    return item.default is not MISSING or item.default_factory is not MISSING


def _syntax_error(file: str, error: UnexpectedInput) -> RecipeError:
    if isinstance(error, UnexpectedToken):
        found, allowed = str(error.token), error.accepts or error.expected
    else:
        assert isinstance(error, UnexpectedCharacters)
        found, allowed = error.char, error.allowed
    wanted = " or ".join(sorted({_friendly(name) for name in allowed}))
    place = Place(file, error.line, error.column)
    if not found.strip():
        return RecipeError(f"{place}: the line ends too early; expected {wanted}")
    return RecipeError(f'{place}: "{found}" where {wanted} was expected')


_FRIENDLY = {
    "WORD": "a name", "TEXT": "text in quotes", "PATTERN": "a pattern", "COMPARE": "<= or >= or == or < or >",
    "NUMBER": "a number", "PERCENT": "a share like 10%", "SIZE": "a size like 8K", "RATIO": "a ratio like 2:4",
    "_NL": "the end of the line", "$END": "the end of the line",
}  # fmt: skip


def _friendly(terminal: str) -> str:
    return _FRIENDLY.get(terminal) or str(_grammar().get_terminal(terminal).pattern.value)


@cache
def _grammar() -> Lark:
    return Lark((Path(__file__).parent / "recipe.lark").read_text("utf-8"), parser="lalr", propagate_positions=True)
