"""Where a call by pointer may go: the functions whose address the image holds and whose parameters are those of the
pointer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

Parameters: TypeAlias = tuple[str, ...]
"""The types of a function's parameters, in one spelling."""

_SITE = re.compile(
    r'^edge: \{ sourcename: "(?:.*:)?([^":]+)" targetname: "__indirect_call" label: "(.+):(\d+):(\d+)" \}$', re.M
)
_CALLED = re.compile(r"([A-Za-z_]\w*)\s*\(")
_POINTER = re.compile(r"\(\s*\*\s*(?:const\s+)?(\w+)\s*(?:\[[^\]]*\]\s*)?\)\s*\(([^()]*)\)")
_FUNCTION = re.compile(r"\b(?!return\b|else\b)\w+[\s*]+(\w+)\s*\(([^()]*)\)\s*[;{]")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)


@dataclass(frozen=True, slots=True)
class Pointers:
    """`called` gives the parameters of the pointers that each function calls, `declared` those of functions. What is in
    neither could not be read from the sources: it may go anywhere, or be called by anybody.
    """

    called: Mapping[str, frozenset[Parameters] | None]
    declared: Mapping[str, frozenset[Parameters]]

    def may_call(self, caller: str, function: str) -> bool:
        """Whether a pointer that `caller` calls can hold this function's address."""
        wanted, offered = self.called.get(caller), self.declared.get(function)
        return wanted is None or offered is None or not wanted.isdisjoint(offered)


def read_pointers(call_graphs: Iterable[Path], sources: Iterable[Path], compiled: frozenset[str]) -> Pointers:
    """From the files of gcc's -fcallgraph-info, which name the place of each call by pointer, and the C sources.

    `compiled` are the functions that those files are about: what is not named in them calls nothing by pointer.
    """
    texts = [_COMMENT.sub(" ", file.read_text(encoding="utf-8")) for file in sources]
    pointers = _pointers(texts)
    sites: dict[str, list[tuple[Path, int, int]]] = {}
    for file in call_graphs:
        for caller, place, line, column in _SITE.findall(file.read_text(encoding="utf-8")):
            sites.setdefault(caller, []).append((Path(place), int(line), int(column)))
    known = {caller: _all(pointers.get(_pointer_at(*place)) for place in sites[caller]) for caller in sites}
    called = dict.fromkeys(compiled, frozenset[Parameters]()) | known
    return Pointers(called, _by_name(_FUNCTION, texts))


def _pointer_at(file: Path, line: int, column: int) -> str:
    """The name that is called at a place of a source; empty if there is none."""
    found = _CALLED.search(file.read_text(encoding="utf-8").splitlines()[line - 1], column - 1)
    return "" if found is None else found[1]


def _all(found: Iterable[frozenset[Parameters] | None]) -> frozenset[Parameters] | None:
    """Their union; None if one is not known."""
    union: frozenset[Parameters] = frozenset()
    for one in found:
        if one is None:
            return None
        union |= one
    return union


def _pointers(texts: Sequence[str]) -> dict[str, frozenset[Parameters]]:
    """What is declared as a pointer to a function, by itself or with the name of such a type."""
    found = _by_name(_POINTER, texts)
    for kind in sorted(found):
        declared = re.compile(rf"\b{kind}\s+(?:const\s+)?(\w+)")
        for name in {name for text in texts for name in declared.findall(text)}:
            found[name] = found.get(name, frozenset()) | found[kind]
    return found


def _by_name(pattern: re.Pattern[str], texts: Iterable[str]) -> dict[str, frozenset[Parameters]]:
    found: dict[str, frozenset[Parameters]] = {}
    for text in texts:
        for name, parameters in pattern.findall(text):
            found[name] = found.get(name, frozenset()) | {_types(parameters)}
    return found


def _types(parameters: str) -> Parameters:
    return tuple(_type(parameter) for parameter in parameters.split(","))


def _type(parameter: str) -> str:
    """`const int8_t *restrict x` and `const int8_t x[4]` are `const int8_t *`."""
    plain, arrays = re.subn(r"\[[^\]]*\]", " ", parameter.replace("*", " * "))
    words = [word for word in plain.split() if word != "restrict"]
    is_named = len([word for word in words if word not in ("const", "*", "struct", "unsigned")]) > 1
    if is_named and words[-1] != "*":
        words.pop()
    # what is behind the last star says nothing about the type that is passed
    while "*" in words and words[-1] == "const":
        words.pop()
    return " ".join([*words, *["*"] * arrays])
