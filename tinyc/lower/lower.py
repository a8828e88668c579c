"""Graph to program: choose kernels, find lifetimes, plan the arena, give every constant its final bytes and name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from tinyc.ir.blobs import Blob
from tinyc.ir.graph import Graph, Op
from tinyc.kernels.record import Field, Kernel, Params, Reference, Site, Table
from tinyc.lower.arena import Overlaps, lower_bound, place
from tinyc.lower.costs import load_costs
from tinyc.lower.edges import separate_outputs
from tinyc.lower.fewer import with_fewer_kernels
from tinyc.lower.fuse import fused
from tinyc.lower.goal import Goal
from tinyc.lower.guards import guards
from tinyc.lower.liveness import Liveness
from tinyc.lower.overlaps import by_index, shared_buffers, wanted_buffers
from tinyc.lower.program import (
    ARENA,
    NOTHING,
    Argument,
    Buffer,
    Call,
    ConstantData,
    Guard,
    Program,
    Role,
    Shared,
    State,
    Tensor,
)
from tinyc.lower.relief import bounded, coded_constants, relieved
from tinyc.lower.schedule import scheduled
from tinyc.lower.select import candidates, choose, site_of
from tinyc.lower.states import separate_states
from tinyc.targets import Board

Planner: TypeAlias = Callable[[Sequence[Buffer], Overlaps], tuple[tuple[Buffer, ...], int]]
"""Buffers to the same with offsets, and the arena's size."""

ARENA_ALIGN = 16
CODE_BYTES = 32 * 1024
"""What code, start-up and tables are taken to need where kernels may trade flash for time."""


def lower(graph: Graph, board: Board, goal: Goal = Goal.BALANCED, planner: Planner = place) -> Program:
    """The program of a graph for a board. UnsupportedOp if an op has no kernel there."""
    output_names = graph.given
    graph, kernels, sites = chosen(graph, board, goal)
    liveness = Liveness(graph, kernels)
    plan = _Plan.make(liveness, sites, planner)
    constants, conditions = _Constants(graph), guards(graph)
    calls = tuple(
        replace(
            _call(graph, op, sites[op.name], kernels[op.name], plan, constants),
            guards=tuple(plan.guard(*side) for side in conditions.get(op.name, ())),
        )
        for op in liveness.calls
    )
    program = Program(
        name=graph.name,
        inputs=tuple(plan.tensor(graph, name) for name in graph.fed),
        outputs=tuple(
            replace(plan.tensor(graph, name), name=declared)
            for declared, name in zip(output_names, graph.given, strict=True)
        ),
        buffers=plan.buffers,
        constants=tuple(constants.found.values()),
        calls=calls,
        arena_bytes=plan.arena_bytes,
        arena_align=ARENA_ALIGN,
        lower_bound_bytes=lower_bound(plan.buffers, by_index(plan.shared, plan.buffers)),
        scratch_peak_bytes=max((b.bytes for b in plan.buffers if b.role is Role.SCRATCH), default=0),
        parameters=sum(graph.types[name].elements for name in graph.constants),
        states=tuple(State(plan.tensor(graph, name), output) for name, output in graph.states),
        shared=plan.shared,
    )
    program.verify()
    return program


def chosen(graph: Graph, board: Board, goal: Goal = Goal.BALANCED) -> tuple[Graph, dict[str, Kernel], dict[str, Site]]:
    """The graph as `arranged` gives it; each op's kernel and its site as the program has them, after calls that decide
    the arena's size have got what needs less.
    """
    graph, kernels = arranged(graph, board, goal)
    kernels, sites = relieved(graph, kernels, {op.name: site_of(graph, op) for op in graph.ops}, board, goal)
    if coded_constants(graph):
        kernels, sites = bounded(graph, kernels, sites, board, goal)
    return graph, kernels, sites


