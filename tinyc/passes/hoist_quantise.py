"""Quantise steps move before reshapes and transposes, towards the op that computes the value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tinyc.ir.graph import Graph, Op
from tinyc.ops.quantize import Dequantize, Quantize
from tinyc.ops.reshape import Reshape
from tinyc.ops.transpose import Transpose


def hoist_quantise(graph: Graph) -> Graph:
    """Quantise before a reshape or transpose rather than after it, so that the op before can be folded."""
    changed = True
    while changed:
        changed = False
        producers, consumers = graph.producers(), graph.consumers()
        for step in graph.ops:
            mover = producers.get(step.reads[0]) if isinstance(step.operator, Quantize) else None
            if mover is not None and _can_swap(graph, mover, step, producers, consumers):
                graph, changed = _swap(graph, mover, step), True
                break
    return graph


def _can_swap(
    graph: Graph, mover: Op, step: Op, producers: Mapping[str, Op], consumers: Mapping[str, list[Op]]
) -> bool:
    quant = graph.types[step.outputs[0]].quant
    maker = producers.get(mover.reads[0])
    return (
        isinstance(mover.operator, Reshape | Transpose)
        and maker is not None
        and not isinstance(maker.operator, Dequantize)
        and quant is not None
        and quant.is_per_tensor
        and len(consumers[mover.outputs[0]]) == 1
        and len(consumers[mover.reads[0]]) == 1
        and not {mover.outputs[0], mover.reads[0]}.intersection(graph.outputs)
    )


def _swap(graph: Graph, mover: Op, step: Op) -> Graph:
    draft = graph.draft()
    source, result = mover.reads[0], step.outputs[0]
    early = draft.fresh(f"{source}.quantized")
    draft.types[early] = draft.types[source].with_quant(draft.types[result].dtype, draft.types[result].quant)
    swapped = {
        mover.name: replace(step, inputs=(source, *step.inputs[1:]), outputs=(early,)),
        step.name: replace(mover, inputs=(early,), outputs=(result,)),
    }
    draft.ops = [swapped.get(op.name, op) for op in draft.ops]
    return draft.freeze()
