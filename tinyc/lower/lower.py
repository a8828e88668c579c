"""Graph to program: choose kernels, find lifetimes, plan the arena, give every constant its final bytes and name."""

from __future__ import annotations

from dataclasses import dataclass

from tinyc.errors import DoesNotFit, OptionError
from tinyc.ir.graph import Graph
from tinyc.kernels.record import Kernel, Site
from tinyc.lower.asked_constants import asked_bytes
from tinyc.lower.assemble import assembled
from tinyc.lower.constant_regions import CODE_BYTES, with_placed_constants
from tinyc.lower.costs import load_costs
from tinyc.lower.edges import separate_outputs
from tinyc.lower.fewer import with_fewer_kernels
from tinyc.lower.fuse import fused
from tinyc.lower.fuse_within import Chosen, fused_within
from tinyc.lower.goal import Goal
from tinyc.lower.liveness import Liveness
from tinyc.lower.memory_plan import Plan
from tinyc.lower.offsets.arena import lower_bound
from tinyc.lower.offsets.planner import FAST, Planner
from tinyc.lower.order.schedule import rescheduled, scheduled
from tinyc.lower.overlaps import by_index, shared_buffers, wanted_buffers
from tinyc.lower.program import Program
from tinyc.lower.regions import NO_PLACES, Places
from tinyc.lower.relief import bounded, coded_constants, relieved
from tinyc.lower.select import candidates, choose, site_of
from tinyc.lower.states import separate_states
from tinyc.lower.streams.pushed import without_turns
from tinyc.lower.streams.streams import Streams
from tinyc.lower.unturned import unturned
from tinyc.targets import Board


def lower(
    graph: Graph,
    board: Board,
    goal: Goal = Goal.BALANCED,
    planner: Planner = FAST,
    places: Places = NO_PLACES,
    most_ram: int | None = None,
) -> Program:
    """The program of a graph for a board. UnsupportedOp if an op has no kernel there; OptionError and DoesNotFit if
    something cannot lie where `places` says. `most_ram`: for RAM, bytes of the arena within which cycles count; the
    smallest arena if that cannot be.
    """
    return _lowered(graph, board, goal, planner, places, most_ram).program


@dataclass(frozen=True, slots=True)
class Lowered:
    """A program, and the ops, kernels and sites that it was made of."""

    graph: Graph
    kernels: dict[str, Kernel]
    sites: dict[str, Site]
    program: Program


def _lowered(
    graph: Graph, board: Board, goal: Goal, planner: Planner, places: Places, most_ram: int | None = None
) -> Lowered:
    """RAM takes the plan of BALANCED where that is smaller: it may lie beyond the cycles that RAM allows, or among the
    sizes for which no plan is made in full.
    """
    found = _planned(graph, board, goal, planner, places, most_ram)
    fits = most_ram is not None and found.program.arena_bytes <= most_ram
    if goal is not Goal.RAM or fits or graph.edges.pushed:
        return found
    try:
        balanced = _planned(graph, board, Goal.BALANCED, planner, places)
    except (DoesNotFit, OptionError):  # in the region that `places` names; names that only streams have
        return found
    return min(found, balanced, key=lambda one: one.program.arena_bytes)


def _planned(
    graph: Graph, board: Board, goal: Goal, planner: Planner, places: Places, most_ram: int | None = None
) -> Lowered:
    output_names = graph.given
    graph, kernels, sites = chosen(graph, board, goal, most_ram)
    schedule = rescheduled(graph, kernels, sites, planner)
    graph = schedule.graph
    liveness = Liveness(graph, kernels)
    taken = asked_bytes(graph, liveness.calls, kernels, sites, places)
    plan = Plan.make(liveness, sites, planner, board, places, taken)
    program = assembled(plan, sites, board, output_names, schedule.bound_of(plan.placement))
    return Lowered(graph, kernels, sites, with_placed_constants(program, board, places))


def decided(graph: Graph, board: Board, goal: Goal = Goal.BALANCED) -> tuple[Graph, dict[str, Kernel], dict[str, Site]]:
    """The ops of the program that `lower` makes; each op's kernel and site."""
    if goal is not Goal.RAM:
        return chosen(graph, board, goal)
    found = _lowered(graph, board, goal, FAST, NO_PLACES)
    return found.graph, found.kernels, found.sites


def chosen(
    graph: Graph, board: Board, goal: Goal = Goal.BALANCED, most_ram: int | None = None
) -> tuple[Graph, dict[str, Kernel], dict[str, Site]]:
    """The graph as `arranged` gives it; each op's kernel and site, after calls that decide the arena's size have got
    what needs less.
    """
    graph, kernels = arranged(graph, board, goal)
    sites = {op.name: site_of(graph, op) for op in graph.ops}
    if goal is Goal.RAM:
        streams = Streams(graph, kernels, sites, board, FAST)
        found = streams.best(goal.spare) if most_ram is None else streams.fitting(most_ram)
        return found.graph, found.kernels, found.sites
    kernels, sites = relieved(graph, kernels, sites, board, goal)
    if coded_constants(graph):
        kernels, sites = bounded(graph, kernels, sites, board, goal)
    whole = fused_within(Chosen(graph, kernels, sites), board, goal)
    return whole.graph, dict(whole.kernels), dict(whole.sites)


def arranged(graph: Graph, board: Board, goal: Goal = Goal.BALANCED) -> tuple[Graph, dict[str, Kernel]]:
    """The graph in the order in which it runs, with the copies that outputs and states need; each op's kernel.

    Kernels that store more than the weights are chosen where the board's budget of flash and RAM leaves room for them.
    """
    costs = load_costs(board)
    separate = fused(unturned(without_turns(separate_outputs(graph)), board, goal, costs), board, goal, costs)
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
    sites = {op.name: site_of(graph, op) for op in graph.ops}
    graph = separate_states(scheduled(graph, kernels, sites).graph, kernels)
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
