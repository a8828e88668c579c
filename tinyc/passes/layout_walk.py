"""Give every value its order of axes in memory, op by op."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import Layout, TensorType
from tinyc.ops.binary import Binary
from tinyc.ops.reduce import Reduce
from tinyc.ops.relayout import Relayout
from tinyc.ops.reshape import Reshape
from tinyc.ops.transpose import Transpose
from tinyc.ops.where import Where

_NONE: Mapping[str, Layout] = MappingProxyType({})


def laid_out(graph: Graph, turned: frozenset[str], wishes: Mapping[str, Layout] = _NONE) -> Graph:
    """The graph with a layout for every value; inputs in `turned` lie channels-last, and so do the outputs that these
    continue as states. `wishes`: layouts of ops, by name, that could have another.
    """
    walk = _Walk(graph.draft(), wishes)
    for name in graph.inputs:
        if name in turned:
            walk.retype(name, Layout.CHANNELS_LAST)
    walk.draft.ops = []
    for op in graph.ops:
        walk.visit(op)
    walk.finish()
    return walk.draft.freeze()


@dataclass(slots=True)
class _Walk:
    draft: Draft
    wishes: Mapping[str, Layout]
    converted: dict[tuple[str, Layout], str] = field(default_factory=dict)

    def retype(self, name: str, layout: Layout) -> None:
        kind = self.draft.types[name]
        if kind.rank >= 3:
            self.draft.types[name] = kind.with_layout(layout)

    def visit(self, op: Op) -> None:
        if isinstance(op.operator, Transpose):
            self._choose_view(op)
            self.draft.ops.append(op)
            return
        if isinstance(op.operator, Reduce) and not op.operator.keepdims and self._is_wanted_turned(op):
            self._as(op.reads[0], Layout.CHANNELS_LAST)
            for part in self._in_two_steps(op, op.operator):
                self.visit(part)
            return
        layout = self.wishes.get(op.name) or self._layout_for(op)
        if layout is Layout.CHANNELS_LAST and isinstance(op.operator, Binary | Where):
            op = self._widened(op)
        inputs = tuple(None if name is None else self._as(name, layout) for name in op.inputs)
        for name in op.outputs:
            self.retype(name, layout)
        self.draft.ops.append(replace(op, inputs=inputs))

    def _is_wanted_turned(self, op: Op) -> bool:
        wish = self.wishes.get(op.name)
        return self._is_turned(op) if wish is None else wish is Layout.CHANNELS_LAST

    def _is_turned(self, op: Op) -> bool:
        """True if the op reads a value that lies channels-last, and not also in declared order."""
        kinds = [self.draft.types[name] for name in op.reads if name not in self.draft.constants]
        return any(kind.layout is Layout.CHANNELS_LAST and not _is_linear(kind) for kind in kinds)

    def _in_two_steps(self, op: Op, operator: Reduce) -> tuple[Op, Op]:
        """A reduction that keeps its axes, so that it can follow the layout, and a reshape that drops them."""
        kind, result = self.draft.types[op.reads[0]], op.outputs[0]
        kept = replace(operator, keepdims=True)
        whole = self.draft.fresh(f"{result}.keepdims")
        self.draft.types[whole] = self.draft.types[result].with_shape(kept.out_shape(kind.shape))
        drop = Op(self.draft.fresh_op("reshape"), Reshape(self.draft.types[result].shape), (whole,), op.outputs)
        return replace(op, operator=kept, outputs=(whole,)), drop

    def _widened(self, op: Op) -> Op:
        """The op with its constants of lower rank, such as [C, 1, 1], as [1, C, 1, 1]."""
        rank = max(self.draft.types[name].rank for name in op.outputs)
        return replace(op, inputs=tuple(name and self._of_rank(name, rank) for name in op.inputs))

    def _of_rank(self, name: str, rank: int) -> str:
        kind = self.draft.types[name]
        if name not in self.draft.constants or kind.rank == rank or kind.elements == 1:
            return name
        shape = (1,) * (rank - kind.rank) + kind.shape
        return self.draft.add_constant(name, self.draft.constants[name].array.reshape(shape), kind.with_shape(shape))

    def _choose_view(self, op: Op) -> None:
        """A transpose reads any order. Its output lies so that no element moves, if one of the layouts does that."""
        assert isinstance(op.operator, Transpose)
        source, result = self.draft.types[op.reads[0]], self.draft.types[op.outputs[0]]
        if op.name in self.wishes:
            self.draft.types[op.outputs[0]] = result.with_layout(self.wishes[op.name])
            return
        for layout in (Layout.LINEAR, Layout.CHANNELS_LAST):
            target = result.with_layout(layout)
            if result.rank >= 3 and is_view(source, target, op.operator.perm):
                self.draft.types[op.outputs[0]] = target
                return

    def _layout_for(self, op: Op) -> Layout:
        if op.operator.wants_channels_last:
            return Layout.CHANNELS_LAST
        if not self._is_turned(op):
            return Layout.LINEAR
        if isinstance(op.operator, Reshape):
            kinds = self.draft.types[op.reads[0]], self.draft.types[op.outputs[0]]
            return Layout.CHANNELS_LAST if keeps_channels(*kinds) else Layout.LINEAR
        follows = op.operator.follows_layout and ranks_agree(op, self.draft.types, self.draft.constants)
        return Layout.CHANNELS_LAST if follows else Layout.LINEAR

    def _as(self, name: str, layout: Layout) -> str:
        """The value in this layout: itself, a constant stored anew, or behind a relayout op."""
        kind = self.draft.types[name]
        if kind.rank < 3 or kind.layout is layout:
            return name
        if (name, layout) not in self.converted:
            self.converted[name, layout] = self._convert(name, kind.with_layout(layout))
        return self.converted[name, layout]

    def _convert(self, name: str, target: TensorType) -> str:
        if name in self.draft.constants:
            return self.draft.add_constant(name, self.draft.constants[name].array, target)
        fresh = self.draft.fresh(f"{name}.{target.layout.value}")
        self.draft.types[fresh] = target
        self.draft.ops.append(Op(self.draft.fresh_op("relayout"), Relayout(target.layout), (name,), (fresh,)))
        return fresh

    def finish(self) -> None:
        """Outputs of the model lie as it declares them; the value behind a relayout gives its name to it. States lie
        like the inputs that they become.
        """
        states = {place: name for name, place in self.draft.states}
        for index, name in enumerate(self.draft.outputs):
            kind = self.draft.types[name]
            if index in states:
                self.draft.outputs[index] = self._as(name, self.draft.types[states[index]].layout)
                continue
            if kind.layout is Layout.LINEAR or name in self.draft.inputs:
                continue
            inner = self.draft.fresh(f"{name}.{kind.layout.value}")
            self._rename(name, inner)
            self.draft.types[name] = kind.with_layout(Layout.LINEAR)
            self.draft.outputs[index] = name
            self.draft.ops.append(Op(self.draft.fresh_op("relayout"), Relayout(Layout.LINEAR), (inner,), (name,)))

    def _rename(self, old: str, new: str) -> None:
        self.draft.types[new] = self.draft.types[old]
        self.draft.replace_uses(old, new)
        self.draft.ops = [
            replace(op, outputs=tuple(new if name == old else name for name in op.outputs)) for op in self.draft.ops
        ]


def is_view(source: TensorType, result: TensorType, perm: tuple[int, ...]) -> bool:
    """True if a transpose moves no element."""
    mine = [axis for axis in source.order if source.shape[axis] != 1]
    return mine == [perm[axis] for axis in result.order if result.shape[axis] != 1]


def _is_linear(kind: TensorType) -> bool:
    return kind.same_memory(kind.with_layout(Layout.LINEAR))


def keeps_channels(before: TensorType, after: TensorType) -> bool:
    """True if a reshape moves no element from channels-last to channels-last: [N, C, H, W] and [N, C, H * W]."""
    return before.rank >= 3 and after.rank >= 3 and before.shape[:2] == after.shape[:2]


def ranks_agree(op: Op, types: Mapping[str, TensorType], constants: Container[str]) -> bool:
    """True if all tensors have the same rank, single numbers and constants that can be widened apart."""
    kinds = {name: types[name] for name in (*op.reads, *op.outputs)}
    rank = max(kind.rank for kind in kinds.values())
    wide = isinstance(op.operator, Binary | Where)
    return all(
        kind.rank == rank
        or kind.elements == 1
        or (wide and name in constants and (kind.quant is None or kind.quant.is_per_tensor))
        for name, kind in kinds.items()
    )
