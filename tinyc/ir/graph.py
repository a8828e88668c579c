"""The graph IR: operators on typed, named values. One set of classes before and after quantisation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import ClassVar, TypeAlias

from tinyc.ir.blobs import Blob
from tinyc.ir.edge_memory import IN_ARENA, EdgeMemory
from tinyc.ir.types import Array, TensorType

Types: TypeAlias = tuple[TensorType | None, ...]
Arrays: TypeAlias = tuple[Array | None, ...]


class Operator(ABC):
    """One operator with its attributes as fields; each subclass is a frozen dataclass in `tinyc.ops`.

    `kind` is the operator's name in text forms, kernels and recipes. `slots` names the inputs in order; more inputs
    than names repeat the last. Missing optional inputs are None.
    """

    kind: ClassVar[str]
    slots: ClassVar[tuple[str, ...]] = ("x",)
    registry: ClassVar[dict[str, type[Operator]]] = {}

    def __init_subclass__(cls, **keywords: object) -> None:
        super().__init_subclass__(**keywords)
        kind = cls.__dict__.get("kind")
        if kind is None:
            return
        known = Operator.registry.get(kind)
        # dataclass(slots=True) makes a second class object of the same name in the same module
        assert known is None or known.__qualname__ == cls.__qualname__, f"two operators are called {kind}"
        Operator.registry[kind] = cls

    @abstractmethod
    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        """Output types in the float (or plain integer) reading; GraphError if the inputs do not go together."""

    @abstractmethod
    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        """Numpy meaning on logical arrays. With quantised types: the integers of numerics.md, bit for bit."""

    def macs(self, inputs: Types, outputs: tuple[TensorType, ...]) -> int:
        """Multiply-accumulates of one execution; 0 where the term does not apply."""
        return 0

    @property
    def present_outputs(self) -> tuple[bool, ...]:
        """Of an operator whose outputs may be left out: which of them there are, as its kernels take a pointer for
        each. () where all are always there.
        """
        return ()

    @property
    def folds_eagerly(self) -> bool:
        """True if an op on constants is computed at import. Dequantise waits: its integers may be wanted."""
        return True

    @property
    def wants_channels_last(self) -> bool:
        """True if the kernels of this operator read and write tensors of rank 3 and more channels-last."""
        return False

    @property
    def follows_layout(self) -> bool:
        """True if all tensors of one execution may lie channels-last instead of in declared order: operators that
        work element by element, or along axes that their kernels find by memory order.
        """
        return False

    @property
    def rows(self) -> RowWindow | None:
        """How rows of the output need rows of the inputs, so that a few can be computed at a time; None if they cannot,
        or where zero rows cannot stand for the padding.
        """
        return None

    @property
    def integer_ready(self) -> bool:
        """True if the operator has an integer meaning, so that dequantise-op-quantise folds into it."""
        return False

    @property
    def int16_ready(self) -> bool:
        """True if that meaning holds for int16 activations as well as for int8."""
        return False


Padding: TypeAlias = tuple[int, int] | None
"""Along one axis, before and after; None leaves it as it is."""


@dataclass(frozen=True, slots=True)
class Span:
    """Along one axis, place p of the output is made of `extent` places of each input, the first p * stride - begin.

    `zeros`: real zeros may stand for places outside the input.
    """

    extent: int = 1
    stride: int = 1
    begin: int = 0
    zeros: bool = True


@dataclass(frozen=True, slots=True)
class RowWindow:
    """Row r of the output is made of `extent` rows of each input that has rows, the first of them r * stride - begin.

    Rows run along axis 2 of [N, C, rows, columns, ...]. Rows outside the input are real zeros. `columns`: the same of
    columns; None if there are none. `padded` gives the operator that does the same for a part of the rows and columns
    with so many rows and columns of padding before and after it; fewer than none where columns at the end are not read.
    """

    extent: int
    stride: int
    begin: int
    padded: Callable[[Padding, Padding], Operator]
    columns: Span | None

    @staticmethod
    def of_elements(operator: Operator) -> RowWindow:
        """Of an operator whose output needs, for each element, only those in its place of the inputs."""
        return RowWindow(1, 1, 0, lambda _rows, _columns: operator, Span())


@dataclass(frozen=True, slots=True)
class Op:
    """An operator at work. `name` is unique in the graph; `source` is the node's own name in the model."""

    name: str
    operator: Operator
    inputs: tuple[str | None, ...]
    outputs: tuple[str, ...]
    source: str = ""

    @property
    def kind(self) -> str:
        return self.operator.kind

    @property
    def reads(self) -> tuple[str, ...]:
        """Inputs that are present."""
        return tuple(name for name in self.inputs if name is not None)


