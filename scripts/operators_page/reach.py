"""Which operators of the graph a converter may emit, read off its source: the operator classes, the kinds, the tables
and the functions that it names, and theirs in turn.

Branches that ask for another op_type, or for another member of the enumeration that stands for it, are left out. What
an attribute or a type chooses is followed both ways.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from functools import cache
from types import FunctionType
from typing import Any

from tinyc.ir.graph import Operator
from tinyc.ops.importing import CONVERTERS, Converter

PACKAGE = "tinyc.ops"
REGISTERS = f"{PACKAGE}.importing"


@dataclass(frozen=True, slots=True)
class Reached:
    """Kinds of operators, the members of enumerations that the converter chooses, and whether it only raises."""

    kinds: tuple[str, ...]
    choices: tuple[Enum, ...]
    refuses: bool


def reached(converter: Converter, domain: str, op_type: str) -> Reached:
    """What a converter makes of one of its ONNX operators."""
    assert isinstance(converter, FunctionType)
    search = Search(domain, op_type)
    search.function(converter)
    refuses = isinstance(without_docstring(definition(converter))[0], ast.Raise)
    return Reached(tuple(sorted(search.kinds)), tuple(search.choices), refuses)


@cache
def definition(function: FunctionType) -> ast.FunctionDef:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(tree, ast.FunctionDef), f"{function} is no plain function"
    return tree


def without_docstring(tree: ast.FunctionDef) -> list[ast.stmt]:
    return tree.body[1:] if ast.get_docstring(tree) is not None else tree.body


@dataclass(slots=True)
class Search:
    """Follows names from one converter; `kinds` and `choices` are what it finds."""

    domain: str
    op_type: str
    kinds: set[str] = field(default_factory=set)
    choices: list[Enum] = field(default_factory=list)
    _seen: set[object] = field(default_factory=set)

    def function(self, function: FunctionType) -> None:
        """Everything that a function of tinyc.ops names."""
        if function in self._seen or not function.__module__.startswith(PACKAGE) or function.__module__ == REGISTERS:
            return
        is_converter = not self._seen
        self._seen.add(function)
        names = {**function.__globals__, **inspect.getclosurevars(function).nonlocals}
        nodes = list(self._all_taken(without_docstring(definition(function)), names))
        values = [value for node in nodes for value in self._values(node, names)]
        if is_converter:
            self.choices += [value for value in values if isinstance(value, Enum)]
        by_kind = any(isinstance(node, ast.Attribute) and node.attr == "registry" for node in nodes)
        by_onnx_name = any(isinstance(value, FunctionType) and reads_converters(value) for value in values)
        for value in values:
            self._value(value, by_kind, by_onnx_name)

    def _taken(self, node: ast.AST, names: Mapping[str, Any]) -> Iterator[ast.AST]:
        """The node and what is below it, without annotations and without branches that this operator never takes."""
        if isinstance(node, ast.If | ast.IfExp) and (choice := self._decided(node.test, names)) is not None:
            branch = node.body if choice else node.orelse
            yield from self._all_taken(branch if isinstance(branch, list) else [branch], names)
            return
        yield node
        for name, child in ast.iter_fields(node):
            is_table = name == "value" and isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)
            if name not in ("annotation", "returns", "decorator_list") and not is_table:
                parts = child if isinstance(child, list) else [child]
                yield from self._all_taken([part for part in parts if isinstance(part, ast.AST)], names)

    def _all_taken(self, steps: Iterable[ast.AST], names: Mapping[str, Any]) -> Iterator[ast.AST]:
        """The same for several, up to a branch that is always taken and does not come back."""
        for step in steps:
            yield from self._taken(step, names)
            if isinstance(step, ast.If) and (choice := self._decided(step.test, names)) is not None:
                branch = step.body if choice else step.orelse
                if branch and isinstance(branch[-1], ast.Return | ast.Raise):
                    return

    def _decided(self, test: ast.expr, names: Mapping[str, Any]) -> bool | None:
        """The value of a comparison of node.op_type, or of the chosen member, with constants; None for other tests."""
        if isinstance(test, ast.BoolOp):
            stops = isinstance(test.op, ast.Or)
            return stops if stops in [self._decided(part, names) for part in test.values] else None
        if not isinstance(test, ast.Compare) or len(test.ops) != 1:
            return None
        against = _constants(test.comparators[0], names)
        left = self.op_type if ast.unparse(test.left) == "node.op_type" else self._choice(test.left, against)
        if left is None or not against:
            return None
        negated = isinstance(test.ops[0], ast.NotEq | ast.NotIn | ast.IsNot)
        return (left in against) != negated

    def _choice(self, left: ast.expr, against: list[object]) -> Enum | None:
        """The converter's only choice from the enumeration that a plain name is compared with."""
        mine = [choice for choice in self.choices if against and type(choice) is type(against[0])]
        return mine[0] if isinstance(left, ast.Name) and len(mine) == 1 else None

    def _values(self, node: ast.AST, names: Mapping[str, Any]) -> Iterator[object]:
        """What a name, a constant, a member of an enumeration, or an entry of a table stands for."""
        if isinstance(node, ast.Constant):
            yield node.value
        elif isinstance(node, ast.Name) and node.id in names:
            yield names[node.id]
        elif isinstance(node, ast.Attribute):
            yield from _constants(node, names)
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in names:
            table, asks = names[node.value.id], ast.unparse(node.slice)
            key = self.op_type if asks == "node.op_type" else (self.domain, self.op_type)
            yield table[key] if isinstance(table, dict) and "node.op_type" in asks and key in table else table

    def _value(self, value: object, by_kind: bool, by_onnx_name: bool) -> None:
        if isinstance(value, type) and issubclass(value, Operator):
            self.kinds |= {getattr(value, "kind", "")} & set(Operator.registry)
        elif isinstance(value, FunctionType):
            self.function(value)
        elif isinstance(value, str):
            if by_kind and value in Operator.registry:
                self.kinds.add(value)
            if by_onnx_name and ("", value) in CONVERTERS and value not in (self.op_type, *self._seen):
                self._seen.add(value)
                self.kinds |= set(reached(CONVERTERS["", value], "", value).kinds)
        elif value is not CONVERTERS and value is not Operator.registry:
            for part in parts_of(value):
                self._value(part, by_kind, by_onnx_name)


def _constants(node: ast.expr, names: Mapping[str, Any]) -> list[object]:
    """Texts and members of enumerations that stand in an expression; [] if it holds anything else."""
    if isinstance(node, ast.Tuple):
        parts = [_constants(item, names) for item in node.elts]
        return [value for part in parts for value in part] if all(parts) else []
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        member = getattr(names.get(node.value.id), node.attr, None)
        return [member] if isinstance(member, Enum) else []
    return []


def reads_converters(function: FunctionType) -> bool:
    return function.__module__.startswith(PACKAGE) and "CONVERTERS" in function.__code__.co_names


def parts_of(value: object) -> list[object]:
    """The members of tables: dictionaries, tuples, records that are no operators."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, tuple | frozenset | list):
        return list(value)
    if is_dataclass(value) and not isinstance(value, type) and type(value).__module__.startswith(PACKAGE):
        return [getattr(value, item.name) for item in fields(value)]
    return []
