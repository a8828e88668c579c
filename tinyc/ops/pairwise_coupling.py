"""Class probabilities from those of all pairs of classes, as libsvm computes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, TensorType

ROUNDS = 100
PRECISION = 0.005
"""The iteration ends when no equation is off by PRECISION / classes."""


@dataclass(frozen=True, slots=True)
class PairwiseCoupling(Operator):
    """y[n, c] = probability of class c, from x[n, pair] = probability of i where it is i or j: (0, 1), (0, 2), ...

    float32; x [N, classes (classes - 1) / 2], y [N, classes]. Second method of Wu, Lin and Weng, "Probability estimates
    for multi-class classification by pairwise coupling", 2004.
    """

    kind: ClassVar[str] = "pairwise_coupling"

    classes: int

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        x = inputs[0]
        assert x is not None
        if x.rank != 2 or not x.dtype.is_float or 2 * x.shape[1] != self.classes * (self.classes - 1):
            raise GraphError(f"pairwise_coupling: {x} for {self.classes} classes")
        return (x.with_shape((x.shape[0], self.classes)),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        return (np.stack([self._couple(row.astype(np.float64)) for row in x]).astype(np.float32),)

    def _couple(self, pairs: Array) -> Array:
        count = self.classes
        r = np.zeros((count, count))
        r[np.triu_indices(count, 1)] = pairs
        r.T[np.triu_indices(count, 1)] = 1.0 - pairs
        q = -r.T * r
        np.fill_diagonal(q, (r * r).sum(axis=0))
        p = np.full(count, 1.0 / count)
        for _ in range(ROUNDS):
            qp = q @ p
            pqp = p @ qp
            if np.abs(qp - pqp).max() < PRECISION / count:
                break
            for i in range(count):
                diff = (pqp - qp[i]) / q[i, i]
                p[i] += diff
                pqp = (pqp + diff * (diff * q[i, i] + 2.0 * qp[i])) / (1.0 + diff) ** 2
                qp, p = (qp + diff * q[i]) / (1.0 + diff), p / (1.0 + diff)
        return p
