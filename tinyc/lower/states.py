"""Values with memory of their own: which outputs are written where their state lies, and copies for the others and for
outputs that the caller binds.
"""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.ir.graph import Draft, Graph, Op
from tinyc.kernels.record import Kernel
from tinyc.ops.copy import Copy


def separate_states(graph: Graph, kernels: Mapping[str, Kernel]) -> Graph:
    """The graph with copies, so that `written_in_place` holds every state, that no output lies in the memory of
    a state which changes under it, and that each bound output can have memory of its own. The same graph if none are
    needed.
    """
    graph = _separate_bound(graph, kernels)
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
    memory, found, bound = Memory(graph, kernels), dict[str, str](), bound_memories(graph, kernels)
    for name, output in graph.states:
        source = memory.root(output)
        if source not in found and source not in bound and memory.is_free_for(name, source):
            found[source] = name
    return found


def bound_memories(graph: Graph, kernels: Mapping[str, Kernel]) -> dict[str, str]:
    """Values that lie in memory of the caller, with its name: inputs, and what outputs are or view."""
    found = {name: f"input_{index}" for index, name in enumerate(graph.fed) if name in graph.edges.bound_inputs}
    memory = Memory(graph, kernels)
    for index, name in enumerate(graph.given):
        if index in graph.edges.bound_outputs:
            found[memory.root(name)] = f"output_{index}"
    return found


def _separate_bound(graph: Graph, kernels: Mapping[str, Kernel]) -> Graph:
    """The graph with a copy for each bound output that no call computes, that is another output too, or that views a
    part of something.
    """
    draft, memory, kept = graph.draft(), Memory(graph, kernels), set(graph.state_places())
    places = [place for place in range(len(graph.outputs)) if place not in kept]
    for index in sorted(graph.edges.bound_outputs):
        name = graph.outputs[places[index]]
        source = memory.root(name)
        shared = [memory.root(other) for other in draft.outputs].count(source) > 1
        if source not in memory.maker or shared or graph.types[source].bytes != graph.types[name].bytes:
            draft.outputs[places[index]] = _copied(draft, name)
    return graph if len(draft.ops) == len(graph.ops) else draft.freeze()


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
