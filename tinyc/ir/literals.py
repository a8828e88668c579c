"""Values as they stand in the text form of a graph, apart from any parser: how they are written, what they are read as.

Read values are int, float, bool, None, str (it stood in quotes), `Word` (it did not), tuple, `Record`, and in recipes
`Call`.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TypeAlias, Union

import numpy as np

Literal: TypeAlias = Union[bool, int, float, str, "Word", "Record", "Call", tuple["Literal", ...], None]

_BARE = re.compile(r"[A-Za-z_/][\w./]*", re.ASCII)
# Words that mean something of their own in some place of the grammar, so that a name spelled like them needs quotes.
RESERVED = frozenset(
    "graph input const output state note as from in quant stored zlib true false none inf nan _".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word without quotes: a member of an Enum, or the name of a generator."""

    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """`name{field=value, ...}`: a dataclass, the name is "" where the place leaves no choice."""

    name: str
    fields: tuple[tuple[str, Literal], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """`name[item, ...]`: a dataclass with its fields in order."""

    name: str
    items: tuple[Literal, ...]


def name_text(name: str) -> str:
    """A name of a value, op or graph, in quotes where it needs them."""
    return name if _BARE.fullmatch(name) and name not in RESERVED else json.dumps(name)


def float_text(value: float) -> str:
    """The shortest text that reads back as exactly this float64; float32 values end in f where that is shorter."""
    if math.isnan(value) or math.isinf(value):
        return str(value)
    with np.errstate(over="ignore"):
        single = np.float32(value)
    if float(single) != value:
        return repr(value)
    short = str(single)
    return short if float(short) == value else f"{short}f"


def read_number(text: str) -> int | float:
    """Inverse of `float_text`; a number without point and exponent is an int."""
    if text.endswith("f") and not text.endswith("inf"):
        return float(np.float32(text[:-1]))
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)


def literal_text(value: Literal) -> str:
    """One value in the text form."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, Word):
        return name_text(value.text)
    if isinstance(value, Record):
        return f"{value.name}{{{', '.join(f'{name}={literal_text(item)}' for name, item in value.fields)}}}"
    if isinstance(value, Call):
        return f"{value.name}{literal_text(value.items)}"
    return f"[{', '.join(map(literal_text, value))}]"
