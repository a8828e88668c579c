"""Choose a kernel for each op: the cheapest among those that fit, ties by name; refusals keep their reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import TypeAlias

import tinyc.kernels  # noqa: F401  registers the records
from tinyc.errors import UnsupportedOp
from tinyc.ir.graph import Graph, Op
from tinyc.kernels.record import Kernel, Site, kernels_for
from tinyc.lower.costs import load_costs
from tinyc.lower.goal import Goal
from tinyc.lower.ranges import proven_range
from tinyc.targets import Board

Costs: TypeAlias = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One kernel at one site: its estimated cycles, or the reason why it is refused."""

    kernel: Kernel
    cycles: float | None
    refusal: str | None


def site_of(graph: Graph, op: Op) -> Site:
    constants = tuple(graph.constant(name) for name in op.inputs)
    ranges = tuple(None if name is None else proven_range(graph, name) for name in op.inputs)
    return Site(op, graph.in_types(op), graph.out_types(op), constants, ranges)


def candidates(
    site: Site, board: Board, costs: Costs, goal: Goal = Goal.BALANCED, spare_flash: int = 0
) -> list[Candidate]:
    """All kernels of the op's kind, usable ones first, those that serve the goal best first. `spare_flash`: bytes that
    kernels may store beyond the weights.
    """
    spare = spare_flash if goal is Goal.TIME else 0
    found = [_judge(kernel, site, board, costs, spare) for kernel in kernels_for(site.op.kind)]
    return sorted(found, key=lambda c: (c.cycles is None, *_rank(c, site, goal), c.cycles or 0.0, c.kernel.name))


def _rank(candidate: Candidate, site: Site, goal: Goal) -> tuple[int, ...]:
    """What counts before the cycles."""
    if candidate.refusal is not None:
        return (0,)
    return (int(goal is Goal.FLASH and not candidate.kernel.is_reference),)


def choose(site: Site, board: Board, costs: Costs, goal: Goal = Goal.BALANCED, spare_flash: int = 0) -> Kernel:
    """The kernel of this site; UnsupportedOp listing every refusal if none fits."""
    found = candidates(site, board, costs, goal, spare_flash)
    if found and found[0].refusal is None:
        return found[0].kernel
    kinds = ", ".join("-" if kind is None else str(kind) for kind in site.inputs)
    refusals = "; ".join(f"{c.kernel.name}: {c.refusal}" for c in found) or "there is none for this operator"
    place = f'node "{site.op.source}" ' if site.op.source else ""
    raise UnsupportedOp(
        f'{place}op "{site.op.name}" ({kinds}) has no kernel on {board.name}. {refusals}',
        hint=f"tinyc explain {site.op.kind}",
    )


def priced(board: Board, goal: Goal) -> Callable[[Graph], float]:
    """What the ops of a graph cost on a board: estimated cycles of the kernels that they get, inf where one gets none.

    Of kernels that store more than the weights none is counted on.
    """
    costs = load_costs(board)

    def price(graph: Graph) -> float:
        found = (candidates(site_of(graph, op), board, costs, goal)[:1] for op in graph.ops)
        return sum(inf if not best or best[0].cycles is None else best[0].cycles for best in found)

    return price


def _judge(kernel: Kernel, site: Site, board: Board, costs: Costs, spare_flash: int) -> Candidate:
    refusal = kernel.refusal(site, board.core.isa)
    if refusal is None and (more := kernel.more_flash(site)) > spare_flash:
        refusal = f"stores {more:,} bytes more than the weights: for --optimize time, within the board's budget"
    return Candidate(kernel, None if refusal else estimated_cycles(kernel, site, costs), refusal)


def estimated_cycles(kernel: Kernel, site: Site, costs: Costs) -> float:
    """Counts times prices of a kernel that fits."""
    prices = kernel.prices({**costs.get(kernel.like, {}), **costs.get(kernel.name, {})})
    return sum(count * prices[name] for name, count in kernel.counts(site).items())
