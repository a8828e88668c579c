"""Choose the order of axes in memory for every value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import prod

import numpy as np

from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import Array, Layout, TensorType
from tinyc.ops.binary import Binary
from tinyc.ops.dense import Dense
from tinyc.ops.dynamic_dense import DynamicDense
from tinyc.ops.reduce import Reduce
from tinyc.ops.relayout import Relayout
from tinyc.ops.reshape import Reshape
from tinyc.ops.transpose import Transpose
from tinyc.ops.where import Where
from tinyc.passes.base import Pass, PassContext, pass_


@pass_("assign_layout")
@dataclass(frozen=True, slots=True)
class AssignLayout(Pass):
    """Lay out images channels-last, where convolution and pooling want them.

    What: walks the ops once; spatial ops get channels-last inputs, elementwise ops follow their inputs, the others get
    the declared order; `relayout` ops convert between (views where an axis of length 1 makes both orders equal).
    A flattened image that only dense layers read is flattened in memory order, and the columns of their weights are
    permuted instead. A reduction that drops axes of an image keeps them first; a reshape drops them.
    When it is exact: always; no value changes. Example: `conv2d, relu, flatten, dense` on NCHW needs
    one relayout at the input and none behind. Cost: linear in the ops.

    A state lies channels-last where that moves fewer bytes.

    `channels_last_inputs`: the model's inputs of rank 3 and more are delivered channels-last, as cameras do.
    """

    channels_last_inputs: bool = False

    def run(self, graph: Graph, context: PassContext) -> Graph:
        graph = flatten_in_memory_order(graph)
        turned = frozenset(graph.fed if self.channels_last_inputs else ())
        result = _walked(graph, turned)
        for name, _ in graph.states:
            other = _walked(graph, turned | {name})
            if _moved_bytes(other) < _moved_bytes(result):
                turned, result = turned | {name}, other
        return graph if result == graph else result


def _walked(graph: Graph, turned: frozenset[str]) -> Graph:
    """The graph with a layout for every value; inputs in `turned` lie channels-last, and so do the outputs that these
    continue as states.
    """
    walk = _Walk(graph.draft())
    for name in graph.inputs:
        if name in turned:
            walk.retype(name, Layout.CHANNELS_LAST)
    walk.draft.ops = []
    for op in graph.ops:
        walk.visit(op)
    walk.finish()
    return walk.draft.freeze()


def _moved_bytes(graph: Graph) -> int:
    """Bytes that relayout ops copy."""
    steps = [(graph.types[op.reads[0]], graph.types[op.outputs[0]]) for op in graph.ops if op.kind == Relayout.kind]
    return sum(after.bytes for before, after in steps if not before.same_memory(after))


@dataclass(slots=True)
class _Walk:
    draft: Draft
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
        if self._is_turned(op) and isinstance(op.operator, Reduce) and not op.operator.keepdims:
            for part in self._in_two_steps(op, op.operator):
                self.visit(part)
            return
        layout = self._layout_for(op)
        if layout is Layout.CHANNELS_LAST and isinstance(op.operator, Binary | Where):
            op = self._widened(op)
        inputs = tuple(None if name is None else self._as(name, layout) for name in op.inputs)
        for name in op.outputs:
            self.retype(name, layout)
        self.draft.ops.append(replace(op, inputs=inputs))

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
        mine = [axis for axis in source.order if source.shape[axis] != 1]
        for layout in (Layout.LINEAR, Layout.CHANNELS_LAST):
            target = result.with_layout(layout)
            theirs = [op.operator.perm[axis] for axis in target.order if target.shape[axis] != 1]
            if mine == theirs and result.rank >= 3:
                self.draft.types[op.outputs[0]] = target
                return

    def _layout_for(self, op: Op) -> Layout:
        if op.operator.wants_channels_last:
            return Layout.CHANNELS_LAST
        if not self._is_turned(op):
            return Layout.LINEAR
        if isinstance(op.operator, Reshape):
            kinds = self.draft.types[op.reads[0]], self.draft.types[op.outputs[0]]
            return Layout.CHANNELS_LAST if _keeps_channels(*kinds) else Layout.LINEAR
        follows = op.operator.follows_layout and self._ranks_agree(op)
        return Layout.CHANNELS_LAST if follows else Layout.LINEAR

    def _ranks_agree(self, op: Op) -> bool:
        """True if all tensors have the same rank, single numbers and constants that can be widened apart."""
        types = {name: self.draft.types[name] for name in (*op.reads, *op.outputs)}
        rank = max(kind.rank for kind in types.values())
        wide = isinstance(op.operator, Binary | Where)
        return all(
            kind.rank == rank
            or kind.elements == 1
            or (wide and name in self.draft.constants and (kind.quant is None or kind.quant.is_per_tensor))
            for name, kind in types.items()
        )

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


def _is_linear(kind: TensorType) -> bool:
    return kind.same_memory(kind.with_layout(Layout.LINEAR))


def _keeps_channels(before: TensorType, after: TensorType) -> bool:
    """True if a reshape moves no element from channels-last to channels-last: [N, C, H, W] and [N, C, H * W]."""
    return before.rank >= 3 and after.rank >= 3 and before.shape[:2] == after.shape[:2]


def flatten_in_memory_order(graph: Graph) -> Graph:
    """Where [N, C, spatial...] is reshaped to [N, C * spatial] for dense layers alone, flatten in the order
    [spatial..., C] and permute the columns of the layers' weights.
    """
    consumers, producers = graph.consumers(), graph.producers()
    draft = graph.draft()
    for op in graph.ops:
        source = graph.types[op.reads[0]] if op.reads else None
        if not isinstance(op.operator, Reshape) or source is None or not _flattens_image(source, op.operator.shape):
            continue
        readers = consumers[op.outputs[0]]
        maker = producers.get(op.reads[0])
        spatial = maker is not None and _comes_channels_last(maker, producers)
        if spatial and readers and op.outputs[0] not in graph.outputs and all(_is_dense(graph, r) for r in readers):
            _permute(draft, op, source, readers)
    return graph if draft.ops == list(graph.ops) else draft.freeze()


def _flattens_image(source: TensorType, target: tuple[int, ...]) -> bool:
    image = source.rank >= 3 and source.shape[1] > 1 and prod(source.shape[2:]) > 1
    return image and target == (source.shape[0], prod(source.shape[1:]))


def _comes_channels_last(op: Op, producers: dict[str, Op]) -> bool:
    """True if the op, or the elementwise chain before it, ends in an op that writes channels-last."""
    while not op.operator.wants_channels_last:
        if not op.operator.follows_layout:
            return False
        before = [producers[name] for name in op.reads if name in producers]
        if not before:
            return False
        op = before[0]
    return True


def _is_dense(graph: Graph, op: Op) -> bool:
    """True for a dense layer whose columns may be permuted: groups of them with scales of their own may not."""
    weights = op.inputs[1] if isinstance(op.operator, Dense | DynamicDense) else None
    quant = None if weights is None else graph.types[weights].quant
    return weights in graph.constants and (quant is None or not quant.blocks)


def _permute(draft: Draft, op: Op, source: TensorType, readers: list[Op]) -> None:
    perm = Layout.CHANNELS_LAST.order(source.rank)
    moved = draft.fresh(f"{op.reads[0]}.transposed")
    draft.types[moved] = source.with_shape(tuple(source.shape[axis] for axis in perm))
    index = next(i for i, other in enumerate(draft.ops) if other.name == op.name)
    draft.ops[index] = replace(op, inputs=(moved,))
    draft.ops.insert(index, Op(draft.fresh_op("transpose"), Transpose(perm), (op.reads[0],), (moved,)))
    columns = np.transpose(np.arange(prod(source.shape[1:])).reshape(source.shape[1:]), [a - 1 for a in perm[1:]])
    for reader in readers:
        _permute_weights(draft, reader, columns.reshape(-1))


def _permute_weights(draft: Draft, reader: Op, columns: Array) -> None:
    name = reader.inputs[1]
    assert name is not None
    permuted = draft.constants[name].array[:, columns]
    fresh = draft.add_constant(f"{name}.permuted", permuted, draft.types[name])
    draft.ops = [
        replace(op, inputs=(op.inputs[0], fresh, *op.inputs[2:])) if op.name == reader.name else op for op in draft.ops
    ]
