"""Weights of a layer in coordinates of which each moves its outputs alike, on data.

Inputs of a layer depend on each other, so slopes by its weights are a poor guide to the steps they need; in the
eigenvectors of the inputs' second moments, each over the root of its eigenvalue, they are a good one: Martens and
Grosse, "Optimizing Neural Networks with Kronecker-factored Approximate Curvature", 2015 (the inputs' factor).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tinyc.calibration.supported import held_zeros, supports
from tinyc.ir.types import Array

FAINT = 1e-3
"""Share of the mean eigenvalue that is added to each, so that no direction is moved far that data hardly tells of."""
MOST_SUPPORTS = 64
"""Rows with zeros in more different places than that share the coordinates of all columns."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows whose weights are free in the same columns: they are those at the start plus `v` times `basis`.

    `basis` [k, k]; a change of one `v` by `unit`, in all directions, changes outputs as much as they vary.
    """

    rows: Array
    columns: Array
    basis: Array
    unit: float


@dataclass(frozen=True, slots=True)
class Layer:
    """`rows` [M, K + 1]: weights and, last, the bias of each output, as they were; `free` where they may move."""

    weights: str
    bias: str | None
    shape: tuple[int, ...]
    rows: Array
    free: Array
    parts: tuple[Part, ...]

    def starts(self) -> dict[str, Array]:
        return {f"{self.weights}:{i}": np.zeros((len(p.rows), len(p.columns)), np.float32) for i, p in self._numbered()}

    def units(self) -> dict[str, float]:
        return {f"{self.weights}:{i}": part.unit for i, part in self._numbered()}

    def constants(self, moved: Mapping[str, Array]) -> dict[str, Array]:
        """Weights and bias, float32."""
        rows = self.rows.copy()
        for i, part in self._numbered():
            change = moved[f"{self.weights}:{i}"] @ part.basis
            rows[np.ix_(part.rows, part.columns)] += change
        rows = np.where(self.free, rows, self.rows)
        found = {self.weights: np.ascontiguousarray(rows[:, :-1]).reshape(self.shape)}
        return found if self.bias is None else found | {self.bias: np.ascontiguousarray(rows[:, -1])}

    def slopes(self, by_constants: Mapping[str, Array]) -> dict[str, Array]:
        """By the coordinates."""
        by_rows = np.zeros(self.rows.shape, np.float32)
        by_rows[:, :-1] = by_constants[self.weights].reshape(len(self.rows), -1)
        if self.bias is not None:
            by_rows[:, -1] = by_constants[self.bias]
        by_rows = by_rows * self.free
        return {
            f"{self.weights}:{i}": by_rows[np.ix_(part.rows, part.columns)] @ part.basis.T
            for i, part in self._numbered()
        }

    def _numbered(self) -> list[tuple[int, Part]]:
        return list(enumerate(self.parts))


def whitened(names: tuple[str, str | None], weights: Array, bias: Array | None, grams: Array) -> Layer:
    """A layer [M, ...] in its coordinates; grams [groups, K + 1, K + 1]: means of products of inputs, the last 1."""
    plain = weights.reshape(len(weights), -1)
    zeros = held_zeros(plain)
    free = np.ones((len(plain), plain.shape[1] + 1), bool)
    free[:, :-1] = True if zeros is None else ~zeros
    free[:, -1] = bias is not None
    rows = np.zeros(free.shape, np.float32)
    rows[:, :-1], rows[:, -1] = plain, 0.0 if bias is None else bias
    parts = []
    for group, own in enumerate(np.split(np.arange(len(rows)), len(grams))):
        found = supports(free[own])
        if len(found) > MOST_SUPPORTS:
            found = [(np.arange(len(own)), np.flatnonzero(free[own].any(axis=0)))]
        parts += [_part(rows, own[places], columns, grams[group]) for places, columns in found]
    return Layer(*names, weights.shape, rows, free, tuple(parts))


def _part(rows: Array, own: Array, columns: Array, gram: Array) -> Part:
    values, vectors = np.linalg.eigh(gram[np.ix_(columns, columns)])
    values = np.maximum(values, 0.0)
    basis = (vectors / np.sqrt(values + FAINT * max(float(values.mean()), 1e-20))).T
    outputs = rows[own].astype(np.float64)
    power = float(((outputs @ gram) * outputs).sum()) / len(own)
    return Part(own, columns, basis.astype(np.float32), float(np.sqrt(power / len(columns))))
