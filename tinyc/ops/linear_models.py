"""Scaling, linear regression and linear classification as scikit-learn's exporter writes them, in ai.onnx.ml."""

from __future__ import annotations

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ir.types import Array, DType
from tinyc.ops.binary import Mul, Sub
from tinyc.ops.cast import Cast
from tinyc.ops.dense import Dense
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.ml_scores import ML, features, give, label, opposite, transformed


@from_onnx("Scaler", domain=ML)
def scaler(node: Node, b: Builder) -> None:
    """(x - offset) scale, with one number for each feature or one for all; the result is float32."""
    x = b.value(0)
    if not b.type_of(x).dtype.is_float:
        x = b.emit(Cast(DType.F32), x)
    offset, scale = _numbers(node, "offset"), _numbers(node, "scale")
    width = b.type_of(x).shape[-1]
    if {offset.size, scale.size} - {1, width}:
        raise UnsupportedOp(f"{offset.size} offsets and {scale.size} scales for {width} features")
    shifted = b.emit(Sub(), x, b.add_constant(f"{node.outputs[0]}.offset", offset))
    b.result(Mul(), shifted, b.add_constant(f"{node.outputs[0]}.scale", scale))


@from_onnx("LinearRegressor", domain=ML)
def linear_regressor(node: Node, b: Builder) -> None:
    scores = _scores(node, b, node.int("targets", 1))
    give(node, b, transformed(node, b, scores), 0)


@from_onnx("LinearClassifier", domain=ML)
def linear_classifier(node: Node, b: Builder) -> None:
    """One row of coefficients gives one score s, whose sign decides between two classes: [1 - t(s), t(s)] with t the
    post_transform if that is LOGISTIC, else nothing. That is what ONNX Runtime does.
    """
    count = _numbers(node, "intercepts").size or _numbers(node, "coefficients").size // b.type_of(b.value(0)).shape[-1]
    scores = _scores(node, b, count)
    if count > 1:
        label(node, b, scores)
        give(node, b, transformed(node, b, scores))
        return
    label(node, b, opposite(b, scores, 0.0))
    if node.string("post_transform", "NONE") == "LOGISTIC":
        scores = transformed(node, b, scores)
    give(node, b, opposite(b, scores, 1.0))


def _scores(node: Node, b: Builder, count: int) -> str:
    """coefficients [count, features] times x, plus intercepts."""
    x = features(b)
    weights, bias = _numbers(node, "coefficients"), _numbers(node, "intercepts")
    width = b.type_of(x).shape[1]
    if weights.size != count * width or bias.size not in (0, count):
        raise UnsupportedOp(f"{weights.size} coefficients and {bias.size} intercepts for {count} x {width}")
    stem = node.outputs[-1]
    matrix = b.add_constant(f"{stem}.coefficients", weights.reshape(count, width))
    intercepts = b.add_constant(f"{stem}.intercepts", bias) if bias.size else None
    return b.emit(Dense(), x, matrix, intercepts)


def _numbers(node: Node, name: str) -> Array:
    return np.array(node.attributes.get(name, ()), np.float32).reshape(-1)
