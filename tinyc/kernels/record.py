"""A kernel record: condition, scratch, packing, parameters and work of one C function, in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from tinyc.ir.graph import Op
from tinyc.ir.types import Array, TensorType
from tinyc.kernels.overlap import NO_SCRATCH_OVERLAP, Access, ScratchOverlap
from tinyc.targets.isa import Isa

KERNELS: dict[tuple[str, str], Kernel] = {}
"""By operator and name: one C function may serve several operators."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of an input that an op makes one output of, when they come one after the other: the first ones, the last
    ones, both or neither.
    """

    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Site:
    """One op as a kernel sees it: the operator, its types, and the arrays of those inputs that are constants.

    `ranges`: smallest and largest integer that an input is proven to hold, None where its format is all that is known.
    `spare`: the part of its cycles that a kernel may give up for less memory. `part`: x is that part of the op's input.
    """

    op: Op
    inputs: tuple[TensorType | None, ...]
    outputs: tuple[TensorType, ...]
    constants: tuple[Array | None, ...]
    ranges: tuple[tuple[int, int] | None, ...] = ()
    spare: float = 0.0
    part: Part | None = None

    def slot(self, name: str) -> int:
        """Index of the input called `name`; slots that repeat are called name0, name1, ..."""
        return self.op.operator.slots.index(name)

    def type(self, name: str) -> TensorType:
        kind = self.outputs[0] if name == "y" else self.inputs[self.slot(name)]
        assert kind is not None, f"{self.op.name}: input {name} is missing"
        return kind

    def array(self, name: str) -> Array | None:
        """The constant of an input; None if it is missing or computed at run time."""
        index = self.slot(name)
        return self.constants[index] if index < len(self.constants) else None

    def range(self, name: str) -> tuple[int, int]:
        """Bounds of an integer input, inclusive: those proven, or those of its format."""
        index = self.slot(name)
        known = self.ranges[index] if index < len(self.ranges) else None
        return known or self.type(name).dtype.bounds


@dataclass(frozen=True, slots=True)
class Table:
    """Constant data that goes to flash as one C array. `role` is "weights" or "tables" in the report."""

    suffix: str
    array: Array
    comment: str
    role: str = "weights"
    encoding: str = "dense"


@dataclass(frozen=True, slots=True)
class Reference:
    """In a program's parameters: the address of the constant with this name. Lowering puts it where a Table was."""

    constant: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """The address of a C object of the library: its name and its file below runtime_c/kernels/."""

    name: str
    source: str


Field: TypeAlias = "Reference | Symbol | int | float | tuple[int, ...] | tuple[float, ...] | Table | Params | None"


@dataclass(frozen=True, slots=True)
class Params:
    """The C struct that a kernel takes by const pointer: its type and its members in order. None is a null pointer."""

    c_type: str
    fields: Mapping[str, Field] = field(default_factory=dict)

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """All that it refers to, also in nested structs."""
        found: list[Symbol] = []
        for value in self.fields.values():
            if isinstance(value, Params):
                found += value.symbols
            elif isinstance(value, Symbol):
                found.append(value)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Predicate:
    """A named condition: `reason` says in words what must hold, for refusals."""

    reason: str
    holds: Callable[[Site], bool]


