"""Buffers of a program, and which may overlap while both live: an input that dies in a call, and the call's output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from tinyc.ir.graph import Op
from tinyc.kernels.overlap import Overlap
from tinyc.kernels.record import Kernel, Site
from tinyc.lower.liveness import ALIGN_BYTES, Live, Liveness
from tinyc.lower.program import ARENA, Buffer, Role, Shared

Known: TypeAlias = dict[tuple[str, str], Overlap]
"""By op and slot: how far the first output may lie over that operand."""


def wanted_buffers(liveness: Liveness, sites: Mapping[str, Site], only: Op | None = None) -> list[Buffer]:
    """Buffers to be placed in the arena: those of values, then scratch of all calls or of one."""
    calls = liveness.calls if only is None else [only]
    scratch = [_scratch(op, liveness, sites[op.name]) for op in calls]
    values = [live.frozen() for live in liveness.buffers() if live.memory == ARENA]
    return values + [buffer for buffer in scratch if buffer.bytes]


def _scratch(op: Op, liveness: Liveness, site: Site) -> Buffer:
    size = liveness.kernels[op.name].scratch(site)
    moment = liveness.number[op.name]
    return Buffer(scratch_name(op), Role.SCRATCH, size, ALIGN_BYTES, moment, moment)


def scratch_name(op: Op) -> str:
    """Of the buffer that is an op's scratch memory."""
    return f"{op.name}.scratch"


def shared_buffers(
    liveness: Liveness, sites: Mapping[str, Site], only: Op | None = None, known: Known | None = None
) -> tuple[Shared, ...]:
    """Of all calls or of one, where kernels allow it; states and values that are read later are never written over.
    `known`: what was found before for the same kernels and sites; what is found is added.
    """
    calls, known = liveness.calls if only is None else [only], {} if known is None else known
    return tuple(pair for op in calls for pair in _of_call(op, liveness, sites[op.name], known))


def by_index(shared: Sequence[Shared], buffers: Sequence[Buffer]) -> dict[tuple[int, int], Overlap]:
    """The same by the buffers' places in a list, (input, output), of those pairs that it holds both of."""
    places = {buffer.name: index for index, buffer in enumerate(buffers)}
    here = [pair for pair in shared if pair.input in places and pair.output in places]
    return {(places[pair.input], places[pair.output]): pair.overlap for pair in here}


def overlap_of(op: Op, slot: str, kernel: Kernel, site: Site, known: Known) -> Overlap:
    """How far the first output may lie over the operand in a slot."""
    if (op.name, slot) not in known:
        known[op.name, slot] = kernel.overlap[slot](site).overlap()
    return known[op.name, slot]


def _of_call(op: Op, liveness: Liveness, site: Site, known: Known) -> list[Shared]:
    moment, home = liveness.number[op.name], liveness.home[op.outputs[0]]
    if home.first != moment or home.role is Role.STATE:
        return []
    found = []
    kernel = liveness.kernels[op.name]
    for slot in kernel.overlap:
        index = op.operator.slots.index(slot)
        name = op.inputs[index] if index < len(op.inputs) else None
        source = None if name is None else liveness.home.get(name)
        if source is not None and source is not home and _dies(source, op, liveness, moment):
            found.append(Shared(source.name, home.name, moment, overlap_of(op, slot, kernel, site, known)))
            if distance := kernel.scratch_overlap.input:
                over = Overlap(distance - kernel.scratch(site))
                found.append(Shared(source.name, scratch_name(op), moment, over))
    if distance := kernel.scratch_overlap.output:
        found.append(Shared(scratch_name(op), home.name, moment, Overlap(distance - home.bytes)))
    return found


def _dies(source: Live, op: Op, liveness: Liveness, moment: int) -> bool:
    """Whether nobody reads the memory later, and the call only through one operand."""
    readers = [name for name in op.reads if liveness.home.get(name) is source]
    return source.role is not Role.STATE and source.last == moment and len(readers) == 1
