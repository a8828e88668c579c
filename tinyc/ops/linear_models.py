"""Scaling as scikit-learn's exporter writes it: ai.onnx.ml Scaler."""

from __future__ import annotations

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ir.types import DType
from tinyc.ops.binary import Mul, Sub
from tinyc.ops.cast import Cast
from tinyc.ops.importing import Builder, Node, from_onnx


@from_onnx("Scaler", domain="ai.onnx.ml")
def scaler(node: Node, b: Builder) -> None:
    """(x - offset) scale, with one number for each feature or one for all; the result is float32."""
    x = b.value(0)
    if not b.type_of(x).dtype.is_float:
        x = b.emit(Cast(DType.F32), x)
    offset, scale = (np.array(node.attributes.get(name, ()), np.float32).reshape(-1) for name in ("offset", "scale"))
    features = b.type_of(x).shape[-1]
    if {offset.size, scale.size} - {1, features}:
        raise UnsupportedOp(f"{offset.size} offsets and {scale.size} scales for {features} features")
    shifted = b.emit(Sub(), x, b.add_constant(f"{node.outputs[0]}.offset", offset))
    b.result(Mul(), shifted, b.add_constant(f"{node.outputs[0]}.scale", scale))
