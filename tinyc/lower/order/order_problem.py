"""What an order of calls costs in memory: live bytes of a set of calls that have run, and bytes that one more needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tinyc.ir.graph import Graph, Op
from tinyc.kernels.overlap import STEP_BYTES
from tinyc.kernels.record import Kernel, Site
from tinyc.lower.guards import guards
from tinyc.lower.offsets.separation import round_up
from tinyc.lower.overlaps import Known, overlap_of
from tinyc.lower.states import Memory, bound_memories


@dataclass(slots=True, eq=False)
class Value:
    """Values that share memory as views: bytes of the arena, and as bits the calls that read it. `kept` are outputs,
    states, and inputs that are not written over.
    """

    bytes: int
    kept: bool
    readers: int = 0


@dataclass(slots=True)
class Step:
    """A call: as bits the calls that must run before it; what it reads and makes; bytes of its scratch memory, of its
    first output, and of that what may lie over each input that dies (`gains`).
    """

    op: Op
    before: int = 0
    reads: list[Value] = field(default_factory=list)
    makes: list[Value] = field(default_factory=list)
    scratch: int = 0
    gains: list[tuple[Value, int]] = field(default_factory=list)

    @property
    def born(self) -> int:
        """Bytes that it makes."""
        return sum(value.bytes for value in self.makes)

    @property
    def least(self) -> int:
        """Bytes that it needs in any order."""
        gain = min(sum(bytes_ for _, bytes_ in self.gains), self.makes[0].bytes)
        return sum(value.bytes for value in self.reads) + self.born + self.scratch - gain


@dataclass(slots=True)
class OrderProblem:
    """Calls by their numbers in the graph's order. Sets of calls are integers, call i being bit i.

    Bytes are those of `lower_bound`, except that memory which a smaller value took over counts as that value's: in any
    order of calls the bound is what is counted here, or more.
    """

    steps: list[Step]
    start_bytes: int
    after: list[list[int]] = field(default_factory=list)

    @staticmethod
    def of(graph: Graph, kernels: Mapping[str, Kernel], sites: Mapping[str, Site], known: Known) -> OrderProblem:
        return _Builder(graph, kernels, sites, known).built()

    @property
    def all(self) -> int:
        """The set of all calls."""
        return (1 << len(self.steps)) - 1

    @property
    def bound(self) -> int:
        """Bytes that every order needs."""
        return max(self.start_bytes, *(step.least for step in self.steps))

    def ready(self, done: int, candidates: Sequence[int]) -> list[int]:
        """Those whose operands are there."""
        return [call for call in candidates if self.steps[call].before & ~done == 0]

    def costs(self, call: int, done: int, live: int) -> tuple[int, int]:
        """Bytes that the call needs after these, and bytes that live when it has run."""
        step, left = self.steps[call], ~done & ~(1 << call)
        dying = [value for value in step.reads if not value.kept and value.readers & left == 0]
        gain = 0
        if dying and step.gains:
            gain = min(sum(bytes_ for value, bytes_ in step.gains if value in dying), step.makes[0].bytes)
        unread = sum(value.bytes for value in step.makes if not value.readers and not value.kept)
        born = step.born
        return live + born + step.scratch - gain, live + born - unread - sum(value.bytes for value in dying)

    def peak(self, order: Sequence[int]) -> int:
        """Bytes that the calls need in this order."""
        done, live, peak = 0, self.start_bytes, self.start_bytes
        for call in order:
            need, live = self.costs(call, done, live)
            done, peak = done | 1 << call, max(peak, need)
        return peak


@dataclass(slots=True)
class _Builder:
    graph: Graph
    kernels: Mapping[str, Kernel]
    sites: Mapping[str, Site]
    known: Known
    values: dict[str, Value] = field(default_factory=dict)

    def built(self) -> OrderProblem:
        graph, memory = self.graph, Memory(self.graph, self.kernels)
        calls = [op for op in graph.ops if not self.kernels[op.name].is_view]
        number = {name: index for index, op in enumerate(calls) for name in op.outputs}
        kept = {memory.root(name) for name in graph.outputs} | memory.states
        kept |= {name for name in graph.inputs if graph.edges.keeps(name)}
        elsewhere = bound_memories(graph, self.kernels)
        for name in (*graph.inputs, *number):
            size = 0 if name in elsewhere else round_up(max(graph.types[name].bytes, 1), STEP_BYTES)
            self.values[name] = Value(size, name in kept)
        conditions = guards(graph)
        steps = []
        for index, op in enumerate(calls):
            step = self._step(op, index, memory)
            operands = [*op.reads, *(condition for condition, _ in conditions.get(op.name, ()))]
            makers = {number[root] for name in operands if (root := memory.root(name)) in number}
            step.before = sum(1 << maker for maker in makers)
            steps.append(step)
        after = [[other for other, step in enumerate(steps) if step.before >> index & 1] for index in range(len(steps))]
        return OrderProblem(steps, sum(self.values[name].bytes for name in graph.inputs), after)

    def _step(self, op: Op, index: int, memory: Memory) -> Step:
        roots = [memory.root(name) for name in op.reads if memory.root(name) in self.values]
        step = Step(op, reads=[self.values[root] for root in dict.fromkeys(roots)])
        step.makes = [self.values[name] for name in op.outputs]
        step.scratch = round_up(self.kernels[op.name].scratch(self.sites[op.name]), STEP_BYTES)
        for value in step.reads:
            value.readers |= 1 << index
        for slot, name in self._operands(op):
            source = self.values.get(memory.root(name))
            if source is not None and not source.kept:
                step.gains.append((source, self._gain(op, slot, source)))
        return step

    def _operands(self, op: Op) -> list[tuple[str, str]]:
        """Slots whose memory the first output may share, with what is read there."""
        kernel, slots = self.kernels[op.name], op.operator.slots
        found = [(slot, slots.index(slot)) for slot in dict.fromkeys([*kernel.inplace, *kernel.overlap])]
        present = [(slot, op.inputs[at]) for slot, at in found if at < len(op.inputs)]
        return [(slot, name) for slot, name in present if name is not None]

    def _gain(self, op: Op, slot: str, value: Value) -> int:
        made = self.values[op.outputs[0]].bytes
        if slot in self.kernels[op.name].inplace and made <= value.bytes:
            return made
        if slot not in self.kernels[op.name].overlap:
            return 0
        overlap = overlap_of(op, slot, self.kernels[op.name], self.sites[op.name], self.known)
        return overlap.shared(value.bytes, made)
