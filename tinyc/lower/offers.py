"""Why each op has its kernel: all candidates with what they take, and the reason for or against each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tinyc.errors import UnsupportedOp
from tinyc.ir.graph import Graph
from tinyc.kernels.record import Field, Kernel, Params, Site, Table
from tinyc.lower.costs import load_costs
from tinyc.lower.goal import Goal
from tinyc.lower.lower import decided, spare_flash
from tinyc.lower.select import Candidate, candidates, site_of
from tinyc.lower.streams.stages import Stage, StreamKernel
from tinyc.targets import Board

_FIRST = {
    Goal.TIME: "fewest cycles",
    Goal.BALANCED: "fewest cycles",
    Goal.RAM: "fewest cycles in so small an arena",
    Goal.FLASH: "smallest code",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One kernel for one op: estimated cycles, bytes of scratch memory, bytes of constants as it stores them; None if
    it is refused. `why`: the reason for it if it is taken, else against it.
    """

    kernel: str
    cycles: float | None
    scratch: int | None
    flash: int | None
    taken: bool
    why: str

    @property
    def refused(self) -> bool:
        return self.cycles is None


def offers(graph: Graph, board: Board, goal: Goal = Goal.BALANCED) -> dict[str, tuple[Offer, ...]]:
    """For each op of a graph the kernels of its kind: the one that a build takes, others that fit, refused ones. An op
    that is done together with the one behind it has that one's kernel alone.
    """
    spare = spare_flash(graph, board)
    try:
        final, kernels, sites = decided(graph, board, goal)
    except UnsupportedOp:  # of another op perhaps: then there is no build, but a choice for this one
        return {op.name: _offers(site_of(graph, op), None, board, goal, spare) for op in graph.ops}
    found = dict[str, tuple[Offer, ...]]()
    for op in final.ops:
        kernel = kernels[op.name]
        if isinstance(kernel, StreamKernel):
            known = graph if kernel.strips is None else replace(graph, types={**graph.types, **kernel.strips.types})
            found |= {stage.op.name: _of_stage(known, stage, board, goal, spare) for stage in kernel.stages}
        else:
            found[op.name] = _offers(sites[op.name], kernel, board, goal, spare)
    for op in graph.ops:
        if op.name not in found:
            reader = graph.consumers()[op.outputs[0]][0].name
            found[op.name] = (Offer(kernels[reader].name, 0.0, 0, 0, taken=True, why=f"done together with {reader}"),)
    return found


def _of_stage(graph: Graph, stage: Stage, board: Board, goal: Goal, spare: int) -> tuple[Offer, ...]:
    """Of an op that works row by row: the kernel that does its slices, then those for the whole."""
    own, parts = stage.offer, -(-stage.cut.out_rows // stage.cut.group)
    flash = _bytes(own.kernel.params(own.site))
    strips = f" in each of {len(own.strips)} strips of columns" if own.strips else ""
    why = f"row by row, {stage.cut.group} of {stage.cut.out_rows} at a time{strips}, for a smaller arena"
    mine = Offer(own.kernel.name, own.cycles * parts, own.scratch, flash, taken=True, why=why)
    op = next((op for op in graph.ops if op.name == stage.op.name), stage.op)
    whole = _offers(site_of(graph, op), None, board, goal, spare)
    return (mine, *(replace(one, taken=False) for one in whole if one.kernel != own.kernel.name))


def _offers(site: Site, kernel: Kernel | None, board: Board, goal: Goal, spare: int) -> tuple[Offer, ...]:
    """`kernel`: the one that is taken; None if that is the best."""
    costs = load_costs(board)
    ranked = candidates(replace(site, spare=0.0), board, costs, goal, spare)
    first = next((one.kernel for one in ranked if one.refusal is None), None)
    kernel = kernel or first
    mine = next((one for one in candidates(site, board, costs, goal, spare) if one.kernel is kernel), None)
    others = [one for one in ranked if one.kernel is not kernel]
    return tuple(_all(mine, others, site, goal, is_first=kernel is first))


def _all(mine: Candidate | None, others: list[Candidate], site: Site, goal: Goal, *, is_first: bool) -> Iterator[Offer]:
    if mine is not None:
        shorter = "" if site.spare == 0 else ", in smaller pieces for a smaller arena"
        why = _FIRST[goal] if is_first else "for a smaller arena, or less code beside other layers' kernels"
        yield _offer(mine, site, taken=True, why=why + (shorter if is_first else ""))
    for other in others:
        yield _offer(other, replace(site, spare=0.0), taken=False, why=other.refusal or _against(other, mine))


def _against(other: Candidate, mine: Candidate | None) -> str:
    if mine is None or other.cycles is None:
        return "another op has no kernel"
    if not mine.cycles:
        return "the other needs no call"
    more = other.cycles / mine.cycles - 1
    return f"{100 * more:+.1f} % cycles" + (", but more memory or code" if more < 0 else "")


def _offer(candidate: Candidate, site: Site, *, taken: bool, why: str) -> Offer:
    kernel = candidate.kernel
    if candidate.refusal is not None:
        return Offer(kernel.name, None, None, None, taken, why)
    return Offer(kernel.name, candidate.cycles, kernel.scratch(site), _bytes(kernel.params(site)), taken, why)


def _bytes(value: Field) -> int:
    """Of all tables of a kernel's parameters."""
    if isinstance(value, Params):
        return sum(_bytes(field) for field in value.fields.values())
    return value.array.nbytes if isinstance(value, Table) else 0
