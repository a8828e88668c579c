"""Decision trees and their ensembles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, TensorType


class Aggregate(Enum):
    """What the leaves that trees reach give together."""

    SUM = "sum"
    AVERAGE = "average"
    MIN = "min"
    MAX = "max"


class Test(Enum):
    """What a node asks of its feature; LEAF asks nothing. The value is the number in the array `mode`."""

    LEAF = 0
    LEQ = 1
    LT = 2
    GTE = 3
    GT = 4
    EQ = 5
    NEQ = 6


NAN_IS_TRUE = 8
"""Added to a node's mode: NaN goes where true goes. Without it NaN goes as the comparison says."""

_COMPARE = {
    Test.LEQ: np.less_equal,
    Test.LT: np.less,
    Test.GTE: np.greater_equal,
    Test.GT: np.greater,
    Test.EQ: np.equal,
    Test.NEQ: np.not_equal,
}


@dataclass(frozen=True, slots=True)
class TreeEnsemble(Operator):
    """y[n, t] = base[t] + aggregate over trees of the leaf's weights for target t; ONNX TreeEnsemble*. float32.

    x [N, F]; y [N, targets]. Nodes of all trees in one row, each before its children: an inner node's true child is the
    next node, its false child is node `other`. A leaf has `feature` weights, the first at place `other`.

        feature int16 [nodes]   threshold float32 [nodes]   mode uint8 [nodes]   other int32 [nodes]
        roots int32 [trees]     target int16 [weights]      weight float32 [weights]   base float32 [targets]

    Targets that no reached leaf names have base alone. The sum runs in float32 in the order of trees and weights.
    """

    kind: ClassVar[str] = "tree_ensemble"
    slots: ClassVar[tuple[str, ...]] = (
        "x", "feature", "threshold", "mode", "other", "roots", "target", "weight", "base",
    )  # fmt: skip

    how: Aggregate = Aggregate.SUM

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x, base = inputs[0], inputs[8]
        assert x is not None and base is not None
        if x.rank != 2 or not x.dtype.is_float:
            raise GraphError(f"tree_ensemble: takes float32 [samples, features], not {x}")
        return (TensorType(DType.F32, (x.shape[0], base.elements)),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x, feature, threshold, mode, other, roots, target, weight, base = (a for a in inputs if a is not None)
        y = np.full(out_types[0].shape, self.start, np.float32)
        for root in roots:
            place = np.full(len(x), root, np.int64)
            while (mode[place] & 7).any():
                true = _answers(x[np.arange(len(x)), np.maximum(feature[place], 0) % x.shape[1]], threshold[place],
                                mode[place])  # fmt: skip
                place = np.where(mode[place] & 7 == 0, place, np.where(true, place + 1, other[place]))
            for row, leaf in enumerate(place):
                for index in range(other[leaf], other[leaf] + feature[leaf]):
                    y[row, target[index]] = self.join(y[row, target[index]], weight[index])
        if self.how is Aggregate.AVERAGE:
            y = y / np.float32(len(roots))
        return (np.where(np.isinf(y) & (y == np.float32(self.start)), np.float32(0), y) + base,)

    @property
    def start(self) -> float:
        """What a target has before the first leaf."""
        return {Aggregate.MIN: np.inf, Aggregate.MAX: -np.inf}.get(self.how, 0.0)

    def join(self, first: Array, second: Array) -> Array:
        if self.how is Aggregate.MIN:
            return np.minimum(first, second)
        return np.maximum(first, second) if self.how is Aggregate.MAX else np.add(first, second)


def _answers(x: Array, threshold: Array, mode: Array) -> Array:
    results = np.isnan(x) & (mode >= NAN_IS_TRUE)
    for test, compare in _COMPARE.items():
        results |= (mode & 7 == test.value) & compare(x, threshold)
    return results