@dataclass(frozen=True, slots=True)
class Graph:
    """Ops in an order in which they can run. Every value has a type; constants have a blob as well.

    `states` pairs an input with an output: what the output is after one execution, the input is in the next. Their
    names stand in `inputs` and `outputs` too; the caller of the model sees `fed` and `given` alone. `edges` says where
    these lie in memory; the text form does not.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    types: Mapping[str, TensorType]
    constants: Mapping[str, Blob]
    ops: tuple[Op, ...]
    notes: tuple[str, ...] = field(default=(), compare=False)
    states: tuple[tuple[str, str], ...] = ()
    edges: EdgeMemory = IN_ARENA

    def __post_init__(self) -> None:
        object.__setattr__(self, "types", MappingProxyType(dict(self.types)))
        object.__setattr__(self, "constants", MappingProxyType(dict(self.constants)))

    @property
    def fed(self) -> tuple[str, ...]:
        """Inputs that the caller writes: those that are no states."""
        kept = {name for name, _ in self.states}
        return tuple(name for name in self.inputs if name not in kept)

    @property
    def given(self) -> tuple[str, ...]:
        """Outputs that the caller reads: those that are no states."""
        kept = self.state_places()
        return tuple(name for place, name in enumerate(self.outputs) if place not in kept)

    def state_places(self) -> list[int]:
        """For each state the number of its output; outputs that are listed twice are taken one after the other."""
        found: list[int] = []
        for _, output in self.states:
            found.append(next(i for i, name in enumerate(self.outputs) if name == output and i not in found))
        return found

    def type_of(self, name: str) -> TensorType:
        return self.types[name]

    def in_types(self, op: Op) -> Types:
        return tuple(None if name is None else self.types[name] for name in op.inputs)

    def out_types(self, op: Op) -> tuple[TensorType, ...]:
        return tuple(self.types[name] for name in op.outputs)

    def constant(self, name: str | None) -> Array | None:
        """The array of a constant; None for a value computed at run time and for a missing input."""
        blob = None if name is None else self.constants.get(name)
        return None if blob is None else blob.array

    def producers(self) -> dict[str, Op]:
        return {name: op for op in self.ops for name in op.outputs}

    def consumers(self) -> dict[str, list[Op]]:
        """Ops that read each value, in order, once per op."""
        found: dict[str, list[Op]] = {name: [] for name in self.types}
        for op in self.ops:
            for name in dict.fromkeys(op.reads):
                found[name].append(op)
        return found

    def macs(self, op: Op) -> int:
        return op.operator.macs(self.in_types(op), self.out_types(op))

    def draft(self) -> Draft:
        """A mutable copy, for a pass to work on."""
        return Draft(
            self.name, list(self.inputs), list(self.outputs), dict(self.types), dict(self.constants), list(self.ops),
            list(self.notes), list(zip([name for name, _ in self.states], self.state_places(), strict=True)),
            self.edges,
        )  # fmt: skip


@dataclass(slots=True)
class Draft:
    """A graph under construction. `freeze` drops what nobody reads, orders nothing and returns a Graph.

    `states` pairs the name of an input with the number of an output, so that outputs may change their names.
    """

    name: str
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    types: dict[str, TensorType] = field(default_factory=dict)
    constants: dict[str, Blob] = field(default_factory=dict)
    ops: list[Op] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    states: list[tuple[str, int]] = field(default_factory=list)
    edges: EdgeMemory = IN_ARENA

    def fresh(self, stem: str) -> str:
        """A value name that is not taken: `stem`, else `stem.1`, `stem.2`, ..."""
        return _unused(stem, self.types, ".")

    def fresh_op(self, stem: str) -> str:
        """An op name that is not taken: `stem`, else `stem_1`, ...; op names are C identifiers."""
        return _unused(stem, {op.name for op in self.ops}, "_")

    def add_constant(self, stem: str, array: Array, tensor_type: TensorType) -> str:
        name = self.fresh(stem)
        self.types[name] = tensor_type
        self.constants[name] = Blob(array)
        return name

    def replace_uses(self, old: str, new: str) -> None:
        """Let every reader of `old`, graph outputs included, read `new`."""
        swap = {old: new}
        self.ops = [replace(op, inputs=tuple(swap.get(n, n) if n else n for n in op.inputs)) for op in self.ops]
        self.outputs = [swap.get(name, name) for name in self.outputs]

    def freeze(self) -> Graph:
        used = {*self.inputs, *self.outputs}
        for op in self.ops:
            used.update(op.reads, op.outputs)
        return Graph(
            self.name,
            tuple(self.inputs),
            tuple(self.outputs),
            {name: kind for name, kind in self.types.items() if name in used},
            {name: blob for name, blob in self.constants.items() if name in used},
            tuple(self.ops),
            tuple(self.notes),
            tuple((name, self.outputs[place]) for name, place in self.states),
            self.edges,
        )


def _unused(stem: str, taken: Iterable[str] | Mapping[str, object], mark: str) -> str:
    if stem not in taken:
        return stem
    number = 1
    while f"{stem}{mark}{number}" in taken:
        number += 1
    return f"{stem}{mark}{number}"


__all__ = ["Arrays", "Draft", "Graph", "Op", "Operator", "Types"]
