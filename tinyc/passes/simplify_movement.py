"""Remove and merge ops that move elements without changing them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import TensorType
from tinyc.ops.concat import Concat
from tinyc.ops.expand import Expand
from tinyc.ops.pad import Pad
from tinyc.ops.reshape import Reshape
from tinyc.ops.slice import Slice
from tinyc.ops.transpose import Transpose
from tinyc.passes.base import Pass, PassContext, pass_
from tinyc.passes.drop_dead import live_ops


@pass_("simplify_movement")
@dataclass(frozen=True, slots=True)
class SimplifyMovement(Pass):
    """Remove reshape, transpose, slice, pad, expand and concat ops that do nothing, and merge neighbours.

    What: a transpose of a transpose becomes one, or none; a reshape of a reshape becomes one; an op whose result is its
    input goes, and its readers read the input.
    When it is exact: always; no element is computed.
    Example: exporters from channels-last frameworks put a transpose before and after each convolution.
    Cost: linear in the ops.
    """

    def run(self, graph: Graph, context: PassContext) -> Graph:
        walk = _Walk(graph)
        for op in graph.ops:
            walk.visit(op)
        ops = walk.finished()
        if ops == list(graph.ops):
            return graph
        draft = graph.draft()
        draft.ops = ops
        result = draft.freeze()
        context.remarks.append(f"{len(graph.ops) - len(result.ops)} ops fewer")
        return result


@dataclass(slots=True)
class _Walk:
    graph: Graph
    ops: list[Op] = field(default_factory=list)
    made: dict[str, Op] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)

    def visit(self, op: Op) -> None:
        op = self.merged(replace(op, inputs=tuple(self.same.get(name or "", name) for name in op.inputs)))
        if _does_nothing(op, tuple(self.graph.types[name] for name in op.reads)) and self.bypass(op):
            return
        self.ops.append(op)
        self.made.update((name, op) for name in op.outputs)

    def merged(self, op: Op) -> Op:
        """The op reading what the like op before it reads."""
        before = self.made.get(op.inputs[0] or "") if op.inputs else None
        if before is None:
            return op
        first, second = before.operator, op.operator
        if isinstance(first, Reshape) and isinstance(second, Reshape):
            return replace(op, inputs=before.inputs)
        if isinstance(first, Transpose) and isinstance(second, Transpose):
            perm = tuple(first.perm[axis] for axis in second.perm)
            return replace(op, operator=Transpose(perm), inputs=before.inputs)
        return op

    def bypass(self, op: Op) -> bool:
        """Let readers of the result read the input. An output of the graph gives its name to the input, if it can."""
        source, result = op.reads[0], op.outputs[0]
        if result not in self.graph.outputs:
            self.same[result] = source
            return True
        if source not in self.made or source in self.graph.outputs or source in self.renamed:
            return False
        self.renamed[source] = result
        return True

    def finished(self) -> list[Op]:
        """The ops under their final names, without those that merging left unread."""
        names = self.renamed
        ops = [
            replace(
                op,
                inputs=tuple(names.get(name or "", name) for name in op.inputs),
                outputs=tuple(names.get(name, name) for name in op.outputs),
            )
            for op in self.ops
        ]
        return live_ops(ops, self.graph.outputs)


def _does_nothing(op: Op, types: tuple[TensorType, ...]) -> bool:
    """True if the result is the first input, element for element."""
    operator = op.operator
    if isinstance(operator, Transpose):
        return operator.perm == tuple(range(len(operator.perm)))
    if isinstance(operator, Pad):
        return not any(operator.begin + operator.end)
    if isinstance(operator, Slice):
        return operator.lengths == types[0].shape and all(step == 1 for step in operator.steps)
    if isinstance(operator, Reshape | Expand):
        return operator.shape == types[0].shape
    return isinstance(operator, Concat) and len(types) == 1
