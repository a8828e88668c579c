"""Support vector machines of ai.onnx.ml: kernel values, sums over pairs of classes, votes or probabilities."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ir.graph import Operator
from tinyc.ir.types import Array, DType
from tinyc.ops.binary import Add, Mul, Sub
from tinyc.ops.bounding import Clip
from tinyc.ops.cast import Cast
from tinyc.ops.dense import Dense
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.ml_scores import ML, features, give, label, opposite, transformed
from tinyc.ops.pairwise_coupling import PairwiseCoupling
from tinyc.ops.squared_distance import SquaredDistance

LEAST_PROBABILITY = 1e-7
"""libsvm keeps the probabilities of pairs this far from 0 and 1."""


@from_onnx("SVMRegressor", domain=ML)
def svm_regressor(node: Node, b: Builder) -> None:
    """sum of coefficients times kernel values + rho; its sign if one_class."""
    coefficients, rho = _numbers(node, "coefficients"), _numbers(node, "rho")
    count = node.int("n_supports")
    if count == 0:
        raise UnsupportedOp("it has no support vectors", hint="export a linear model as LinearRegressor")
    values = _kernel_values(node, b, count)
    score = _weighted(b, values, coefficients.reshape(1, count), rho[:1])
    if node.int("one_class"):
        zero = b.add_constant(f"{node.outputs[0]}.zero", np.array(0.0, np.float32))
        positive = b.emit(Cast(DType.F32), b.emit(Operator.registry["less"](), zero, score))
        two, one = (b.add_constant(f"{node.outputs[0]}.{n}", np.array(n, np.float32)) for n in (2, 1))
        b.result(Sub(), b.emit(Mul(), positive, two), one)
        return
    give(node, b, transformed(node, b, score), 0)


@from_onnx("SVMClassifier", domain=ML)
def svm_classifier(node: Node, b: Builder) -> None:
    """One against one. With prob_a the scores are probabilities and the greatest wins; without, each pair has one
    vote and the scores are the pairs' sums ([-s, s] for two classes).
    """
    supports = [int(n) for n in node.ints("vectors_per_class", ()) or ()]
    classes = len(supports)
    if classes < 2:
        raise UnsupportedOp("it has no support vectors by class", hint="export a linear model as LinearClassifier")
    values = _kernel_values(node, b, sum(supports))
    matrix = _pair_matrix(_numbers(node, "coefficients").reshape(classes - 1, -1), supports)
    sums = _weighted(b, values, matrix, _numbers(node, "rho"))
    if node.attributes.get("prob_a"):
        scores = _probabilities(node, b, sums, classes)
        label(node, b, scores)
        give(node, b, transformed(node, b, scores))
        return
    label(node, b, _votes(b, sums, classes))
    if classes > 2:
        give(node, b, transformed(node, b, sums))
    elif node.string("post_transform", "NONE") == "NONE":
        give(node, b, opposite(b, sums, 0.0))
    else:
        raise UnsupportedOp(
            "attribute post_transform is not supported for two classes without probabilities",
            hint="export with probability=True, or without post_transform",
        )


def _kernel_values(node: Node, b: Builder, count: int) -> str:
    """K(x, support vector) [samples, count]."""
    x, word = features(b), node.string("kernel_type", "LINEAR")
    width = b.type_of(x).shape[1]
    vectors = _numbers(node, "support_vectors")
    if vectors.size != count * width:
        raise UnsupportedOp(f"{vectors.size} numbers for {count} support vectors of {width} features")
    gamma, coef0, degree = (*_numbers(node, "kernel_params").tolist(), 0.0, 0.0, 0.0)[:3]
    table = b.add_constant(f"{node.outputs[-1]}.vectors", vectors.reshape(count, width))
    if word == "RBF":
        distance = b.emit(SquaredDistance(), x, table)
        return b.emit(Operator.registry["exp"](), b.emit(Mul(), distance, _scalar(b, "gamma", -gamma)))
    product = b.emit(Dense(), x, table, None)
    if word == "LINEAR":
        return product
    shifted = b.emit(Add(), b.emit(Mul(), product, _scalar(b, "gamma", gamma)), _scalar(b, "coef0", coef0))
    if word == "SIGMOID":
        return b.emit(Operator.registry["tanh"](), shifted)
    if word == "POLY":
        return b.emit(Operator.registry["pow"](), shifted, _scalar(b, "degree", degree))
    raise UnsupportedOp(f"kernel_type {word} is not one of LINEAR, POLY, RBF, SIGMOID")


def _pair_matrix(coefficients: Array, supports: list[int]) -> Array:
    """[pairs, vectors]: the coefficients of class i against j are in row j - 1, those of j in row i."""
    ends = np.cumsum([0, *supports])
    pairs = list(combinations(range(len(supports)), 2))
    matrix = np.zeros((len(pairs), int(ends[-1])), np.float32)
    for row, (i, j) in enumerate(pairs):
        matrix[row, ends[i] : ends[i + 1]] = coefficients[j - 1, ends[i] : ends[i + 1]]
        matrix[row, ends[j] : ends[j + 1]] = coefficients[i, ends[j] : ends[j + 1]]
    return matrix


def _votes(b: Builder, sums: str, classes: int) -> str:
    """Votes for each class: of a pair (i, j), i gets one where the sum is positive, else j."""
    pairs = list(combinations(range(classes), 2))
    weights, bias = np.zeros((classes, len(pairs)), np.float32), np.zeros(classes, np.float32)
    for column, (i, j) in enumerate(pairs):
        weights[i, column], weights[j, column] = 1.0, -1.0
        bias[j] += 1.0
    won = b.emit(Cast(DType.F32), b.emit(Operator.registry["less"](), _scalar(b, "zero", 0.0), sums))
    return _weighted(b, won, weights, bias, "votes")


def _probabilities(node: Node, b: Builder, sums: str, classes: int) -> str:
    """Of each class: 1 / (1 + e^(a s + b)) for each pair, then coupled."""
    a, offset = (b.add_constant(f"{node.outputs[-1]}.{n}", _numbers(node, n)) for n in ("prob_a", "prob_b"))
    value = b.emit(Operator.registry["neg"](), b.emit(Add(), b.emit(Mul(), sums, a), offset))
    sigmoid = b.emit(Operator.registry["sigmoid"](), value)
    pairs = b.emit(Clip(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY), sigmoid)
    return b.emit(PairwiseCoupling(classes), pairs)


def _weighted(b: Builder, values: str, matrix: Array, bias: Array, what: str = "coefficients") -> str:
    assert b.node is not None
    stem = f"{b.node.outputs[-1]}.{what}"
    return b.emit(Dense(), values, b.add_constant(stem, matrix), b.add_constant(f"{stem}.bias", bias))


def _scalar(b: Builder, what: str, value: float) -> str:
    assert b.node is not None
    return b.add_constant(f"{b.node.outputs[-1]}.{what}", np.array(value, np.float32))


def _numbers(node: Node, name: str) -> Array:
    return np.array(node.attributes.get(name, ()), np.float32).reshape(-1)
