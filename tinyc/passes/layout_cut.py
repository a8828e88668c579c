"""Which layout each op should have so that kernels and conversions together cost least."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TypeAlias

from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import Layout
from tinyc.ops.reduce import Reduce
from tinyc.ops.relayout import Relayout
from tinyc.ops.reshape import Reshape
from tinyc.ops.transpose import Transpose
from tinyc.passes.base import Price
from tinyc.passes.layout_walk import keeps_channels, laid_out, ranks_agree
from tinyc.passes.min_cut import Network

Side: TypeAlias = Layout | str | None
"""Of an op as reader or maker of values: a layout that it must have, its own name where it may have either, or None
where it reads any without conversion.
"""

_IMPOSSIBLE = 1e18
"""What a conversion costs that no kernel does: more than any other way, and less than no way."""

_CYCLES_OF_A_BYTE = 2
"""What a byte of the copy is worth beside cycles: integers are turned before they become floats, and after floats have
become integers.
"""


def cheapest_layouts(graph: Graph, now: Graph, turned: frozenset[str], price: Price) -> dict[str, Layout]:
    """For each op that may have either layout the one that it has in the cheapest assignment. `now`: the graph with
    some assignment, which tells what transposes read.

    Exact where prices depend on an op's own layout alone: a minimal cut between linear and channels-last, in which a
    value that is read in the other layout is converted once, however many ops read it so.
    """
    cut = _Cut(graph, now, turned, price)
    for op in graph.ops:
        cut.add_op(op)
    for name in graph.types:
        if name not in graph.constants and graph.types[name].rank >= 3:
            cut.add_value(name)
    first = cut.network.first_side(Layout.LINEAR, Layout.CHANNELS_LAST)
    return {name: Layout.LINEAR if name in first else Layout.CHANNELS_LAST for name in cut.free}


def reads_as(graph: Graph, op: Op) -> Side:
    """How an op wants what it reads."""
    operator = op.operator
    if operator.wants_channels_last:
        return Layout.CHANNELS_LAST
    if isinstance(operator, Transpose):
        return None
    dropping = isinstance(operator, Reduce) and not operator.keepdims and graph.types[op.reads[0]].rank >= 3
    return op.name if dropping or _is_free(graph, op) else Layout.LINEAR


def makes_as(graph: Graph, op: Op) -> Side:
    """How an op writes what it makes."""
    if op.operator.wants_channels_last:
        return Layout.CHANNELS_LAST
    transposes = isinstance(op.operator, Transpose) and graph.types[op.outputs[0]].rank >= 3
    return op.name if transposes or _is_free(graph, op) else Layout.LINEAR


def _is_free(graph: Graph, op: Op) -> bool:
    """Whether the op works in either layout, from inputs to outputs."""
    kinds = [graph.types[name] for name in (*op.reads, *op.outputs)]
    if not op.reads or max(kind.rank for kind in kinds) < 3:
        return False
    if isinstance(op.operator, Reshape):
        return keeps_channels(graph.types[op.reads[0]], graph.types[op.outputs[0]])
    return op.operator.follows_layout and ranks_agree(op, graph.types, graph.constants)


@dataclass(slots=True)
class _Cut:
    """The first side is linear."""

    graph: Graph
    now: Graph
    turned: frozenset[str]
    price: Price
    network: Network = field(default_factory=Network)
    free: list[str] = field(default_factory=list)

    def add_op(self, op: Op) -> None:
        """What an op that may have either layout costs in each."""
        if op.name not in (reads_as(self.graph, op), makes_as(self.graph, op)):
            return
        self.free.append(op.name)
        linear, last = (self._alone(op, layout) for layout in (Layout.LINEAR, Layout.CHANNELS_LAST))
        least = min(linear, last)
        if least < inf:
            self.network.connect(Layout.LINEAR, op.name, last - least)
            self.network.connect(op.name, Layout.CHANNELS_LAST, linear - least)

    def add_value(self, name: str) -> None:
        """A value is converted where a reader has another layout than its maker."""
        maker = self._maker(name)
        readers = [reader for op in self.graph.ops if name in op.reads and (reader := reads_as(self.graph, op))]
        readers += [self._delivered(place) for place, output in enumerate(self.graph.outputs) if output == name]
        last, linear = ("as last", name), ("as linear", name)
        self.network.connect(maker, last, self._conversion(name, Layout.CHANNELS_LAST))
        self.network.connect(linear, maker, self._conversion(name, Layout.LINEAR))
        for reader in readers:
            self.network.connect(last, reader, inf)
            self.network.connect(reader, linear, inf)

    def _maker(self, name: str) -> Side:
        if name in self.graph.inputs:
            return Layout.CHANNELS_LAST if name in self.turned else Layout.LINEAR
        return makes_as(self.graph, next(op for op in self.graph.ops if name in op.outputs))

    def _delivered(self, place: int) -> Layout:
        """How an output of the model lies: as it declares it, or like the state that it becomes."""
        states = dict(zip(self.graph.state_places(), self.graph.states, strict=True))
        return Layout.CHANNELS_LAST if place in states and states[place][0] in self.turned else Layout.LINEAR

    def _conversion(self, name: str, layout: Layout) -> float:
        """Of a value to a layout from the other one."""
        other = Layout.LINEAR if layout is Layout.CHANNELS_LAST else Layout.CHANNELS_LAST
        kind = self.graph.types[name].with_layout(other)
        turned = f"{name} turned"
        draft = Draft("conversion", [name], [turned], {name: kind, turned: kind.with_layout(layout)})
        draft.ops = [Op("relayout", Relayout(layout), (name,), (turned,))]
        return min(self.price(draft.freeze()) + _CYCLES_OF_A_BYTE * kind.bytes, _IMPOSSIBLE)

    def _alone(self, op: Op, layout: Layout) -> float:
        """Of an op by itself, its inputs in this layout; what a transpose reads lies as it does now."""
        names = [name for name in dict.fromkeys(op.reads) if name not in self.graph.constants]
        draft = Draft("alone", names, list(op.outputs), dict(self.graph.types), dict(self.graph.constants), [op])
        source = self.now.types[op.reads[0]].layout if isinstance(op.operator, Transpose) else layout
        turned = frozenset(names if source is Layout.CHANNELS_LAST else ())
        found = laid_out(draft.freeze(), turned, {op.name: layout})
        made = [other for other in found.ops if not isinstance(other.operator, Relayout)]
        inner = found.draft()
        inner.inputs += [name for other in made for name in other.reads if name not in inner.constants]
        inner.ops, inner.outputs = made, [name for other in made for name in other.outputs]
        return self.price(inner.freeze())
