"""Batch normalisation at inference: a product and a sum per channel."""

from __future__ import annotations

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ops.binary import Add, Mul
from tinyc.ops.importing import Builder, Node, from_onnx


@from_onnx("BatchNormalization")
def batch_normalization(node: Node, b: Builder) -> None:
    """y = x * m + c with m = scale / sqrt(var + epsilon), c = bias - mean * m, in float64 and rounded once."""
    if node.int("training_mode") or any(node.outputs[1:]):
        raise UnsupportedOp("training_mode is on", hint="export the model in evaluation mode")
    names = ("scale", "bias", "mean", "variance")
    scale, bias, mean, variance = (b.constant(i, name).astype(np.float64) for i, name in enumerate(names, start=1))
    rank = b.type_of(b.value(0)).rank
    shape = (1, -1, *([1] * (rank - 2))) if rank > 1 else (-1,)
    factor = scale / np.sqrt(variance + node.float("epsilon", 1e-5))
    offset = bias - mean * factor
    name = node.outputs[0]
    scaled = b.emit(Mul(), b.value(0), b.add_constant(f"{name}.factor", factor.reshape(shape).astype(np.float32)))
    added = b.add_constant(f"{name}.offset", offset.reshape(shape).astype(np.float32))
    b.alias(b.emit(Add(), scaled, added, stem=name))
