"""Nodes that hand on their input: Identity, and Dropout at inference."""

from __future__ import annotations

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ops.importing import Builder, Node, from_onnx


@from_onnx("Identity")
def identity(node: Node, b: Builder) -> None:
    b.alias(b.value(0))


@from_onnx("Dropout")
def dropout(node: Node, b: Builder) -> None:
    training = b.optional_constant(2, "training_mode")
    if training is not None and training.any() and _ratio(b) > 0.0:
        raise UnsupportedOp("training_mode is true", hint="export the model in evaluation mode")
    b.alias(b.value(0))
    if len(node.outputs) > 1 and node.outputs[1]:
        mask = np.ones(b.type_of(b.value(0)).shape, dtype=np.bool_)
        b.alias(b.add_constant(node.outputs[1], mask), output=1)


def _ratio(b: Builder) -> float:
    ratio = b.optional_constant(1, "ratio")
    return 0.5 if ratio is None else float(ratio.reshape(-1)[0])
