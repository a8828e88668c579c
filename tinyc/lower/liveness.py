"""Which values share memory (views, in place), and from when to when each lives."""

from __future__ import annotations

from dataclasses import dataclass, field

from tinyc.ir.graph import Graph, Op
from tinyc.kernels.record import Kernel
from tinyc.lower.program import ARENA, Buffer, Role
from tinyc.lower.states import bound_memories, written_in_place

ALIGN_BYTES = 4
"""Every buffer starts at a word, whatever its elements: kernels may read words."""


@dataclass(slots=True)
class Live:
    """Values that share one range of memory, with its size and lifetime."""

    name: str
    role: Role
    bytes: int
    align: int
    first: int
    last: int
    values: list[str] = field(default_factory=list)
    memory: str = ARENA

    def frozen(self) -> Buffer:
        return Buffer(self.name, self.role, self.bytes, self.align, self.first, self.last, memory=self.memory)


class Liveness:
    """Lifetimes of all run-time values under a given order of ops and choice of kernels.

    Call numbers count only ops that become C calls; views share the memory of what they view. States live all the time,
    and so do inputs that are kept. What the caller binds has a memory of its own.
    """

    def __init__(self, graph: Graph, kernels: dict[str, Kernel]) -> None:
        self.graph = graph
        self.kernels = kernels
        self.calls = [op for op in graph.ops if not kernels[op.name].is_view]
        self.number = {op.name: index for index, op in enumerate(self.calls)}
        self.home: dict[str, Live] = {}
        self._states = {name for name, _ in graph.states}
        self._kept = written_in_place(graph, kernels)
        self._bound = bound_memories(graph, kernels)
        self._last_read = self._find_last_reads()
        self._run()

    def buffers(self) -> list[Live]:
        return list({id(live): live for live in self.home.values()}.values())

    def _find_last_reads(self) -> dict[str, int]:
        """For each value, the last call that needs its memory: its own readers and those of its views."""
        held = [name for name in self.graph.inputs if self.graph.edges.keeps(name)]
        last: dict[str, int] = {name: len(self.calls) for name in (*self.graph.outputs, *held)}
        for op in reversed(self.graph.ops):
            if self.kernels[op.name].is_view:
                moment = max(last.get(name, -1) for name in op.outputs)
            else:
                moment = self.number[op.name]
            for name in op.reads:
                last[name] = max(last.get(name, -1), moment)
        return last

    def _run(self) -> None:
        for name in self.graph.inputs:
            self._open(name, Role.STATE if name in self._states else Role.INPUT, -1)
        for op in self.graph.ops:
            if self.kernels[op.name].is_view:
                self._join(op.outputs[0], self.home[op.reads[0]])
                continue
            self._place_outputs(op)

    def _place_outputs(self, op: Op) -> None:
        moment = self.number[op.name]
        for name in op.outputs:
            if name in self._kept:
                self._join(name, self.home[self._kept[name]])
        free = op.outputs[0] not in self.home and op.outputs[0] not in self._bound
        taken = self._taken_over(op, moment) if free else None
        if taken is not None:
            self._join(op.outputs[0], taken)
        for name in op.outputs:
            if name not in self.home:
                self._open(name, Role.OUTPUT if name in self.graph.outputs else Role.ACTIVATION, moment)

    def _taken_over(self, op: Op, moment: int) -> Live | None:
        """The dying input whose memory output 0 takes over, if the kernel allows it."""
        kernel, slots = self.kernels[op.name], op.operator.slots
        for slot in kernel.inplace:
            index = slots.index(slot)
            name = op.inputs[index] if index < len(op.inputs) else None
            if name is None or name not in self.home:
                continue
            live = self.home[name]
            others = [self.home.get(other) for other in op.reads if other != name]
            # the operand's own bytes: a view may be shorter than its memory, and an operand that repeats is read again
            fits = self.graph.types[op.outputs[0]].bytes <= self.graph.types[name].bytes
            if fits and live.last == moment and all(other is not live for other in others):
                return live
        return None

    def _open(self, name: str, role: Role, moment: int) -> None:
        kind = self.graph.types[name]
        size = max(kind.bytes, 1)
        last = len(self.calls) if role is Role.STATE else moment
        memory = self._bound.get(name, ARENA)
        live = Live(name, role, size, max(ALIGN_BYTES, kind.dtype.bytes), moment, last, memory=memory)
        self._join(name, live)

    def _join(self, name: str, live: Live) -> None:
        self.home[name] = live
        live.values.append(name)
        live.last = max(live.last, self._last_read.get(name, live.first))
        live.align = max(live.align, self.graph.types[name].dtype.bytes)
        if name in self.graph.outputs and live.role is Role.ACTIVATION:
            live.role = Role.OUTPUT
