"""Let the op before an activation clamp its own result."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import DType, TensorType
from tinyc.ops.bounding import Clip, Relu
from tinyc.ops.clamp import clamp_integers
from tinyc.passes.base import Pass, PassContext, pass_


@pass_("fuse_activation")
@dataclass(frozen=True, slots=True)
class FuseActivation(Pass):
    """Fuse Relu and Clip into the op that computes their input.

    What: an op with a `clamp` field whose only reader is a relu or clip takes over its bounds and its result. Several
    activations in a row end as one clamp.
    When it is exact: always. In quantised graphs the activation must keep scale and zero point and agree with the clamp
    on each of the 256 integers; if it does not, it stays.
    Example: `conv2d, relu` becomes `conv2d(clamp=[0.0, inf])`.
    Cost: linear in the ops.
    """

    selective = True

    def run(self, graph: Graph, context: PassContext) -> Graph:
        consumers = graph.consumers()
        fused: dict[str, Op] = {}
        dropped: set[str] = set()
        for op in graph.ops:
            while context.selects(op) and (activation := _only_activation(graph, op, consumers)) is not None:
                op = _with_clamp(op, activation)
                fused[op.name] = op
                dropped.add(activation.name)
        if not dropped:
            return graph
        context.remarks.append(f"{len(dropped)} activations became clamps")
        draft = graph.draft()
        draft.ops = [fused.get(op.name, op) for op in graph.ops if op.name not in dropped]
        return draft.freeze()


def _only_activation(graph: Graph, op: Op, consumers: dict[str, list[Op]]) -> Op | None:
    if not hasattr(op.operator, "clamp") or len(op.outputs) != 1 or op.outputs[0] in graph.outputs:
        return None
    readers = consumers[op.outputs[0]]
    if len(readers) != 1 or not isinstance(readers[0].operator, Relu | Clip):
        return None
    before, after = graph.types[op.outputs[0]], graph.types[readers[0].outputs[0]]
    floats = before.dtype.is_float and after.dtype.is_float
    return readers[0] if floats or (before == after and _only_clamps(readers[0], after)) else None


def _only_clamps(activation: Op, kind: TensorType) -> bool:
    """True if the activation maps each integer as the saturation of a fused clamp does; on int16 it always does."""
    if kind.quant is None or kind.dtype is not DType.S8:
        return kind.quant is not None and kind.dtype is DType.S16
    assert isinstance(activation.operator, Relu | Clip)
    low, high = kind.dtype.bounds
    clamped = np.clip(np.arange(low, high + 1), *clamp_integers(kind, bounds(activation)))
    return np.array_equal(activation.operator.table(kind, kind), clamped)


def _with_clamp(op: Op, activation: Op) -> Op:
    low, high = bounds(activation)
    have = getattr(op.operator, "clamp", None) or (-math.inf, math.inf)
    clamp = (min(max(have[0], low), high), min(max(have[1], low), high))
    operator = replace(op.operator, clamp=clamp)  # type: ignore[type-var]
    return replace(op, operator=operator, outputs=activation.outputs)


def bounds(activation: Op) -> tuple[float, float]:
    """Smallest and largest value that a relu or clip lets through."""
    if isinstance(activation.operator, Clip):
        return activation.operator.low, activation.operator.high
    return 0.0, math.inf
