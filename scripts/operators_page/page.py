"""docs/operators.md and the README's summary of it, from the registries of converters, operators and kernels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import tinyc.kernels
import tinyc.ops  # noqa: F401  (both packages register what they hold)
from scripts.operators_page.reach import reached
from tinyc.ir.graph import Operator
from tinyc.kernels.record import KERNELS, Kernel, kernels_for
from tinyc.ops.importing import CONVERTERS
from tinyc.ops.stream import Stream
from tinyc.targets.isa import Isa

COMMAND = "python -m scripts.operators_page --write"
FLOAT, INT8, ANY = "f32", "s8", "any"
DATA = (FLOAT, INT8, "s16", "s32", "i8", "u8", "i16", "i32", "i64", "bool", ANY)
"""Number formats in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class Row:
    """An ONNX operator: the operators of the graph it may lead to; `refuses` is true if it always ends in an error."""

    domain: str
    op_type: str
    operators: tuple[str, ...]
    choices: tuple[Enum, ...]
    refuses: bool

    def kernels(self, kind: str) -> list[Kernel]:
        """Kernels of one of its operators, without those whose own conditions say that they compute another choice."""
        wanted = {choice.value for choice in self.choices}
        return [kernel for kernel in kernels_for(kind) if not wanted or wanted & computes(kernel, wanted)]

    @property
    def working(self) -> tuple[str, ...]:
        """Its operators without those that only give memory another type, if there are others."""
        found = tuple(kind for kind in self.operators if not all(kernel.is_view for kernel in self.kernels(kind)))
        return found or self.operators

    @property
    def formats(self) -> list[str]:
        """Formats of all kernels behind it. Views say nothing beside others, nor do steps that move any format beside
        float computations.
        """
        found = {word for kind in self.working for word in formats_of(self.kernels(kind))}
        return sorted(found - {ANY} if FLOAT in found else found, key=DATA.index)

    @property
    def int8(self) -> str:
        """Of the operators with a kernel on floats, whether all, some or none have one on quantised int8."""
        known = [formats_of(self.kernels(kind)) for kind in self.working]
        real = [formats for formats in known if {FLOAT, ANY} & set(formats)]
        able = [bool({INT8, ANY} & set(formats)) for formats in real if formats != [ANY]] or [True] * bool(real)
        if not able:
            return "-"
        return "yes" if all(able) else "partly" if any(able) else "no"

    @property
    def isa(self) -> str:
        """Extensions that some kernel uses, beside the reference kernels that run on every core."""
        words = {word for kind in self.operators for kernel in self.kernels(kind) for word in kernel.needs.words}
        return ", ".join(["every core", *sorted(words)])


def computes(kernel: Kernel, otherwise: set[str]) -> set[str]:
    """The words of the condition "computes mean and sum"; `otherwise` for a kernel that has no such condition."""
    said = [predicate.reason.split() for predicate in kernel.fits if predicate.reason.startswith("computes ")]
    return set(said[0][1:]) if said else otherwise


def rows() -> list[Row]:
    """All ONNX operators that have a converter, by domain and name."""
    found = [(key, reached(converter, *key)) for key, converter in sorted(CONVERTERS.items())]
    return [Row(*key, made.kinds, made.choices, made.refuses) for key, made in found]


def kernel_formats(kernel: Kernel) -> tuple[str, ...]:
    """Number formats of a kernel's first operand and result. With "any" if neither is bound, or if only the first is,
    to a condition, and others follow.
    """
    first = Operator.registry[kernel.op].slots[0].rstrip("*?")
    stated = [kernel.reads[slot] for slot in (first, "y") if slot in kernel.reads]
    others = {slot.rstrip("*?") for slot in kernel.passes} - set(kernel.reads)
    if not stated or (stated == ["bool"] and others):
        stated.append(ANY)
    return tuple(word for text in stated for word in text.partition(":")[0].split("|"))


def formats_of(kernels: Iterable[Kernel]) -> list[str]:
    """Number formats of all of these kernels."""
    return sorted({word for kernel in kernels for word in kernel_formats(kernel)}, key=DATA.index)