def arranged(graph: Graph, board: Board, goal: Goal = Goal.BALANCED) -> tuple[Graph, dict[str, Kernel]]:
    """The graph in the order in which it runs, with the copies that outputs and states need; each op's kernel.

    Kernels that store more than the weights are chosen where the board's budget of flash and RAM leaves room for them.
    """
    separate = fused(separate_outputs(graph), board, goal, load_costs(board))
    found, kernels = _arranged(separate, board, goal, spare_flash(separate, board))
    return (found, kernels) if _ram_fits(found, kernels, board) else _arranged(separate, board, goal, 0)


def _arranged(graph: Graph, board: Board, goal: Goal, spare_flash: int) -> tuple[Graph, dict[str, Kernel]]:
    costs = load_costs(board)
    kernels: dict[str, Kernel] = {}
    for op in graph.ops:
        site = site_of(graph, op)
        kernels[op.name] = choose(site, board, costs, goal, spare_flash)
        spare_flash -= kernels[op.name].more_flash(site)
    if goal.kernel_worth > 0:
        ranked = {op.name: candidates(site_of(graph, op), board, costs, goal) for op in graph.ops}
        kernels = with_fewer_kernels(kernels, ranked, goal.kernel_worth)
    graph = separate_states(scheduled(graph, kernels), kernels)
    added = [op for op in graph.ops if op.name not in kernels]
    kernels |= {op.name: choose(site_of(graph, op), board, costs, goal) for op in added}
    return graph, kernels


def spare_flash(graph: Graph, board: Board) -> int:
    """Bytes that constants as the graph holds them, and code, leave of the budget."""
    constants = sum(graph.types[name].bytes for name in graph.constants)
    return max(0, board.budget.flash_bytes - constants - CODE_BYTES)


def _ram_fits(graph: Graph, kernels: dict[str, Kernel], board: Board) -> bool:
    """Whether what lives at once, with scratch, can fit the budget."""
    liveness = Liveness(graph, kernels)
    sites = {op.name: site_of(graph, op) for op in graph.ops}
    wanted, overlaps = wanted_buffers(liveness, sites), shared_buffers(liveness, sites)
    return lower_bound(wanted, by_index(overlaps, wanted)) + board.budget.stack_bytes <= board.budget.ram_bytes


@dataclass(slots=True)
class _Plan:
    """Placed buffers, and which of them holds each value and each op's scratch."""

    liveness: Liveness
    buffers: tuple[Buffer, ...]
    arena_bytes: int
    home: dict[str, Buffer]
    scratch: dict[str, Buffer]
    shared: tuple[Shared, ...]

    @staticmethod
    def make(liveness: Liveness, sites: Mapping[str, Site], planner: Planner) -> _Plan:
        lives = liveness.buffers()
        wanted, shared = wanted_buffers(liveness, sites), shared_buffers(liveness, sites)
        placed, size = planner(wanted, by_index(shared, wanted))
        home = {name: placed[index] for index, live in enumerate(lives) for name in live.values}
        by_name = {buffer.name: buffer for buffer in placed[len(lives) :]}
        return _Plan(liveness, placed, size, home, by_name, shared)

    def tensor(self, graph: Graph, name: str) -> Tensor:
        home = self.home[name]
        return Tensor(name, graph.types[name], home.offset, home.memory)

    def guard(self, condition: str, wanted: bool) -> Guard:
        home = self.home[condition]
        return Guard(condition, home.offset, wanted, home.memory)

    def live_bytes(self, call: int) -> int:
        """Bytes of the arena that hold something during a call; those that two buffers share count once."""
        here = [b for b in self.buffers if b.memory == ARENA and b.first <= call <= b.last]
        live = sorted((b.offset, b.offset + b.bytes) for b in here)
        total = reached = 0
        for start, end in live:
            total += max(0, end - max(start, reached))
            reached = max(reached, end)
        return total


@dataclass(slots=True)
class _Constants:
    """Constants of the program; equal data is stored once."""

    graph: Graph
    found: dict[str, ConstantData] = field(default_factory=dict)
    _by_content: dict[tuple[str, str, tuple[int, ...], bytes], str] = field(default_factory=dict)

    def add(self, stem: str, table: Table) -> str:
        blob = Blob(table.array)
        key = (table.role, *blob.key)
        if key not in self._by_content:
            name = f"{stem}_{table.suffix}"
            assert name not in self.found, f"two constants are called {name}"
            self.found[name] = ConstantData(name, blob, table.comment, table.role, table.encoding)
            self._by_content[key] = name
        return self._by_content[key]


