"""The parse tree of the text form: its grammar, its pieces as words and values, and errors that name places."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TypeAlias

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from tinyc.errors import GraphError
from tinyc.ir.literals import Literal, Record, Word, read_number

Node: TypeAlias = Tree[Token]
Child: TypeAlias = Node | Token | None


def field_of(tree: Node) -> tuple[str, Literal]:
    """NAME = VALUE."""
    return text_of(tree.children[0]), value_of(tree.children[1])


def value_of(tree: Child) -> Literal:
    assert isinstance(tree, Tree)
    if tree.data in _WORDS:
        return _WORDS[tree.data]
    if tree.data == "list":
        return tuple(map(value_of, trees(children(tree))))
    if tree.data == "record":
        name, *items = children(tree)
        return Record("" if name is None else text_of(name), tuple(field_of(item) for item in trees(items)))
    text = text_of(tree)
    if tree.data == "number":
        return number_of(tree)
    return Word(text) if tree.data == "word" else text


def number_of(tree: Child) -> int | float:
    try:
        return read_number(text_of(tree))
    except ValueError as error:  # Python refuses whole numbers of thousands of digits
        raise at(tree, "a number too long") from error


def whole(tree: Child) -> int:
    return int(number_of(tree))


_WORDS: dict[str, Literal] = {"true": True, "false": False, "none": None}


def children(tree: Child) -> list[Child]:
    """What stands below; None for an optional part that is left out."""
    return list(tree.children) if isinstance(tree, Tree) else []


def trees(children: Iterable[Child], data: str = "") -> list[Node]:
    """Those of them that have parts, or that are of one kind."""
    return [child for child in children if isinstance(child, Tree) and data in ("", child.data)]


def only(tree: Child) -> Child:
    return children(tree)[0]


def _token(child: Child) -> Token:
    while isinstance(child, Tree):
        child = child.children[0]
    assert child is not None
    return child


def text_of(child: Child) -> str:
    """A word as it stands, a string without its quotes."""
    token = _token(child)
    if token.type != "STRING":
        return str(token)
    try:
        return str(json.loads(token))
    except json.JSONDecodeError as error:
        raise at(child, f"text in quotes is written as in JSON: {error.msg}") from error


def at(place: Child, reason: str, hint: str = "") -> GraphError:
    """An error that begins with the place."""
    where = place.meta if isinstance(place, Tree) else _token(place)
    return GraphError(f"line {where.line}, column {where.column}: {reason}", hint=hint)


def _syntax_error(text: str, error: UnexpectedInput) -> GraphError:
    wanted = sorted({_friendly(name) for name in _expected(error)})
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        found = f'"{error.token}"'
    elif isinstance(error, UnexpectedCharacters):
        found = f'"{error.char}"'
    else:
        line = text.count("\n") + 1
        return GraphError(f"line {line}: the text ends too early; expected {' or '.join(wanted)}")
    return GraphError(f"line {error.line}, column {error.column}: {found} where {' or '.join(wanted)} was expected")


def _expected(error: UnexpectedInput) -> Iterable[str]:
    if isinstance(error, UnexpectedToken):
        return error.accepts or error.expected
    if isinstance(error, UnexpectedCharacters):
        return error.allowed or ()
    return error.expected if isinstance(error, UnexpectedEOF) else ()


def _friendly(terminal: str) -> str:
    if terminal in _FRIENDLY:
        return _FRIENDLY[terminal]
    return str(grammar().get_terminal(terminal).pattern.value)


_FRIENDLY = {
    "WORD": "a name", "STRING": "text in quotes", "INT": "a whole number", "NUMBER": "a number", "$END": "the end",
}  # fmt: skip


def parse_tree(text: str) -> Node:
    """What the grammar makes of the text; GraphError with line, column and what was expected."""
    try:
        return grammar().parse(text)
    except UnexpectedInput as error:
        raise _syntax_error(text, error) from error


@cache
def grammar() -> Lark:
    return Lark((Path(__file__).parent / "ir.lark").read_text("utf-8"), parser="lalr", propagate_positions=True)
