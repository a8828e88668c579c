"""Weights lie in flash as the recipe says, whatever the compiler would choose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import ClassVar

import numpy as np

from tinyc.coding.codebook import MAX_BITS, Codebook
from tinyc.coding.nm import ratio_of
from tinyc.errors import RecipeError
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import DENSE, Array, DType, Encoding
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.passes.base import Pass, PassContext, pass_

_ASKED_FOR = ("chosen", 1)
"""Parameter of dense weights that nobody shall encode later."""


class Storage(Enum):
    """How weights lie in flash."""

    DENSE = "dense"
    BLOCK_SPARSE = "block_sparse"
    SPARSE = "sparse"
    NM = "nm"
    CODEBOOK = "codebook"
    COMPACT = "compact"
    HUFFMAN = "huffman"
    RUNS = "runs"


@pass_("encode")
@dataclass(frozen=True, slots=True)
class Encode(Pass):
    """Store int8 weights in this encoding, where the compiler would choose another for the goal, or none.

    What: `to` is dense: as they are; block_sparse: blocks of four output channels x two or four inputs that are not all
    zero, in lists, the others cost no cycles either; sparse: the same of single weights; nm: n of every m neighbouring
    inputs and their places, for m = 4 or 8 and n at most half of it; codebook: an index of up to six bits for each;
    huffman: words of a Huffman code; runs: the same with words for runs of zeros; compact: as they are, bias and
    multiplier in few bits. Without this pass each layer gets what serves `--optimize` best: balanced takes what is
    faster and smaller, flash what is smallest, time what is fastest.
    When it is exact: always, the integers are what they were.
    Example: `encode(to=block_sparse) on conv*`, `encode(to=dense) on dense_0`.
    Cost: none to compile. A layer that no kernel of the board can read so is an error.
    """

    selective: ClassVar[bool] = True
    requires: ClassVar[frozenset[str]] = frozenset({"quantized"})

    to: Storage = Storage.BLOCK_SPARSE

    def run(self, graph: Graph, context: PassContext) -> Graph:
        chosen = [op for op in graph.ops if context.selects(op) and _has_weights(graph, op)]
        names = dict.fromkeys(op.reads[1] for op in chosen)
        types = {name: replace(graph.types[name], encoding=self._encoding(graph, name)) for name in names}
        changed = {name: kind for name, kind in types.items() if kind != graph.types[name]}
        if not changed:
            return graph
        context.remarks.append(f"weights of {len(changed)} layers as {self.to.value}")
        draft = graph.draft()
        draft.types |= changed
        return draft.freeze()

    def _encoding(self, graph: Graph, name: str) -> Encoding:
        if self.to is Storage.DENSE:
            return Encoding(DENSE.name, (_ASKED_FOR,))
        weights = graph.constants[name].array
        if self.to is Storage.CODEBOOK and not Codebook.fits(weights):
            different = len(np.unique(weights))
            raise RecipeError(
                f'encode(to=codebook): "{name}" has {different} different values, a codebook at most {1 << MAX_BITS}',
                hint=f"share_weights(bits={MAX_BITS}) before it, or to=huffman",
            )
        rows = np.moveaxis(weights, 1, -1).reshape(len(weights), -1)
        if self.to is Storage.NM and ratio_of(rows) is None:
            raise RecipeError(
                f'encode(to=nm): of 8 neighbouring inputs of "{name}" more than 4 have weights that are not zero',
                hint="prune(structure=2:4) before it, or to=sparse",
            )
        stored = _bytes(self.to, rows)
        return Encoding(self.to.value, () if stored is None else (("bytes", stored),))


def _has_weights(graph: Graph, op: Op) -> bool:
    if not isinstance(op.operator, Conv2d | Dense):
        return False
    kind = graph.types[op.reads[1]]
    return op.reads[1] in graph.constants and kind.dtype is DType.S8 and kind.quant is not None


def _bytes(storage: Storage, rows: Array) -> int | None:
    """What they take, for the notes; None: as many as the weights, or known later."""
    if storage is Storage.SPARSE:
        return int(2 * np.count_nonzero(rows) + 2 * len(rows))
    if storage is Storage.CODEBOOK:
        return -(-Codebook.made_for(rows).bits * rows.size // 8)
    if storage is Storage.NM and (ratio := ratio_of(rows)) is not None:
        return len(rows) * ratio.units(rows.shape[1]) * ratio.unit_bytes
    return None
