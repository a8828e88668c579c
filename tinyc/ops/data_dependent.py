"""Operators whose output shape depends on data: resolved where the data is constant, refused where it is not, because
C without memory allocation cannot have such tensors.
"""

from __future__ import annotations

import numpy as np

from tinyc.errors import GraphError, UnsupportedOp
from tinyc.ops.gather import Gather
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.reshape import Reshape

_WAYS_OUT = {
    "NonZero": "compute a mask of fixed shape (Cast, Where) and multiply by it",
    "Compress": "Where with the condition keeps the shape; Gather with constant indices keeps a fixed choice",
    "Unique": "TopK or ArgMax give a fixed number of results",
    "NonMaxSuppression": "cut the model before it and suppress boxes in the application; TopK of the scores works",
}


@from_onnx("Unique", "NonMaxSuppression")
def data_dependent(node: Node, b: Builder) -> None:
    raise _refusal(node)


@from_onnx("NonZero")
def non_zero(node: Node, b: Builder) -> None:
    """Places of the elements that are not zero, [rank, count], of a constant."""
    blob = b.draft.constants.get(b.value(0))
    if blob is None:
        raise _refusal(node)
    places = np.array(np.nonzero(blob.array), np.int64)
    if places.size == 0:
        raise GraphError("the constant holds no element that is not zero")
    b.alias(b.add_constant(node.outputs[0], places))


@from_onnx("Compress")
def compress(node: Node, b: Builder) -> None:
    """The slices of an axis, or the elements of the flat tensor, that a constant condition keeps."""
    x, condition = b.value(0), b.draft.constants.get(b.value(1))
    if condition is None:
        raise _refusal(node)
    kept = np.flatnonzero(condition.array).astype(np.int64)
    flat = "axis" not in node.attributes
    shape = b.type_of(x).shape
    axis = 0 if flat else node.int("axis") % len(shape)
    length = b.type_of(x).elements if flat else shape[axis]
    if kept.size == 0 or kept[-1] >= length:
        raise GraphError(f"the condition keeps {kept.size} of {length} elements")
    source = b.emit(Reshape((length,)), x) if flat else x
    b.result(Gather(axis), source, b.add_constant(f"{node.outputs[0]}.kept", kept))


def _refusal(node: Node) -> UnsupportedOp:
    return UnsupportedOp(
        "the shape of its output depends on run-time data, but every tensor must have a fixed shape",
        hint=f"{node.op_type}: {_WAYS_OUT[node.op_type]}",
    )
