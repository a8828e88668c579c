"""Offsets by OR-Tools' constraint solver CP-SAT: the one place that imports it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from math import gcd
from typing import Any

from tinyc.errors import ToolMissing
from tinyc.lower.offsets.arena import at_offsets, lower_bound
from tinyc.lower.offsets.first_fit import FirstFit, Plan
from tinyc.lower.offsets.planner import Offsets, Place
from tinyc.lower.offsets.separation import Overlaps, Pair, pairs, round_up
from tinyc.lower.program import Buffer

NAME = "cp-sat"
_VISITS = 60_000
MOST_TIME = 60.0
"""The solver's own measure of its work, near seconds, which makes it stop at the same place every time."""


def solved(buffers: Sequence[Buffer], overlaps: Overlaps) -> Offsets:
    """By first fit, then by the solver if that does not meet the lower bound."""
    bound = lower_bound(buffers, overlaps)
    plan = FirstFit.of(buffers, overlaps, _VISITS).best(bound)
    plan, is_least = (plan, True) if plan.arena_bytes <= bound else _improved(buffers, overlaps, plan, bound)
    return Offsets(at_offsets(buffers, plan), plan.arena_bytes, is_least)


def solver() -> Place:
    """`solved`; ToolMissing if OR-Tools is not installed."""
    if find_spec("ortools") is None:
        raise ToolMissing(
            f"--planner {NAME} needs OR-Tools, which is not installed", hint="pip install 'tinyc[solver]'"
        )
    return solved


def _improved(buffers: Sequence[Buffer], overlaps: Overlaps, plan: Plan, bound: int) -> tuple[Plan, bool]:
    """The best plan that the solver finds, and whether it has proven that none is smaller."""
    from ortools.sat.python import cp_model

    unit = gcd(*(buffer.align for buffer in buffers))
    model, solver = cp_model.CpModel(), cp_model.CpSolver()
    top = model.new_int_var(-(-bound // unit), plan.arena_bytes // unit, "top")
    at = [_offset(model, buffer, plan, top, number, unit) for number, buffer in enumerate(buffers)]
    for pair in pairs(buffers, overlaps):
        _keep_apart(model, pair, at, unit)
    model.minimize(top)
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = MOST_TIME
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return plan, False
    offsets = tuple(solver.value(offset) * unit for offset in at)
    size = max(offset + buffer.bytes for offset, buffer in zip(offsets, buffers, strict=True))
    return Plan(offsets, round_up(size, unit)), status == cp_model.OPTIMAL


def _offset(model: Any, buffer: Buffer, plan: Plan, top: Any, number: int, unit: int) -> Any:
    """The offset of a buffer in units, below `top`; it starts where the plan has it."""
    step = buffer.align // unit
    length = -(-buffer.bytes // unit)
    steps = model.new_int_var(0, (plan.arena_bytes // unit - length) // step, buffer.name)
    model.add_hint(steps, plan.offsets[number] // buffer.align)
    model.add(steps * step + length <= top)
    return steps * step


def _keep_apart(model: Any, pair: Pair, at: Sequence[Any], unit: int) -> None:
    """One of the ways in which two buffers may lie must hold."""
    distance = at[pair.second] - at[pair.first]
    above, below = model.new_bool_var(""), model.new_bool_var("")
    model.add(distance >= -(-pair.up // unit)).only_enforce_if(above)
    model.add(-distance >= -(-pair.down // unit)).only_enforce_if(below)
    ways = [above, below]
    for exact in pair.exact:
        if exact % unit == 0:
            ways.append(model.new_bool_var(""))
            model.add(distance == exact // unit).only_enforce_if(ways[-1])
    model.add_bool_or(ways)