def _call(graph: Graph, op: Op, site: Site, kernel: Kernel, plan: _Plan, constants: _Constants) -> Call:
    before = sum(c.bytes for c in constants.found.values() if c.role == "weights")
    params = _resolve(kernel.params(site), op.name, constants)
    arguments: list[Argument | tuple[Argument, ...]] = []
    for slot in kernel.passes:
        arguments.extend(_inputs(graph, op, slot, plan, constants))
    arguments.extend(_outputs(graph, op, plan))
    if op.name + ".scratch" in plan.scratch:
        scratch = plan.scratch[op.name + ".scratch"]
        arguments.append(Argument(scratch.name, "void", True, scratch.offset, memory=scratch.memory))
    return Call(
        name=op.name,
        source=op.source,
        kind=op.kind,
        kernel=kernel.name,
        kernel_source=kernel.source,
        params=params,
        arguments=tuple(arguments),
        outputs=tuple(plan.tensor(graph, name) for name in op.outputs),
        in_types=tuple(kind for kind in site.inputs if kind is not None),
        in_names=op.reads,
        macs=graph.macs(op),
        weight_bytes=sum(c.bytes for c in constants.found.values() if c.role == "weights") - before,
        encoding=_encoding(site),
        live_bytes=plan.live_bytes(plan.liveness.number[op.name]),
    )


def _encoding(site: Site) -> str:
    names = [kind.encoding.name for kind, array in zip(site.inputs, site.constants, strict=True)
             if kind is not None and array is not None]  # fmt: skip
    return next((name for name in names if name != "dense"), "dense")


def _resolve(params: Params, stem: str, constants: _Constants) -> Params:
    """The same parameters with every table replaced by a reference to a constant of the program."""
    fields: dict[str, Field] = {}
    for name, value in params.fields.items():
        if isinstance(value, Table):
            fields[name] = Reference(constants.add(stem, value))
        elif isinstance(value, Params):
            fields[name] = _resolve(value, stem, constants)
        else:
            fields[name] = value
    return replace(params, fields=fields)


def _inputs(
    graph: Graph, op: Op, slot: str, plan: _Plan, constants: _Constants
) -> list[Argument | tuple[Argument, ...]]:
    """The pointers that a kernel takes for a slot; a slot that ends in ? is NULL where the input is missing."""
    slots, optional = op.operator.slots, slot.endswith("?")
    slot = slot.rstrip("?")
    index = slots.index(slot)
    if slot.endswith("*"):
        names = [name for name in op.inputs[index:] if name is not None]
        return [tuple(_input(graph, op, name, slot, plan, constants) for name in names)]
    name = op.inputs[index] if index < len(op.inputs) else None
    if name is None:
        return [NOTHING] if optional else []
    return [_input(graph, op, name, slot, plan, constants)]


def _outputs(graph: Graph, op: Op, plan: _Plan) -> list[Argument]:
    """A pointer for each output of the operator, NULL for those that this op leaves out."""
    names = iter(op.outputs)
    present = op.operator.present_outputs or (True,) * len(op.outputs)
    return [_arena_argument(graph, next(names), plan, written=True) if here else NOTHING for here in present]


def _input(graph: Graph, op: Op, name: str, slot: str, plan: _Plan, constants: _Constants) -> Argument:
    array = graph.constant(name)
    if array is None:
        return _arena_argument(graph, name, plan, written=False)
    kind = graph.types[name]
    number = "" if not slot.endswith("*") else str(op.reads.index(name))
    table = Table(slot.rstrip("*") + number, kind.to_memory(array), f"{name} {kind}")
    return Argument(name, kind.dtype.c_type, False, constant=constants.add(op.name, table))


def _arena_argument(graph: Graph, name: str, plan: _Plan, *, written: bool) -> Argument:
    kind, home = graph.types[name], plan.home[name]
    return Argument(name, kind.dtype.c_type, written, home.offset, memory=home.memory)
