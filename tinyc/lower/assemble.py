"""Ops with their kernels, and the plan of their memory, to the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tinyc.kernels.record import Site
from tinyc.lower.calls import Constants
from tinyc.lower.costs import load_costs
from tinyc.lower.memory_plan import Plan
from tinyc.lower.program import PUSHED, Program, Role, State, Tensor
from tinyc.lower.select import estimated_cycles
from tinyc.lower.streams.stream_calls import all_calls
from tinyc.targets import Board
from tinyc.targets.load import ARENA_ALIGN


def assembled(
    plan: Plan, sites: Mapping[str, Site], board: Board, output_names: Sequence[str], order_bound_bytes: int | None
) -> Program:
    """The program of the plan's ops, verified, with its outputs called so; its constants lie in flash."""
    graph, kernels, placement = plan.liveness.graph, plan.liveness.kernels, plan.placement
    constants, pushed = Constants(graph), graph.edges.pushed
    made = all_calls(graph, sites, kernels, plan, constants)
    assert all(stream.first == 0 for stream in made.streams if stream.pushed), "rows are pushed before all calls"
    program = Program(
        name=graph.name,
        inputs=_inputs(plan),
        outputs=_outputs(plan, output_names),
        buffers=tuple(buffer for buffer in made.renumbered(plan.buffers) if buffer.name not in pushed),
        constants=tuple(constants.found.values()),
        calls=made.calls,
        arena_bytes=placement.arena_bytes,
        arena_align=ARENA_ALIGN,
        lower_bound_bytes=placement.lower_bound_bytes,
        scratch_peak_bytes=max((b.bytes for b in plan.buffers if b.role is Role.SCRATCH), default=0),
        parameters=sum(graph.types[name].elements for name in graph.constants),
        states=tuple(State(plan.tensor(graph, name), output) for name, output in graph.states),
        shared=made.renumbered_pairs(placement.shared),
        memories=tuple(memory for memory in placement.memories if memory.value not in pushed),
        kept=frozenset(name for name in graph.fed if graph.edges.keeps(name) and name not in pushed),
        order_bound_bytes=order_bound_bytes,
        is_least=placement.is_least,
        streams=made.streams,
        cycles=_cycles(plan, sites, board),
    )
    program.verify()
    return program


def _inputs(plan: Plan) -> tuple[Tensor, ...]:
    graph = plan.liveness.graph
    return tuple(
        Tensor(name, graph.types[name], 0, PUSHED) if name in graph.edges.pushed else plan.tensor(graph, name)
        for name in graph.fed
    )


def _outputs(plan: Plan, names: Sequence[str]) -> tuple[Tensor, ...]:
    graph = plan.liveness.graph
    own = zip(names, graph.given, strict=True)
    return tuple(replace(plan.tensor(graph, name), name=declared) for declared, name in own)


def _cycles(plan: Plan, sites: Mapping[str, Site], board: Board) -> float:
    """Of one inference, estimated."""
    liveness, costs = plan.liveness, load_costs(board)
    return sum(estimated_cycles(liveness.kernels[op.name], sites[op.name], costs) for op in liveness.calls)