INTRODUCTION = f"""\
# Operators

Every ONNX operator that tinyc reads, made from its registries by `{COMMAND}`; do not edit.
`tinyc explain NAME` says more about an operator or a kernel, `tinyc inspect MODEL.onnx` what becomes of yours.

* **becomes**: operators of tinyc's graph that the node may turn into, among them steps that only move or relabel data.
  None: it is computed at compile time, or is another name for its input. Read from the converters' source, so a form
  that an attribute chooses is listed whether a model uses it or not.
* **formats**: numbers that the kernels behind it read and write. `f32` float32; `s8`, `s16`, `s32` quantised integers
  with a scale; `i8`, `u8`, `i16`, `i32`, `i64`, `bool` plain ones; `any` for kernels that move bytes of any format.
* **int8**: of the operators behind it that have a kernel on floats, whether all, some or none have one on quantised
  int8 as well. What has none runs in float between explicit steps, and the report names it.
* **ISA**: reference kernels run on every core; extensions for which there is a faster kernel stand behind.
"""


def page() -> str:
    """The text of docs/operators.md."""
    parts = [INTRODUCTION]
    found = rows()
    for domain in sorted({row.domain for row in found}):
        parts += [f"## {domain or 'ai.onnx'}\n", table(ONNX_HEAD, (onnx_cells(r) for r in found if r.domain == domain))]
    kinds = sorted(Operator.registry)
    parts += ["## Operators of the graph, and their kernels\n", table(KIND_HEAD, (kind_cells(kind) for kind in kinds))]
    return "\n".join(parts)


ONNX_HEAD = ("operator", "becomes", "formats", "int8", "ISA")
KIND_HEAD = ("operator", "kernels", "formats")


def onnx_cells(row: Row) -> tuple[str, ...]:
    if row.refuses:
        return (f"`{row.op_type}`", "refused, with the reason and a way out", "-", "-", "-")
    if not row.operators:
        return (f"`{row.op_type}`", "nothing at run time", "-", "-", "-")
    operators = ", ".join(f"`{kind}`" for kind in row.operators)
    return (f"`{row.op_type}`", operators, " ".join(row.formats), row.int8, row.isa)


def kind_cells(kind: str) -> tuple[str, ...]:
    if kind == Stream.kind:
        return (f"`{kind}`", "those of its operators, a few rows at a time", "-")
    names = " ".join(f"`{kernel.name}`" for kernel in kernels_for(kind))
    formats = " ".join(formats_of(kernels_for(kind)))
    return (f"`{kind}`", names or "none: computed at compile time, or rewritten by a pass", formats or "-")


def summary() -> str:
    """The README's table: which operators compute on which numbers."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for row in rows():
        if not row.refuses:
            name = f"{row.domain}.{row.op_type}" if row.domain else row.op_type
            groups.setdefault(numbers(row), []).append(name)
    body = [(*marks, ", ".join(names)) for marks, names in sorted(groups.items(), key=lambda item: -len(item[1]))]
    counted = f"{len(CONVERTERS)} ONNX operators; {len(Operator.registry)} in the graph; {len(KERNELS)} kernels"
    needs = ", ".join(f"{sum(k.needs == need for k in KERNELS.values())} need {name}" for need, name in isa_names())
    return table(("float32", "int8", "plain integers", "ONNX operators"), body) + f"\n{counted}: {needs}.\n"


def numbers(row: Row) -> tuple[str, str, str]:
    """The summary's columns on numbers: float32, quantised int8, plain integers or bool."""
    if not row.operators:
        return ("-", "-", "nothing at run time")
    moves = ANY in row.formats
    plain = any(word[0] in "iu" or word == "bool" for word in row.formats)
    return ("yes" if moves or FLOAT in row.formats else "no", row.int8, "yes" if moves or plain else "no")


def isa_names() -> list[tuple[Isa, str]]:
    needs = sorted({kernel.needs for kernel in KERNELS.values()}, key=lambda isa: isa.value)
    return [(need, " and ".join(need.words) or "no extension") for need in needs]


def table(head: tuple[str, ...], body: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *body]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
