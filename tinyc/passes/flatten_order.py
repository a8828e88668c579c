"""Flatten images in the order in which they lie."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np

from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import Array, Layout, TensorType
from tinyc.ops.dense import Dense
from tinyc.ops.dynamic_dense import DynamicDense
from tinyc.ops.reshape import Reshape
from tinyc.ops.transpose import Transpose


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
