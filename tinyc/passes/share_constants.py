"""Store equal constants once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tinyc.ir.blobs import Blob
from tinyc.ir.graph import Graph
from tinyc.ir.types import TensorType
from tinyc.passes.base import Pass, PassContext, pass_


@pass_("share_constants")
@dataclass(frozen=True, slots=True)
class ShareConstants(Pass):
    """Let ops that read equal constants read one of them.

    What: of the constants with the same type and the same bits the first is kept; scale, layout and storage belong to
    the type.
    When it is exact: always.
    Example: two layers with tied weights, which the exporter wrote twice.
    Cost: one hash over all constants.
    """

    def run(self, graph: Graph, context: PassContext) -> Graph:
        first: dict[tuple[TensorType, Blob], str] = {}
        twins: dict[str, str] = {}
        for name, blob in graph.constants.items():
            keeper = first.setdefault((graph.types[name], blob), name)
            if keeper != name:
                twins[name] = keeper
        draft = graph.draft()
        draft.ops = [replace(op, inputs=tuple(twins.get(name or "", name) for name in op.inputs)) for op in graph.ops]
        if draft.ops == list(graph.ops):
            return graph
        result = draft.freeze()
        context.remarks.append(f"{len(graph.constants) - len(result.constants)} constants were copies of others")
        return result
