"""What would make a build's arena smaller: other options, each with the bytes that it saves and what it costs.

Every figure comes from planning the model again; nothing is compiled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from tinyc.driver import BuildResult, Options, replan
from tinyc.errors import TinycError
from tinyc.ir.choose_edges import ALL
from tinyc.lower.goal import Goal
from tinyc.lower.ledger import Smallest
from tinyc.lower.program import ARENA, Buffer, Program, Role
from tinyc.report.peak import memory_document, peak_call

_SMALL_BYTES = 4096
_RAM = "--optimize ram"
_QUICK_CALLS = 8
"""Of models with more, --optimize ram is not planned on the way: that takes as long as the whole build."""


@dataclass(frozen=True, slots=True)
class Step:
    """`what` is what to ask for; `saves` bytes of the arena of this build, None where that would take long to find out;
    `cycles` is the part of the estimated cycles that it adds (negative: takes away), None where that was not estimated;
    `costs` says what else is given up.
    """

    what: str
    saves: int | None
    cycles: float | None
    costs: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def next_steps(result: BuildResult, options: Options, is_thorough: bool = False) -> tuple[Step, ...]:
    """What saves something, the best first: bytes saved over the time that an inference then takes. Unless
    `is_thorough`, nothing for an arena that is small by itself and beside the board's budget, and nothing is planned
    that takes long.
    """
    if not is_thorough and result.program.arena_bytes < min(_SMALL_BYTES, result.board.budget.ram_bytes // 4):
        return ()
    plans_ram = is_thorough or len(result.program.calls) <= _QUICK_CALLS
    found = _steps(result, options, plans_ram)
    return tuple(sorted(found, key=lambda step: -(step.saves or 0) / (1 + (step.cycles or 0.0))))


def smallest(result: BuildResult, options: Options) -> Smallest:
    """The least RAM that a build of this model reaches with the same recipe, and the layer that forces it."""
    found, way = result.program, ""
    if result.goal is not Goal.RAM:
        leaner = replan(result, replace(options, optimize=Goal.RAM.value))
        if leaner.arena_bytes < found.arena_bytes:
            found, way = leaner, _RAM
    peak = memory_document(found)["peak"]
    return Smallest(found.arena_bytes, "" if peak is None else peak["stream"] or peak["layer"], way)


def _steps(result: BuildResult, options: Options, plans_ram: bool) -> Iterator[Step]:
    if result.goal is not Goal.RAM and not plans_ram:
        yield Step(_RAM, None, None, "")
    for what, costs, other in _others(result, options, plans_ram):
        try:
            program = replan(result, other)
        except TinycError:
            continue
        saves = result.program.arena_bytes - program.arena_bytes
        if saves > 0:
            yield Step(what, saves, _more_cycles(result.program, program), costs)
    if (saves := _in_integers(result.program)) > 0:
        yield Step("--recipe int8 --calib X.npz", saves, None, "accuracy: --data L.npz measures it")


def _others(result: BuildResult, options: Options, plans_ram: bool) -> Iterator[tuple[str, str, Options]]:
    """Options that may need less, with what they cost beside cycles."""
    if result.goal is Goal.TIME:
        yield "--optimize balanced", "", replace(options, optimize=Goal.BALANCED.value)
    at_peak = {buffer.role for buffer in _at_peak(result.program)}
    if result.goal is not Goal.RAM and plans_ram:
        yield _RAM, "", replace(options, optimize=Goal.RAM.value)
    if Role.INPUT in at_peak and not (options.bind_inputs or options.keep_inputs):
        costs = "the input stays in memory of the caller"
        yield "--bind-input all", costs, replace(options, bind_inputs=(ALL,))
    if Role.OUTPUT in at_peak and not options.bind_outputs:
        yield "--bind-output all", "the caller has memory for the output", replace(options, bind_outputs=(ALL,))
    if _turns_an_input(result.program) and not options.channels_last_inputs:
        costs = "the caller delivers channels last"
        yield "--input-layout nhwc", costs, replace(options, channels_last_inputs=True)


def _at_peak(program: Program) -> list[Buffer]:
    peak = peak_call(program)
    return [b for b in program.buffers if peak is not None and b.memory == ARENA and b.first <= peak <= b.last]


def _turns_an_input(program: Program) -> bool:
    """Whether the call that decides the arena's size is one that brings an input into another order."""
    peak = peak_call(program)
    inputs = {tensor.name for tensor in program.inputs}
    call = None if peak is None else program.calls[peak]
    return call is not None and call.kind in _TURNS and not inputs.isdisjoint(call.in_names)


_TURNS = ("transpose", "relayout")


def _more_cycles(before: Program, after: Program) -> float | None:
    """The part of the estimated cycles that another plan adds."""
    return round(after.cycles / before.cycles - 1, 4) if before.cycles else None


def _in_integers(program: Program) -> int:
    """What would be saved at least if every float took a byte and the arena its lower bound; scratch stays as it is."""
    tensors = (*program.inputs, *(tensor for call in program.calls for tensor in call.outputs))
    floats = {tensor.name for tensor in tensors if tensor.type.dtype.is_float}
    if not floats or not program.calls:
        return 0
    here = [buffer for buffer in program.buffers if buffer.memory == ARENA]
    needs = (
        sum(-(-b.bytes // 4) if b.name in floats else b.bytes for b in here if b.first <= moment <= b.last)
        for moment in range(len(program.calls))
    )
    return program.arena_bytes - max(needs)
