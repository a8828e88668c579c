"""Compute at compile time what depends on constants alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinyc.ir.blobs import Blob
from tinyc.ir.graph import Graph
from tinyc.passes.base import Pass, PassContext, pass_


@pass_("fold_constants")
@dataclass(frozen=True, slots=True)
class FoldConstants(Pass):
    """Replace ops whose inputs are all constants by their results.

    What: each such op is evaluated in numpy, and its outputs become constants.
    When it is exact: always; it is the same computation, done earlier.
    Example: weights behind a `dequantize` that a float op reads become float weights.
    Cost: one evaluation of each such op; the result may take more flash than what it is computed from.
    """

    def run(self, graph: Graph, context: PassContext) -> Graph:
        draft = graph.draft()
        kept = []
        for op in graph.ops:
            if not op.reads or any(name not in draft.constants for name in op.reads):
                kept.append(op)
                continue
            arrays = tuple(None if name is None else draft.constants[name].array for name in op.inputs)
            with np.errstate(all="ignore"):
                results = op.operator.evaluate(arrays, graph.in_types(op), graph.out_types(op))
            draft.constants.update((name, Blob(array)) for name, array in zip(op.outputs, results, strict=True))
        if len(kept) == len(graph.ops):
            return graph
        context.remarks.append(f"{len(graph.ops) - len(kept)} ops computed")
        draft.ops = kept
        return draft.freeze()
