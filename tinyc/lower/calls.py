"""Calls of kernels with all that they are given: parameters, constants, addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tinyc.ir.blobs import Blob
from tinyc.ir.graph import Graph, Op
from tinyc.kernels.record import Field, Kernel, Params, Reference, Site, Table
from tinyc.lower.memory_plan import Plan
from tinyc.lower.program import NOTHING, Argument, Call, ConstantData, Tensor


@dataclass(slots=True)
class Constants:
    """Constants of the program; equal data is stored once."""

    graph: Graph
    found: dict[str, ConstantData] = field(default_factory=dict)
    _by_content: dict[tuple[str, str, tuple[int, ...], bytes], str] = field(default_factory=dict)

    @property
    def weight_bytes(self) -> int:
        return sum(constant.bytes for constant in self.found.values() if constant.role == "weights")

    def add(self, stem: str, table: Table) -> str:
        blob = Blob(table.array)
        key = (table.role, *blob.key)
        if key not in self._by_content:
            name = f"{stem}_{table.suffix}"
            assert name not in self.found, f"two constants are called {name}"
            self.found[name] = ConstantData(name, blob, table.comment, table.role, table.encoding)
            self._by_content[key] = name
        return self._by_content[key]


@dataclass(frozen=True, slots=True)
class Places:
    """Where a call finds what it reads and writes. `value` gives the pointer to a value by name, and whether it is
    written; `scratch` is what the call's kernel works in, None if it needs nothing.
    """

    value: Callable[[str, bool], Argument]
    outputs: tuple[Tensor, ...]
    scratch: Argument | None
    live_bytes: int


def places_of(graph: Graph, op: Op, plan: Plan) -> Places:
    """Those of a whole call."""

    def value(name: str, written: bool) -> Argument:
        home = plan.home[name]
        return Argument(name, graph.types[name].dtype.c_type, written, home.offset, memory=home.memory)

    memory = plan.scratch.get(op.name + ".scratch")
    scratch = None if memory is None else Argument(memory.name, "void", True, memory.offset, memory=memory.memory)
    outputs = tuple(plan.tensor(graph, name) for name in op.outputs)
    return Places(value, outputs, scratch, plan.live_bytes(plan.liveness.number[op.name]))


def call_of(graph: Graph, op: Op, site: Site, kernel: Kernel, places: Places, constants: Constants) -> Call:
    before = constants.weight_bytes
    params = resolved(kernel.params(site), op.name, constants)
    arguments: list[Argument | tuple[Argument, ...]] = []
    for slot in kernel.passes:
        arguments.extend(_inputs(graph, op, slot, places, constants))
    arguments.extend(_outputs(op, places))
    if places.scratch is not None:
        arguments.append(places.scratch)
    return Call(
        name=op.name,
        source=op.source,
        kind=op.kind,
        kernel=kernel.name,
        kernel_source=kernel.source,
        params=params,
        arguments=tuple(arguments),
        outputs=places.outputs,
        in_types=tuple(graph.types[name] for name in op.reads),
        in_names=op.reads,
        macs=graph.macs(op),
        weight_bytes=constants.weight_bytes - before,
        encoding=_encoding(site),
        live_bytes=places.live_bytes,
    )


def _encoding(site: Site) -> str:
    names = [kind.encoding.name for kind, array in zip(site.inputs, site.constants, strict=True)
             if kind is not None and array is not None]  # fmt: skip
    return next((name for name in names if name != "dense"), "dense")


def resolved(params: Params, stem: str, constants: Constants) -> Params:
    """The same parameters with every table replaced by a reference to a constant of the program."""
    fields: dict[str, Field] = {}
    for name, value in params.fields.items():
        if isinstance(value, Table):
            fields[name] = Reference(constants.add(stem, value))
        elif isinstance(value, Params):
            fields[name] = resolved(value, stem, constants)
        else:
            fields[name] = value
    return replace(params, fields=fields)


def _inputs(
    graph: Graph, op: Op, slot: str, places: Places, constants: Constants
) -> list[Argument | tuple[Argument, ...]]:
    """The pointers that a kernel takes for a slot; a slot that ends in ? is NULL where the input is missing."""
    slots, optional = op.operator.slots, slot.endswith("?")
    slot = slot.rstrip("?")
    index = slots.index(slot)
    if slot.endswith("*"):
        names = [name for name in op.inputs[index:] if name is not None]
        return [tuple(_input(graph, op, name, slot, places, constants) for name in names)]
    name = op.inputs[index] if index < len(op.inputs) else None
    if name is None:
        return [NOTHING] if optional else []
    return [_input(graph, op, name, slot, places, constants)]


def _outputs(op: Op, places: Places) -> list[Argument]:
    """A pointer for each output of the operator, NULL for those that this op leaves out."""
    names = iter(op.outputs)
    present = op.operator.present_outputs or (True,) * len(op.outputs)
    return [places.value(next(names), True) if here else NOTHING for here in present]


def _input(graph: Graph, op: Op, name: str, slot: str, places: Places, constants: Constants) -> Argument:
    array = graph.constant(name)
    if array is None:
        return places.value(name, False)
    kind = graph.types[name]
    number = "" if not slot.endswith("*") else str(op.reads.index(name))
    table = Table(slot.rstrip("*") + number, kind.to_memory(array), f"{name} {kind}")
    return Argument(name, kind.dtype.c_type, False, constant=constants.add(op.name, table))
