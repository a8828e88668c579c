"""Weights lie in flash as words of a Huffman code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import ClassVar

from tinyc.coding.code import Code
from tinyc.coding.huffman import Huffman
from tinyc.coding.runs import Runs
from tinyc.coding.shared import shared_codes
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import DENSE, Array, DType, Encoding, TensorType
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.passes.base import Pass, PassContext, pass_

_CODED = ("codebook", "compact", "runs", "huffman")
"""Encodings that this one may replace."""
_RUNS = 0.98
"""Runs must take this part of the bytes or less: they are decoded more slowly."""
_BLOCK = 4
"""Output channels whose weights are coded one after another."""


class Scope(Enum):
    """What has a code of its own: a layer, or layers that are alike in the whole model."""

    LAYER = "layer"
    MODEL = "model"


@pass_("huffman")
@dataclass(frozen=True, slots=True)
class HuffmanPass(Pass):
    """Store int8 weights as words of a Huffman code; kernels decode a tile of output channels at a time.

    What: weights of conv2d and dense that are int8, as are the inputs, become words of 1 to 12 bits: frequent values
    are short, neighbours that are about as frequent share a prefix. Where most weights are zero, runs of zeros are
    words as well. `scope=layer`: each layer has the code that is best for it. `scope=model`: layers share codes where
    the table of another code costs more than it saves. A layer stays as it is where that takes fewer bytes. It needs a
    quantize before it: words stand for integers.
    When it is exact: always, the integers are what they were.
    Example: `prune(sparsity=60%)`, `quantize`, `share_weights(bits=4)`, `huffman where saves > 10%`.
    Cost: to compile, little. The decoder's code, about 3 KB once in a firmware, is not weighed against what is saved:
    a net with less to save is smaller without. On the chip, in each execution, the decoding of each weight, once or,
    where a layer's input is taken in strips to save memory, once for each strip; scratch of a tile and 512 bytes.
    """

    selective: ClassVar[bool] = True
    requires: ClassVar[frozenset[str]] = frozenset({"quantized"})

    scope: Scope = Scope.LAYER

    def run(self, graph: Graph, context: PassContext) -> Graph:
        chosen = _weights(graph, context)
        arrays = [_rows(graph, name) for name in chosen]
        found = dict(zip(chosen, self._encodings(arrays), strict=True))
        smaller = {name: kind for name, kind in _types(graph, found).items() if _saves(graph.types[name], kind)}
        if not smaller:
            context.remarks.append("no weights become smaller")
            return graph
        before = sum(graph.types[name].stored_bytes for name in smaller)
        after = sum(kind.stored_bytes for kind in smaller.values())
        context.remarks.append(f"weights of {len(smaller)} of {len(chosen)} layers: {before} bytes become {after}")
        draft = graph.draft()
        draft.types |= smaller
        return draft.freeze()

    def _encodings(self, arrays: Sequence[Array]) -> list[Encoding]:
        if self.scope is Scope.LAYER:
            return [_best(integers, Huffman.made_for(integers), {}) for integers in arrays]
        codes = shared_codes(arrays)
        first = {code: index for index, code in reversed(list(enumerate(codes)))}
        return [
            _best(integers, code, {"code": code.number}, table=first[code] == index)
            for index, (integers, code) in enumerate(zip(arrays, codes, strict=True))
        ]


def _best(integers: Array, code: Huffman, parameters: Mapping[str, int], *, table: bool = True) -> Encoding:
    """Huffman, or runs where they take fewer bytes. `table`: whether the layer brings the code's table."""
    blocks = [integers[first : first + _BLOCK] for first in range(0, len(integers), _BLOCK)]
    runs = _bytes(Runs.made_for(blocks), blocks, table=True)
    plain = _bytes(code, blocks, table=table)
    if runs < _RUNS * plain:
        return Encoding("runs", (("bytes", runs),))
    return Encoding("huffman", (*parameters.items(), ("bytes", plain)))


def _bytes(code: Code, blocks: Sequence[Array], *, table: bool) -> int:
    return -(-sum(map(code.bits_of, blocks)) // 8) + (code.table.size if table else 0)


def _weights(graph: Graph, context: PassContext) -> list[str]:
    """Constants that only layers which can read codes read, at least one of them selected; in order."""
    consumers = graph.consumers()
    named = dict.fromkeys(op.inputs[1] for op in graph.ops if context.selects(op) and _reads_codes(graph, op))
    return [name for name in named if name and all(_reads_codes(graph, op, name) for op in consumers[name])]


def _reads_codes(graph: Graph, op: Op, name: str | None = None) -> bool:
    """Whether the op's weights are int8 that a kernel can decode; with `name`, whether they are that constant."""
    if not isinstance(op.operator, Conv2d | Dense):
        return False
    x, w = graph.types[op.reads[0]], graph.types[op.reads[1]]
    encodings = (DENSE.name, *_CODED)
    is_int8 = x.dtype is DType.S8 and w.dtype is DType.S8 and x.quant is not None and w.quant is not None
    constant = op.reads[1] in graph.constants and op.reads.count(op.reads[1]) == 1
    return is_int8 and constant and w.encoding.name in encodings and name in (None, op.reads[1])


def _rows(graph: Graph, name: str) -> Array:
    """Weights of each output channel, in memory order."""
    kind = graph.types[name]
    return kind.to_memory(graph.constants[name].array).reshape(kind.shape[0], -1)


def _types(graph: Graph, encodings: Mapping[str, Encoding]) -> dict[str, TensorType]:
    return {name: replace(graph.types[name], encoding=encoding) for name, encoding in encodings.items()}


def _saves(before: TensorType, after: TensorType) -> bool:
    return after.stored_bytes < before.stored_bytes
