"""States of a graph in memory: which outputs are written where their state lies, and copies for the others."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.ir.graph import Draft, Graph, Op
from tinyc.kernels.record import Kernel
from tinyc.ops.copy import Copy


def separate_states(graph: Graph, kernels: Mapping[str, Kernel]) -> Graph:
    """The graph with copies, so that `written_in_place` holds every state, and that no output lies in the memory of
    a state which changes under it. The same graph if none are needed.
    """
    draft, memory = graph.draft(), Memory(graph, kernels)
    kept = {place for _, place in draft.states}
    for place, name in enumerate(graph.outputs):
        source = memory.root(name)
        if source in memory.states or (place in kept and source not in memory.maker):
            draft.outputs[place] = _copied(draft, name)
    direct = written_in_place(draft.freeze(), kernels)
    for name, place in draft.states:
        if name not in direct.values():
            draft.outputs[place] = _copied(draft, draft.outputs[place])
    return graph if len(draft.ops) == len(graph.ops) else draft.freeze()


def written_in_place(graph: Graph, kernels: Mapping[str, Kernel]) -> dict[str, str]:
    """Values that may be written into the memory of a state, which nobody reads any more, with that state's name."""
    memory, found = Memory(graph, kernels), dict[str, str]()
    for name, output in graph.states:
        source = memory.root(output)
        if source not in found and memory.is_free_for(name, source):
            found[source] = name
    return found


class Memory:
    """Which values share memory with another, seen through views, and who reads it. Ops without a kernel are calls."""

    def __init__(self, graph: Graph, kernels: Mapping[str, Kernel]) -> None:
        self.graph, self.kernels = graph, kernels
        self.states = {name for name, _ in graph.states}
        views = {name for name, kernel in kernels.items() if kernel.is_view}
        self._viewed = {op.outputs[0]: op.reads[0] for op in graph.ops if op.name in views}
        calls = [op for op in graph.ops if op.name not in views]
        self.maker = {name: (number, op) for number, op in enumerate(calls) for name in op.outputs}
        self._last_reader: dict[str, int] = {}
        for number, op in enumerate(calls):
            self._last_reader.update((self.root(name), number) for name in op.reads)
        self._last_reader.update((self.root(name), len(calls)) for name in graph.outputs)

    def root(self, name: str) -> str:
        """The value whose memory this one has: itself, if it is no view."""
        while name in self._viewed:
            name = self._viewed[name]
        return name

    def is_free_for(self, state: str, value: str) -> bool:
        """True if `value` can be written into the memory of `state`: as large, computed by a call, after the last read
        of the state or by a kernel that reads and writes it in place.
        """
        if value not in self.maker or self.graph.types[value].bytes != self.graph.types[state].bytes:
            return False
        number, op = self.maker[value]
        last = self._last_reader.get(state, -1)
        return last < number or (last == number and self._takes_over(op, state, value))

    def _takes_over(self, op: Op, state: str, value: str) -> bool:
        operands = {name for name in op.reads if self.root(name) == state}
        if len(operands) != 1 or op.name not in self.kernels:
            return False
        operand = operands.pop()
        same_size = self.graph.types[operand].bytes == self.graph.types[value].bytes
        return same_size and (operand, value) in self.kernels[op.name].takeovers(op)


def _copied(draft: Draft, name: str) -> str:
    fresh = draft.fresh(f"{name}.kept")
    draft.types[fresh] = draft.types[name]
    draft.ops.append(Op(draft.fresh_op("keep_0"), Copy(), (name,), (fresh,)))
    return fresh
