"""Text form of a graph: `to_text` for people, dumps and tests; `parse` reads it back, so that parse(to_text(g)) == g.

Parsing needs the operators in use to be registered: import `tinyc.ops` first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from tinyc.errors import GraphError, did_you_mean
from tinyc.ir.attributes import make_operator
from tinyc.ir.blobs import Blob
from tinyc.ir.constant_text import first_argument, from_compressed, from_generator, from_numbers
from tinyc.ir.graph import Graph, Op, Operator
from tinyc.ir.literals import Literal
from tinyc.ir.tree import (
    Child,
    Node,
    at,
    children,
    field_of,
    only,
    parse_tree,
    text_of,
    trees,
    value_of,
    whole,
)
from tinyc.ir.types import Array, DType, Encoding, Layout, Quant, TensorType
from tinyc.ir.verify import check_operands
from tinyc.ir.writer import to_text

E = TypeVar("E", DType, Layout)


def parse(text: str) -> Graph:
    """The graph that the text describes; GraphError with line, column and what was expected."""
    return parse_spelled(text)[0]


def parse_spelled(text: str) -> tuple[Graph, dict[Blob, str]]:
    """The graph, and how the text spells each of its constants: what `to_text` takes to write them alike."""
    tree = parse_tree(text)
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
        name, *statements = trees(tree.children)
        for statement in statements:
            getattr(self, f"_{statement.data}")(statement)
        return Graph(
            text_of(name), tuple(self.inputs), tuple(self.outputs), self.types, self.constants, tuple(self.ops),
            tuple(self.notes), tuple(self.states),
        )  # fmt: skip

    def _input(self, tree: Node) -> None:
        name, declared = trees(tree.children)
        self.inputs.append(self._define(name, _type(declared)))

    def _constant(self, tree: Node) -> None:
        name, declared_as, data = trees(tree.children)
        declared = _type(declared_as)
        try:
            blob = Blob(_array(data, declared))
        except GraphError as error:
            raise at(data, error.reason, error.hint) from error
        self.constants[self._define(name, declared)] = blob
        self.spelled[blob] = self.text[data.meta.start_pos : data.meta.end_pos]

    def _op(self, tree: Node) -> None:
        results, kind, arguments, as_name, source = children(tree)
        operands = tuple(self._operand(item) for item in trees(children(arguments), "operand"))
        operator = self._operator(kind, arguments)
        outputs = trees(children(results))
        out_types = self._out_types(tree, operator, operands, outputs)
        names = tuple(self._define(item.children[0], made) for item, made in zip(outputs, out_types, strict=True))
        named = only(as_name)
        name = self._number(operator.kind) if named is None else text_of(named)
        self.counts[operator.kind] = self.counts.get(operator.kind, 0) + 1
        self.ops.append(Op(name, operator, operands, names, "" if only(source) is None else text_of(only(source))))

    def _output(self, tree: Node) -> None:
        self.outputs += [self._known(name) for name in tree.children]

    def _state(self, tree: Node) -> None:
        name, output = (self._known(child) for child in tree.children)
        if name not in self.inputs or output not in self.outputs:
            raise at(tree, "a state pairs an input with an output that stands before it")
        self.states.append((name, output))

    def _note(self, tree: Node) -> None:
        self.notes.append(text_of(tree.children[0]))

    def _operator(self, kind: Child, arguments: Child) -> Operator:
        attributes: dict[str, Literal] = {}
        for item in trees(children(arguments), "field"):
            name, value = field_of(item)
            if name in attributes:
                raise at(item, f'attribute "{name}" is given twice')
            attributes[name] = value
        try:
            return make_operator(text_of(kind), attributes)
        except GraphError as error:
            raise at(kind, error.reason, error.hint) from error

    def _out_types(
        self, tree: Node, operator: Operator, operands: tuple[str | None, ...], outputs: list[Node]
    ) -> tuple[TensorType, ...]:
        """Declared types; those left out are inferred."""
        declared = [None if kind is None else _type(kind) for _, kind in map(children, outputs)]
        known = tuple(kind for kind in declared if kind is not None)
        if len(known) == len(outputs):
            return known
        try:
            check_operands(Op(operator.kind, operator, operands, ()))
            inferred = operator.infer(tuple(None if name is None else self.types[name] for name in operands))
        except GraphError as error:
            raise at(tree, error.reason, error.hint) from error
        if len(inferred) != len(outputs):
            raise at(tree, f"{operator.kind} makes {len(inferred)} outputs, {len(outputs)} are named")
        return tuple(made if have is None else have for have, made in zip(declared, inferred, strict=True))

    def _operand(self, tree: Node) -> str | None:
        token = only(only(tree))
        return None if token == "_" else self._known(only(tree))

    def _known(self, name: Child) -> str:
        text = text_of(name)
        if text not in self.types:
            raise at(name, f'"{text}" is not known here', did_you_mean(text, self.types))
        return text

    def _define(self, name: Child, declared: TensorType) -> str:
        text = text_of(name)
        if text in self.types:
            raise at(name, f'"{text}" exists already')
        self.types[text] = declared
        return text

    def _number(self, kind: str) -> str:
        return f"{kind}_{self.counts.get(kind, 0)}"


def _type(tree: Child) -> TensorType:
    word, *shape, layout, quant, stored = children(tree)
    dtype = _member(word, DType)
    extents = tuple(whole(extent) for extent in shape if extent is not None)
    if any(extent < 0 for extent in extents):
        raise at(tree, "a negative dimension")
    order = Layout.LINEAR if only(layout) is None else _member(only(layout), Layout)
    return TensorType(dtype, extents, order, _quant(quant), _encoding(stored))


def _member(word: Child, enum: type[E]) -> E:
    values = {member.value: member for member in enum}
    text = text_of(word)
    if text not in values:
        raise at(word, f'no {enum.__name__.lower()} is called "{text}"', did_you_mean(text, values))
    return values[text]


def _quant(tree: Child) -> Quant | None:
    if only(tree) is None:
        return None
    scale, zero, *named = children(tree)
    scales, zeros = value_of(scale), 0 if zero is None else value_of(zero)
    scale_list = scales if isinstance(scales, tuple) else (scales,)
    zero_list = zeros if isinstance(zeros, tuple) else (zeros,) * len(scale_list)
    if not all(type(item) in (int, float) for item in scale_list) or not all(type(item) is int for item in zero_list):
        raise at(tree, "expected quant(SCALE, ZERO_POINT) or quant([SCALE, ...], [ZERO_POINT, ...], axis=N)")
    numbers = tuple(float(item) for item in scale_list if isinstance(item, (int, float)))
    zero_points = tuple(item for item in zero_list if isinstance(item, int))
    axis, blocks = _places(trees(named))
    return Quant(numbers, zero_points, axis, blocks)


def _places(named: list[Node]) -> tuple[int | None, tuple[int, ...]]:
    """axis=N and blocks=[N, ...] of quant(...)."""
    axis: int | None = None
    blocks: tuple[int, ...] = ()
    for item in named:
        word, value = field_of(item)
        extents = value if isinstance(value, tuple) else ()
        if word == "axis" and type(value) is int:
            axis = value
        elif word == "blocks" and extents and all(type(extent) is int and extent > 0 for extent in extents):
            blocks = tuple(extent for extent in extents if isinstance(extent, int))
        else:
            raise at(item, "expected axis=N or blocks=[N, ...]")
    return axis, blocks


def _encoding(tree: Child) -> Encoding:
    name, *items = children(tree)
    if name is None:
        return Encoding()
    parameters = []
    for item in trees(items):
        word, value = field_of(item)
        if type(value) is not int:
            raise at(item, "expected a whole number")
        parameters.append((word, value))
    return Encoding(text_of(name), tuple(parameters))


def _array(data: Node, declared: TensorType) -> Array:
    if data.data == "compressed":
        return from_compressed([text_of(line) for line in data.children], declared)
    if data.data == "numbers":
        return from_numbers(value_of(data.children[0]), declared)
    word, *items = data.children
    name, arguments = text_of(word), {}
    for item in trees(items):
        key, value = (first_argument(name), value_of(item.children[0])) if item.data == "bare" else field_of(item)
        arguments[key] = value
    return from_generator(name, arguments, declared)


__all__ = ["parse", "parse_spelled", "to_text"]
