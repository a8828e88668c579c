"""Fields of a dataclass to and from text: attributes of operators in graphs, options of passes in recipes."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from typing import Literal as Choice

from tinyc.errors import GraphError, did_you_mean
from tinyc.ir.graph import Operator
from tinyc.ir.literals import RESERVED, Call, Literal, Record, Word, literal_text


class Mismatch(Exception):
    """A value does not have the form that a field asks for; the text says what was asked for."""


def attribute_texts(operator: Operator) -> list[str]:
    """`name=value` for every field that differs from its default."""
    return [f"{name}={literal_text(value)}" for name, value in _fields_of(operator)]


def make_operator(kind: str, attributes: Mapping[str, Literal]) -> Operator:
    """The operator of this kind; GraphError names an unknown kind, an unknown attribute or a value of wrong form."""
    cls = Operator.registry.get(kind)
    if cls is None:
        raise GraphError(f'unknown operator "{kind}"', hint=did_you_mean(kind, Operator.registry))
    try:
        operator = construct(cls, dict(attributes))
    except Mismatch as problem:
        raise GraphError(f"{kind}: {problem}") from problem
    assert isinstance(operator, Operator)
    return operator


def _fields_of(value: object) -> list[tuple[str, Literal]]:
    assert is_dataclass(value) and not isinstance(value, type)
    found = []
    for item in fields(value):
        content = getattr(value, item.name)
        if content != _default(item):
            found.append((item.name, _literal(content, field_hints(type(value))[item.name])))
    return found


def _literal(value: object, hint: Any) -> Literal:
    if isinstance(value, Enum):
        return _member_literal(value)
    if isinstance(value, tuple):
        return tuple(_literal(item, _item_hint(hint, index)) for index, item in enumerate(value))
    if is_dataclass(value):
        named = type(value).__name__ if len(_dataclasses_in(hint)) != 1 else ""
        return Record(named, tuple(_fields_of(value)))
    assert value is None or isinstance(value, (bool, int, float, str)), f"{value!r} has no text form"
    return value


def _member_literal(member: Enum) -> Literal:
    text = spelling(member)
    return text if text in RESERVED else Word(text)


def spelling(member: Enum) -> str:
    """The word that stands for a member of an Enum."""
    return member.value if isinstance(member.value, str) else member.name.lower()


def construct(cls: type, given: Mapping[str, Literal]) -> object:
    """The dataclass with these fields; Mismatch if one is unknown, missing or of wrong form."""
    hints, values = field_hints(cls), {}
    known = [item.name for item in fields(cls)]
    for name, literal in given.items():
        if name not in known:
            hint = did_you_mean(name, known) or "it has no attributes"
            raise Mismatch(f'no attribute "{name}"; {hint}')
        try:
            values[name] = convert(literal, hints[name])
        except Mismatch as problem:
            raise Mismatch(f"{name}={literal_text(literal)}: {problem}") from problem
    for item in fields(cls):
        if item.name not in values and _default(item) is MISSING:
            raise Mismatch(f'attribute "{item.name}" is missing')
    return cls(**values)


def convert(literal: Literal, hint: Any) -> object:
    """The value that a literal stands for where the annotation `hint` says what is wanted; Mismatch otherwise."""
    if _is_union(hint):
        return _first_that_fits(literal, get_args(hint))
    if get_origin(hint) is tuple:
        return _tuple(literal, hint)
    if get_origin(hint) is Choice:
        return _choice(literal, get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _member(literal, hint)
    if isinstance(hint, type) and is_dataclass(hint) and isinstance(literal, Record):
        if literal.name in ("", hint.__name__):
            return construct(hint, dict(literal.fields))
        raise Mismatch(f"expected {hint.__name__}")
    if isinstance(hint, type) and is_dataclass(hint) and isinstance(literal, Call):
        return _called(literal, hint)
    return _plain(literal, hint)


def _plain(literal: Literal, hint: Any) -> object:
    if hint is float and type(literal) in (int, float):
        assert isinstance(literal, (int, float))
        return float(literal)
    if hint is str and isinstance(literal, Word):
        return literal.text
    if (hint in (bool, int, str) and type(literal) is hint) or (hint is type(None) and literal is None):
        return literal
    raise Mismatch(f"expected {_wanted(hint)}")


def _member(literal: Literal, enum: type[Enum]) -> Enum:
    text = _word(literal)
    for member in enum:
        if text == spelling(member):
            return member
    raise Mismatch(f"expected one of {', '.join(spelling(member) for member in enum)}")


def _choice(literal: Literal, choices: tuple[Any, ...]) -> object:
    text = _word(literal)
    if not isinstance(text, bool) and text in choices:
        return text
    raise Mismatch(f"expected one of {', '.join(map(str, choices))}")


def _word(literal: Literal) -> Literal:
    """A choice may be spelled none."""
    if literal is None:
        return "none"
    return literal.text if isinstance(literal, Word) else literal


def _called(literal: Call, cls: type) -> object:
    names = [item.name for item in fields(cls)]
    if literal.name != cls.__name__.lower() or len(names) != len(literal.items):
        raise Mismatch(f"expected {cls.__name__.lower()}[{', '.join(names)}]")
    return construct(cls, dict(zip(names, literal.items, strict=True)))


def _tuple(literal: Literal, hint: Any) -> tuple[object, ...]:
    if not isinstance(literal, tuple):
        raise Mismatch(f"expected {_wanted(hint)}")
    hints = get_args(hint)
    if len(hints) != 2 or hints[1] is not Ellipsis:
        expected = 0 if hints == ((),) else len(hints)
        if len(literal) != expected:
            raise Mismatch(f"expected {expected} values, got {len(literal)}")
    return tuple(convert(item, _item_hint(hint, index)) for index, item in enumerate(literal))


def _first_that_fits(literal: Literal, hints: tuple[Any, ...]) -> object:
    problems = []
    # int before float: a union of both must not turn 1 into 1.0
    for hint in sorted(hints, key=lambda hint: hint is float):
        try:
            return convert(literal, hint)
        except Mismatch as problem:
            problems.append(str(problem).removeprefix("expected "))
    raise Mismatch(f"expected {' or '.join(problems)}")


def _item_hint(hint: Any, index: int) -> Any:
    """What a tuple's item is declared as; through unions, the first tuple counts."""
    if _is_union(hint):
        hint = next((part for part in get_args(hint) if get_origin(part) is tuple), hint)
    parts = get_args(hint)
    if not parts or get_origin(hint) is not tuple:
        return object
    return parts[0] if len(parts) == 2 and parts[1] is Ellipsis else parts[index % len(parts)]


def _dataclasses_in(hint: Any) -> list[Any]:
    parts = get_args(hint) if _is_union(hint) else (hint,)
    return [part for part in parts if is_dataclass(part)]


def _wanted(hint: Any) -> str:
    if get_origin(hint) is tuple:
        return "a list"
    names = {float: "a number", int: "a whole number", bool: "true or false", str: "text in quotes", type(None): "none"}
    if isinstance(hint, type) and is_dataclass(hint):
        return hint.__name__.lower()
    return names.get(hint, getattr(hint, "__name__", str(hint)))


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType)


def _default(item: Field[Any]) -> object:
    return item.default_factory() if item.default_factory is not MISSING else item.default


@cache
def field_hints(cls: type) -> dict[str, Any]:
    """What each field is annotated as, names resolved."""
    return get_type_hints(cls)
