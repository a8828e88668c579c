"""Compute indices in int32 where that is proven to hold them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from tinyc.ir.blobs import Blob
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import DType
from tinyc.ops.argmax import ArgExtreme
from tinyc.ops.binary import Add, Binary, Extreme, Mul, Sub
from tinyc.ops.cast import Cast
from tinyc.ops.concat import Concat
from tinyc.ops.copy import Copy
from tinyc.ops.expand import Expand
from tinyc.ops.flat_index import FlatIndex
from tinyc.ops.gather import Gather
from tinyc.ops.reshape import Reshape
from tinyc.ops.slice import Slice
from tinyc.ops.transpose import Transpose
from tinyc.ops.where import Where
from tinyc.passes.base import Pass, PassContext, pass_

Range: TypeAlias = tuple[int, int]

_MOVES = (Concat, Copy, Expand, Reshape, Slice, Transpose)
"""Operators whose result holds elements of their operands alone, in their operands' format."""
_ALIKE = (*_MOVES, Binary, Where)
"""Operators that take and give int64 or int32 alike, if all their operands are of the one format."""


@pass_("narrow_indices")
@dataclass(frozen=True, slots=True)
class NarrowIndices(Pass):
    """Turn int64 values inside the graph into int32, where no value they can take needs more.

    What: ONNX knows int64 indices only. From constants, from the lengths of axes that an arg-max or arg-min counts, and
    from the operands of sums, products, choices and movements the pass knows which values are possible. Those that
    int32 holds become int32, together with all that meets them in one op.
    When it is exact: always. Inputs and outputs of the model keep the format that it declares.
    Example: `argmax, gather` picks the row of a table by an int32; a table of indices takes half the flash.
    Cost: linear in the ops, times the number of groups that cannot be narrowed.
    """

    def run(self, graph: Graph, context: PassContext) -> Graph:
        narrow = _agreed(graph, _bounded(graph))
        if not narrow:
            return graph
        draft = graph.draft()
        for name in narrow:
            draft.types[name] = replace(draft.types[name], dtype=DType.S32)
            if name in draft.constants:
                draft.constants[name] = Blob(draft.constants[name].array.astype(np.int32))
        draft.ops = [_narrowed(op) if narrow.issuperset(op.outputs) else op for op in graph.ops]
        context.remarks.append(f"{len(narrow)} values of int64 became int32")
        return draft.freeze()


def _narrowed(op: Op) -> Op:
    """The op with its result in int32."""
    if isinstance(op.operator, ArgExtreme):
        return replace(op, operator=replace(op.operator, index=DType.S32))
    return replace(op, operator=Cast(DType.S32)) if isinstance(op.operator, Cast) else op


def _bounded(graph: Graph) -> set[str]:
    """int64 values that int32 holds, whatever the inputs are."""
    ranges: dict[str, Range] = {}
    for name, blob in graph.constants.items():
        if blob.array.dtype.kind in "iub" and blob.array.size and graph.types[name].quant is None:
            ranges[name] = int(blob.array.min()), int(blob.array.max())
    for op in graph.ops:
        found = _range_of(graph, op, ranges)
        if found is not None:
            ranges[op.outputs[0]] = found
    low, high = DType.S32.bounds
    fixed = {*graph.inputs, *graph.outputs}
    held = {name for name, (least, most) in ranges.items() if low <= least and most <= high}
    return {name for name in held - fixed if graph.types[name].dtype is DType.S64}


def _range_of(graph: Graph, op: Op, ranges: dict[str, Range]) -> Range | None:
    """The least and greatest element of the op's result; None where that is not known."""
    operator = op.operator
    if isinstance(operator, ArgExtreme):
        return 0, graph.types[op.reads[0]].shape[operator.axis] - 1
    values = op.reads[1:] if isinstance(operator, Where) else op.reads[:1] if isinstance(operator, Gather) else op.reads
    known = [_known(graph, name, ranges) for name in values]
    operands = [item for item in known if item is not None]
    if not operands or len(operands) < len(known) or graph.types[op.outputs[0]].dtype is not DType.S64:
        return None
    if isinstance(operator, (*_MOVES, Where, Gather, Cast, Extreme)):
        return min(low for low, _ in operands), max(high for _, high in operands)
    meaning = next((rule for cls, rule in _CORNERS.items() if isinstance(operator, cls)), None)
    if meaning is None or len(operands) != 2:
        return None
    corners = [meaning(a, b) for a in operands[0] for b in operands[1]]
    return min(corners), max(corners)


_CORNERS: dict[type, Callable[[int, int], int]] = {
    Add: lambda a, b: a + b,
    Sub: lambda a, b: a - b,
    Mul: lambda a, b: a * b,
}


def _known(graph: Graph, name: str, ranges: dict[str, Range]) -> Range | None:
    """What has been found out about a value; else what its format can hold, if that is narrower than int64."""
    kind = graph.types[name]
    if name in ranges or kind.dtype.is_float or kind.quant is not None or kind.dtype is DType.S64:
        return ranges.get(name)
    return (0, 1) if kind.dtype is DType.BOOL else kind.dtype.bounds


def _agreed(graph: Graph, narrow: set[str]) -> set[str]:
    """Those values whose makers can give, and whose readers can all take int32."""
    before = -1
    while len(narrow) != before:
        before = len(narrow)
        for op in graph.ops:
            group = _group(graph, op)
            if not group <= narrow:
                narrow = narrow - group
    return narrow


def _group(graph: Graph, op: Op) -> set[str]:
    """int64 values of an op that are narrowed together or not at all; one that cannot be is there as ""."""
    wide = {name for name in (*op.reads, *op.outputs) if graph.types[name].dtype is DType.S64}
    if isinstance(op.operator, FlatIndex | Cast | ArgExtreme):
        return set()
    if isinstance(op.operator, Gather):
        return {name for name in (op.reads[0], *op.outputs) if name in wide}
    return wide if isinstance(op.operator, _ALIKE) else {*wide, ""}
