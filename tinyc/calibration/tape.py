"""A float graph run on a batch of samples, and the slopes of a loss by its constants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tinyc.calibration.slopes import Back, Given, computed, is_known
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import Array, DType


def unknown_ops(graph: Graph, ops: Sequence[Op]) -> list[Op]:
    """Those of the ops that a tape cannot run."""
    constants = frozenset(graph.constants)
    return [
        op
        for op in ops
        if not is_known(op, constants)
        or any(graph.types[name].dtype is not DType.F32 for name in (*op.reads, *op.outputs))
    ]


def ops_before(graph: Graph, names: Sequence[str]) -> list[Op]:
    """The ops that compute the named values."""
    wanted, found = set(names), []
    for op in reversed(graph.ops):
        if wanted.intersection(op.outputs):
            found.append(op)
            wanted.update(op.reads)
    return found[::-1]


class Tape:
    """`values` [B, ...] of a graph, by name; `constants` take the place of the graph's own of the same name."""

    def __init__(
        self, graph: Graph, ops: Sequence[Op], inputs: Mapping[str, Array], constants: Mapping[str, Array]
    ) -> None:
        self.values = dict(inputs)
        self.backs: list[tuple[Op, Back]] = []
        for op in ops:
            given = [None if name is None else self._given(graph, name, constants) for name in op.inputs]
            name = op.outputs[0]
            self.values[name], back = computed(op, given, graph.types[name].shape)
            self.backs.append((op, back))

    def _given(self, graph: Graph, name: str, constants: Mapping[str, Array]) -> Given:
        if name in self.values:
            return Given(self.values[name], True)
        return Given(constants[name] if name in constants else graph.constants[name].array, False)

    def slopes(self, by_values: Mapping[str, Array]) -> dict[str, Array]:
        """Slopes by all values and constants that the loss depends on, from its direct slopes by values."""
        found = dict(by_values)
        for op, back in reversed(self.backs):
            slope = found.get(op.outputs[0])
            if slope is None:
                continue
            for name, part in zip((name for name in op.inputs if name is not None), _present(back(slope)), strict=True):
                found[name] = found[name] + part if name in found else part
        return found


def _present(slopes: Sequence[Array | None]) -> list[Array]:
    return [slope for slope in slopes if slope is not None]
