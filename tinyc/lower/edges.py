"""Make every graph output the result of an op of its own, so that it has memory in the arena."""

from __future__ import annotations

from tinyc.ir.graph import Graph, Op
from tinyc.ops.copy import Copy


def separate_outputs(graph: Graph) -> Graph:
    """Outputs that are inputs, constants or listed twice become copies; the same graph if there are none."""
    computed = {name for op in graph.ops for name in op.outputs}
    draft = graph.draft()
    seen: set[str] = set()
    for index, name in enumerate(graph.outputs):
        if name in computed and name not in seen:
            seen.add(name)
            continue
        fresh = draft.fresh(f"{name}.copy")
        draft.types[fresh] = graph.types[name]
        draft.ops.append(Op(draft.fresh_op("copy_0"), Copy(), (name,), (fresh,)))
        draft.outputs[index] = fresh
    return graph if len(draft.ops) == len(graph.ops) else draft.freeze()