@dataclass(frozen=True, slots=True)
class Kernel:
    """One C function `void name(const PARAMS *p, const void *input..., void *output..., void *scratch)`.

    reads:   slot name -> accepted format, "y" for the first output: f32, bool; s8, s16, s32 quantised; i8, u8, i16,
             i32, i64 plain; "u8|bool" either; "any". "s8:dense" adds the storage encoding of a constant,
             "s8:huffman|runs" several. Slots left out accept anything.
    needs:   ISA features.
    fits:    conditions beyond formats; all must hold.
    params:  the struct; packing of weights happens here.
    passes:  slots whose pointer the function takes, in order (dynamic inputs, or constants in their graph form).
             "b?" is NULL where the input is missing; without the question mark a missing input has no argument.
    source:  file below runtime_c/kernels/; "" for a view, whose output is its input's memory.
    scratch: bytes of working memory.
    inplace: slots whose memory output 0 may take over (same start address).
    overlap: slot -> the order in which the function reads it and writes output 0: if the input dies, both may share
             memory as far as no byte is overwritten before it is read.
    scratch_overlap: how far output 0, or the first slot of `overlap` if that input dies, may lie over scratch memory.
    more_flash: bytes of constants beyond the weights as the graph holds them, where that is the price of speed: such a
             kernel is for `--optimize time`, within the board's budget.
    of_parts: whether it is called for some rows of x after the other. What it has found of them is in `scratch`, which
             nobody else writes in between; the call for the last ones writes the output.
    updates: slot -> number of the output that may be written into the slot's memory, for states.
    work:    counts of the loop bodies, by name; `cost` prices them in cycles (boards/costs/*.toml may override).
             What a call takes before and after its loops has the price "calls" there, 0 unless `cost` has it.
    like:    another kernel whose measured prices hold for counts of the same name where this one has none.
    """

    name: str
    op: str
    source: str
    reads: Mapping[str, str]
    params: Callable[[Site], Params]
    passes: tuple[str, ...] = ("x",)
    needs: Isa = Isa.NONE
    fits: tuple[Predicate, ...] = ()
    scratch: Callable[[Site], int] = lambda _: 0
    more_flash: Callable[[Site], int] = lambda _: 0
    of_parts: bool = False
    inplace: tuple[str, ...] = ()
    overlap: Mapping[str, Callable[[Site], Access]] = field(default_factory=dict)
    scratch_overlap: ScratchOverlap = NO_SCRATCH_OVERLAP
    updates: Mapping[str, int] = field(default_factory=dict)
    work: Callable[[Site], Mapping[str, int]] = lambda site: {"outputs": site.outputs[0].elements}
    cost: Mapping[str, float] = field(default_factory=lambda: {"outputs": 10.0})
    like: str = ""

    @property
    def is_view(self) -> bool:
        """True if there is no C function: the output is the input's memory under another type."""
        return self.source == ""

    @property
    def is_reference(self) -> bool:
        """True for the form that a student can read: the smallest code."""
        return self.is_view or self.name.endswith("_ref")

    def counts(self, site: Site) -> dict[str, int]:
        """`work` and the one call."""
        return {"calls": 1, **self.work(site)}

    def prices(self, measured: Mapping[str, float]) -> dict[str, float]:
        """Cycles for each of `counts`: those that were measured, else the record's."""
        return {"calls": 0.0, **self.cost, **measured}

    def takeovers(self, op: Op) -> list[tuple[str, str]]:
        """Operands of an op with the output that may be written into their memory."""
        present = op.operator.present_outputs or (True,) * len(op.outputs)
        names = iter(op.outputs)
        outputs = [next(names) if here else None for here in present]
        wanted = [(slot, op.outputs[0]) for slot in self.inplace]
        wanted += [(slot, output) for slot, number in self.updates.items() if (output := outputs[number]) is not None]
        operands = dict(zip(op.operator.slots, op.inputs, strict=False))
        pairs = [(operands.get(slot), output) for slot, output in wanted]
        return [(operand, output) for operand, output in pairs if operand is not None]

    def refusal(self, site: Site, isa: Isa) -> str | None:
        """Why this kernel cannot serve the site; None if it can."""
        if self.needs & ~isa:
            return f"needs {', '.join((self.needs & ~isa).words)}"
        if self.of_parts != (site.part is not None):
            return "is called for some rows after the other, in a stream" if self.of_parts else "needs all rows at once"
        for slot, want in self.reads.items():
            if reason := _format_refusal(site, slot, want):
                return reason
        return next((predicate.reason for predicate in self.fits if not predicate.holds(site)), None)


def register(*kernels: Kernel) -> None:
    for kernel in kernels:
        key = (kernel.op, kernel.name)
        assert key not in KERNELS, f"two kernels of {kernel.op} are called {kernel.name}"
        KERNELS[key] = kernel


def kernels_for(kind: str) -> tuple[Kernel, ...]:
    return tuple(kernel for kernel in KERNELS.values() if kernel.op == kind)


def encodings_read(kernel: Kernel, slot: str) -> list[str]:
    """Storage encodings of a constant that the kernel reads; none if it asks for no certain one."""
    return [name for name in kernel.reads.get(slot, "").partition(":")[2].split("|") if name]


def format_of(kind: TensorType) -> str:
    """f32, bool; s8, s16, s32 for quantised integers; i8, u8, i16, i32, i64 for plain ones."""
    name = kind.dtype.value
    return name if kind.quant is not None or not name.startswith("s") else "i" + name[1:]


def _format_refusal(site: Site, slot: str, want: str) -> str | None:
    repeated = slot.endswith("*")
    names = site.op.operator.slots
    if slot == "y":
        kinds: tuple[TensorType | None, ...] = site.outputs[:1]
    elif repeated:
        kinds = site.inputs[names.index(slot) :]
    else:
        index = names.index(slot)
        kinds = site.inputs[index : index + 1]
    number, _, encoding = want.partition(":")
    for kind in kinds:
        if kind is None or number == "any":
            continue
        if format_of(kind) not in number.split("|"):
            return f"{slot} must be {number}, is {format_of(kind)}"
        if encoding and kind.encoding.name not in encoding.split("|"):
            return f"{slot} must be stored {encoding}, is {kind.encoding.name}"
    return None


def int_table(suffix: str, values: object, dtype: str, comment: str, role: str = "tables") -> Table:
    return Table(suffix, np.ascontiguousarray(np.asarray(values, dtype=dtype)), comment, role)
