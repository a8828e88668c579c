"""Let a convolution or dense layer add the constant that follows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

import numpy as np

from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import Array
from tinyc.ops.binary import Add
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.passes.base import Pass, PassContext, pass_


@pass_("fuse_bias")
@dataclass(frozen=True, slots=True)
class FuseBias(Pass):
    """Turn a constant per channel, added to the float result of conv2d or dense, into its bias.

    What: an `add` of a float constant with one value per output channel, or one for all, that alone reads the result of
    a layer without activation, disappears; a constant bias that the layer has already is added to it.
    When it is exact: up to the order of float32 additions. Quantised layers are left alone.
    Example: `dense(x, w) -> add [1,10]` becomes `dense(x, w, b)`. Cost: linear in the ops.
    """

    def run(self, graph: Graph, context: PassContext) -> Graph:
        draft = graph.draft()
        consumers = graph.consumers()
        for op in graph.ops:
            while _takes_bias(draft, op) and len(consumers[op.outputs[0]]) == 1 and op.outputs[0] not in graph.outputs:
                reader = consumers[op.outputs[0]][0]
                bias = _bias(draft, op, reader)
                if bias is None:
                    break
                op = _fuse(draft, op, reader, bias)
        return graph if len(draft.ops) == len(graph.ops) else draft.freeze()


def _takes_bias(draft: Draft, op: Op) -> bool:
    """A float layer without activation whose bias is missing or constant."""
    if not isinstance(op.operator, Conv2d | Dense) or op.operator.clamp is not None:
        return False
    bias = op.inputs[2] if len(op.inputs) > 2 else None
    return draft.types[op.outputs[0]].dtype.is_float and (bias is None or bias in draft.constants)


def _bias(draft: Draft, op: Op, reader: Op) -> Array | None:
    """The bias that the layer gets from the add that reads it, one value per channel; None if it cannot take it."""
    result = op.outputs[0]
    addends = [name for name in reader.reads if name != result]
    if not isinstance(reader.operator, Add) or len(addends) != 1 or addends[0] not in draft.constants:
        return None
    kind = draft.types[result]
    axis = 1 if isinstance(op.operator, Conv2d) else kind.rank - 1
    array = draft.constants[addends[0]].array
    shape = (1,) * (kind.rank - array.ndim) + array.shape
    channels = kind.shape[axis]
    if len(shape) != kind.rank or shape[axis] not in (1, channels) or prod(shape) != shape[axis]:
        return None
    values = np.broadcast_to(array.reshape(-1), (channels,))
    known = draft.constants[op.inputs[2]].array if len(op.inputs) > 2 and op.inputs[2] is not None else np.float32(0)
    return (values + known).astype(np.float32)


def _fuse(draft: Draft, op: Op, reader: Op, bias: Array) -> Op:
    """The layer with its new bias, in place of itself and of the add."""
    kind = draft.types[op.inputs[1] or ""].with_shape(bias.shape)
    name = draft.add_constant(f"{reader.outputs[0]}.bias", bias, kind)
    assert isinstance(op.operator, Conv2d | Dense) and isinstance(reader.operator, Add)
    operator = replace(op.operator, clamp=reader.operator.clamp)
    fused = replace(op, operator=operator, inputs=(*op.inputs[:2], name), outputs=reader.outputs)
    draft.ops = [fused if item.name == op.name else item for item in draft.ops if item.name != reader.name]
    return fused
