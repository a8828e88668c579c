"""Text form of a graph: `to_text` for people, dumps and tests; `parse` reads it back, so that parse(to_text(g)) == g.

Parsing needs the operators in use to be registered: import `tinyc.ops` first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeAlias, TypeVar

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from tinyc.errors import GraphError, did_you_mean
from tinyc.ir.attributes import make_operator
from tinyc.ir.blobs import Blob
from tinyc.ir.constant_text import first_argument, from_compressed, from_generator, from_numbers
from tinyc.ir.graph import Graph, Op, Operator
from tinyc.ir.literals import Literal, Record, Word, read_number
from tinyc.ir.types import Array, DType, Encoding, Layout, Quant, TensorType
from tinyc.ir.verify import check_operands
from tinyc.ir.writer import to_text

Node: TypeAlias = Tree[Token]
Child: TypeAlias = Node | Token | None
E = TypeVar("E", DType, Layout)


def parse(text: str) -> Graph:
    """The graph that the text describes; GraphError with line, column and what was expected."""
    return parse_spelled(text)[0]


def parse_spelled(text: str) -> tuple[Graph, dict[Blob, str]]:
    """The graph, and how the text spells each of its constants: what `to_text` takes to write them alike."""
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        raise _syntax_error(text, error) from error
    reader = _Reader(text)
    return reader.graph(tree), reader.spelled


@dataclass(slots=True)
class _Reader:
    """Collects, statement by statement, what the parse tree declares."""

    text: str
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    types: dict[str, TensorType] = field(default_factory=dict)
    constants: dict[str, Blob] = field(default_factory=dict)
    ops: list[Op] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    states: list[tuple[str, str]] = field(default_factory=list)
    spelled: dict[Blob, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def graph(self, tree: Node) -> Graph:
        name, *statements = _trees(tree.children)
        for statement in statements:
            getattr(self, f"_{statement.data}")(statement)
        return Graph(
            _text_of(name), tuple(self.inputs), tuple(self.outputs), self.types, self.constants, tuple(self.ops),
            tuple(self.notes), tuple(self.states),
        )  # fmt: skip

    def _input(self, tree: Node) -> None:
        name, declared = _trees(tree.children)
        self.inputs.append(self._define(name, _type(declared)))

    def _constant(self, tree: Node) -> None:
        name, declared_as, data = _trees(tree.children)
        declared = _type(declared_as)
        try:
            blob = Blob(_array(data, declared))
        except GraphError as error:
            raise _at(data, error.reason, error.hint) from error
        self.constants[self._define(name, declared)] = blob
        self.spelled[blob] = self.text[data.meta.start_pos : data.meta.end_pos]

    def _op(self, tree: Node) -> None:
        results, kind, arguments, as_name, source = _children(tree)
        assert isinstance(results, Tree) and isinstance(kind, Tree)
        operands = tuple(self._operand(item) for item in _trees(_children(arguments), "operand"))
        operator = self._operator(kind, arguments)
        outputs = _trees(results.children)
        out_types = self._out_types(tree, operator, operands, outputs)
        names = tuple(self._define(item.children[0], made) for item, made in zip(outputs, out_types, strict=True))
        named = _only(as_name)
        name = self._number(operator.kind) if named is None else _text_of(named)
        self.counts[operator.kind] = self.counts.get(operator.kind, 0) + 1
        self.ops.append(Op(name, operator, operands, names, "" if _only(source) is None else _text_of(_only(source))))

    def _output(self, tree: Node) -> None:
        self.outputs += [self._known(name) for name in tree.children]

    def _state(self, tree: Node) -> None:
        name, output = (self._known(child) for child in tree.children)
        if name not in self.inputs or output not in self.outputs:
            raise _at(tree, "a state pairs an input with an output that stands before it")
        self.states.append((name, output))

    def _note(self, tree: Node) -> None:
        self.notes.append(_text_of(tree.children[0]))

    def _operator(self, kind: Node, arguments: Child) -> Operator:
        attributes: dict[str, Literal] = {}
        for item in _trees(_children(arguments), "field"):
            name, value = _field(item)
            if name in attributes:
                raise _at(item, f'attribute "{name}" is given twice')
            attributes[name] = value
        try:
            return make_operator(_text_of(kind), attributes)
        except GraphError as error:
            raise _at(kind, error.reason, error.hint) from error

    def _out_types(
        self, tree: Node, operator: Operator, operands: tuple[str | None, ...], outputs: list[Node]
    ) -> tuple[TensorType, ...]:
        """Declared types; those left out are inferred."""
        declared = [None if kind is None else _type(kind) for _, kind in map(_children, outputs)]
        known = tuple(kind for kind in declared if kind is not None)
        if len(known) == len(outputs):
            return known
        try:
            check_operands(Op(operator.kind, operator, operands, ()))
            inferred = operator.infer(tuple(None if name is None else self.types[name] for name in operands))
        except GraphError as error:
            raise _at(tree, error.reason, error.hint) from error
        if len(inferred) != len(outputs):
            raise _at(tree, f"{operator.kind} makes {len(inferred)} outputs, {len(outputs)} are named")
        return tuple(made if have is None else have for have, made in zip(declared, inferred, strict=True))

    def _operand(self, tree: Node) -> str | None:
        token = _only(_only(tree))
        return None if token == "_" else self._known(_only(tree))

    def _known(self, name: Child) -> str:
        text = _text_of(name)
        if text not in self.types:
            raise _at(name, f'"{text}" is not known here', did_you_mean(text, self.types))
        return text

    def _define(self, name: Child, declared: TensorType) -> str:
        text = _text_of(name)
        if text in self.types:
            raise _at(name, f'"{text}" exists already')
        self.types[text] = declared
        return text

    def _number(self, kind: str) -> str:
        return f"{kind}_{self.counts.get(kind, 0)}"


def _type(tree: Child) -> TensorType:
    word, *shape, layout, quant, stored = _children(tree)
    dtype = _member(word, DType)
    extents = tuple(_whole(extent) for extent in shape if extent is not None)
    if any(extent < 0 for extent in extents):
        raise _at(tree, "a negative dimension")
    order = Layout.LINEAR if _only(layout) is None else _member(_only(layout), Layout)
    return TensorType(dtype, extents, order, _quant(quant), _encoding(stored))


def _member(word: Child, enum: type[E]) -> E:
    values = {member.value: member for member in enum}
    text = _text_of(word)
    if text not in values:
        raise _at(word, f'no {enum.__name__.lower()} is called "{text}"', did_you_mean(text, values))
    return values[text]


def _quant(tree: Child) -> Quant | None:
    if _only(tree) is None:
        return None
    scale, zero, *named = _children(tree)
    scales, zeros = _value(scale), 0 if zero is None else _value(zero)
    scale_list = scales if isinstance(scales, tuple) else (scales,)
    zero_list = zeros if isinstance(zeros, tuple) else (zeros,) * len(scale_list)
    if not all(type(item) in (int, float) for item in scale_list) or not all(type(item) is int for item in zero_list):
        raise _at(tree, "expected quant(SCALE, ZERO_POINT) or quant([SCALE, ...], [ZERO_POINT, ...], axis=N)")
    numbers = tuple(float(item) for item in scale_list if isinstance(item, (int, float)))
    zero_points = tuple(item for item in zero_list if isinstance(item, int))
    axis, blocks = _places(_trees(named))
    return Quant(numbers, zero_points, axis, blocks)


def _places(named: list[Node]) -> tuple[int | None, tuple[int, ...]]:
    """axis=N and blocks=[N, ...] of quant(...)."""
    axis: int | None = None
    blocks: tuple[int, ...] = ()
    for item in named:
        word, value = _field(item)
        extents = value if isinstance(value, tuple) else ()
        if word == "axis" and type(value) is int:
            axis = value
        elif word == "blocks" and extents and all(type(extent) is int and extent > 0 for extent in extents):
            blocks = tuple(extent for extent in extents if isinstance(extent, int))
        else:
            raise _at(item, "expected axis=N or blocks=[N, ...]")
    return axis, blocks


def _encoding(tree: Child) -> Encoding:
    name, *items = _children(tree)
    if name is None:
        return Encoding()
    parameters = []
    for item in _trees(items):
        word, value = _field(item)
        if type(value) is not int:
            raise _at(item, "expected a whole number")
        parameters.append((word, value))
    return Encoding(_text_of(name), tuple(parameters))


def _array(data: Node, declared: TensorType) -> Array:
    if data.data == "compressed":
        return from_compressed([_text_of(line) for line in data.children], declared)
    if data.data == "numbers":
        return from_numbers(_value(data.children[0]), declared)
    word, *items = data.children
    name, arguments = _text_of(word), {}
    for item in _trees(items):
        key, value = (first_argument(name), _value(item.children[0])) if item.data == "bare" else _field(item)
        arguments[key] = value
    return from_generator(name, arguments, declared)


def _field(tree: Node) -> tuple[str, Literal]:
    return _text_of(tree.children[0]), _value(tree.children[1])


def _value(tree: Child) -> Literal:
    assert isinstance(tree, Tree)
    if tree.data in _WORDS:
        return _WORDS[tree.data]
    if tree.data == "list":
        return tuple(map(_value, _trees(_children(tree))))
    if tree.data == "record":
        name, *items = _children(tree)
        return Record("" if name is None else _text_of(name), tuple(_field(item) for item in _trees(items)))
    text = _text_of(tree)
    if tree.data == "number":
        return _number(tree)
    return Word(text) if tree.data == "word" else text


def _number(tree: Child) -> int | float:
    try:
        return read_number(_text_of(tree))
    except ValueError as error:  # Python refuses whole numbers of thousands of digits
        raise _at(tree, "a number too long") from error


def _whole(tree: Child) -> int:
    return int(_number(tree))


_WORDS: dict[str, Literal] = {"true": True, "false": False, "none": None}


def _children(tree: Child) -> list[Child]:
    """What stands below; None for an optional part that is left out."""
    return list(tree.children) if isinstance(tree, Tree) else []


def _trees(children: Iterable[Child], data: str = "") -> list[Node]:
    return [child for child in children if isinstance(child, Tree) and data in ("", child.data)]


def _only(tree: Child) -> Child:
    return _children(tree)[0]


def _token(child: Child) -> Token:
    while isinstance(child, Tree):
        child = child.children[0]
    assert child is not None
    return child


def _text_of(child: Child) -> str:
    """A word as it stands, a string without its quotes."""
    token = _token(child)
    if token.type != "STRING":
        return str(token)
    try:
        return str(json.loads(token))
    except json.JSONDecodeError as error:
        raise _at(child, f"text in quotes is written as in JSON: {error.msg}") from error


def _at(place: Child, reason: str, hint: str = "") -> GraphError:
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
    return str(_grammar().get_terminal(terminal).pattern.value)


_FRIENDLY = {
    "WORD": "a name", "STRING": "text in quotes", "INT": "a whole number", "NUMBER": "a number", "$END": "the end",
}  # fmt: skip


@cache
def _grammar() -> Lark:
    return Lark((Path(__file__).parent / "ir.lark").read_text("utf-8"), parser="lalr", propagate_positions=True)


__all__ = ["parse", "parse_spelled", "to_text"]
