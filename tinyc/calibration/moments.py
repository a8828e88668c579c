"""Second moments of the inputs of a weighted layer: what rounding errors of its weights cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from tinyc.calibration.supported import solved_within
from tinyc.ir.graph import Op
from tinyc.ir.types import Array
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense

DAMPING = 0.01
"""Share of the mean diagonal that is added to it, so that the matrix can be inverted and few samples do not mislead."""
CAUTION = 0.1
"""The same for the change of real weights that makes up for what the layers before have lost."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Of the inputs that a layer gets in the quantised graph, and in the float graph, about their means.

    `gram` [groups, K, K]: sum of x x^T over all positions, x being the quantised graph's; damped, so that it is
    positive definite. `cross` [groups, K, K]: sum of (f - x) x^T, f being the float graph's. `mean`, `shift`
    [groups, K]: means of x and of f - x. K counts the weights of one output channel, in the order of their axes.
    The squared error of the layer's outputs under a weight error E [M, K] is the trace of E gram E^T, apart from
    the mean error of each channel, which the bias takes up. `debt` [groups, M/groups, K], `debt_mean` [M]: sum of
    d x^T and mean of d, where the layer's outputs shall be d more than the float graph's.
    """

    gram: Array
    cross: Array
    mean: Array
    shift: Array
    debt: Array | None = None
    debt_mean: Array | None = None

    @property
    def moved(self) -> bool:
        """True if the inputs, or what is owed, differ from the float graph's."""
        return bool(self.cross.any() or self.shift.any() or (self.debt is not None and self.debt.any()))

    def grouped(self, rows: Array) -> Array:
        """Rows [M, K] as [groups, M/groups, K]."""
        return rows.reshape(len(self.gram), -1, rows.shape[1])

    def target(self, rows: Array, zeros: Array | None = None) -> Array:
        """Real weights [groups, M/groups, K] that give the float outputs, as near as may be, from quantised inputs.

        `zeros`, bool in the shape of the rows: weights that stay zero.
        """
        wanted, gram = rows @ self.cross + (0.0 if self.debt is None else self.debt), damped(self.gram, CAUTION)
        if zeros is None:
            return np.asarray(rows + np.swapaxes(np.linalg.solve(gram, np.swapaxes(wanted, 1, 2)), 1, 2))
        return np.asarray(rows + np.stack([solved_within(*group) for group in zip(gram, wanted, ~zeros, strict=True)]))

    def bias_change(self, rows: Array, rounded: Array) -> Array:
        """What the bias [M] takes up: mean output of the float weights [groups, M/groups, K] minus the rounded's."""
        change = (rows - rounded) @ self.mean[..., None] + rows @ self.shift[..., None]
        return np.asarray(change.reshape(-1) + (0.0 if self.debt_mean is None else self.debt_mean))

    def owing(self, op: Op, pairs: Iterable[tuple[Array, Array]]) -> Moments:
        """With a debt, from pairs (data input, d in the shape of the outputs)."""
        debt, total, count = np.zeros(()), np.zeros(()), 0
        for x, more in pairs:
            columns = input_columns(op, x) - self.mean[:, None, :]
            rows = _output_rows(op, more, len(columns))
            debt, total, count = debt + rows @ columns, total + rows.sum(axis=2), count + rows.shape[2]
        mean = total / count
        return replace(self, debt=np.asarray(debt), debt_mean=np.asarray(mean).reshape(-1))


def moments(op: Op, pairs: Iterable[tuple[Array, Array]]) -> Moments:
    """Of an op's data input, from pairs (float graph, quantised graph) of arrays."""
    total = Sums()
    for real, rounded in pairs:
        x = input_columns(op, rounded)
        total.add(x, None if real is rounded else input_columns(op, real))
    return total.moments()


class Sums:
    """Running sums over positions."""

    def __init__(self) -> None:
        zero = np.zeros(())
        self.gram, self.cross, self.mean, self.shift, self.count = zero, zero, zero, zero, 0

    def add(self, x: Array, real: Array | None) -> None:
        """Columns [groups, positions, K] of the quantised graph, and of the float graph where they differ."""
        self.gram = self.gram + np.swapaxes(x, 1, 2) @ x
        self.mean = self.mean + x.sum(axis=1)
        self.count += x.shape[1]
        change = np.zeros_like(x) if real is None else real - x
        self.cross = self.cross + np.swapaxes(change, 1, 2) @ x
        self.shift = self.shift + change.sum(axis=1)

    def moments(self) -> Moments:
        mean, shift = self.mean / self.count, self.shift / self.count
        gram = self.gram - self.count * mean[:, :, None] * mean[:, None, :]
        cross = self.cross - self.count * shift[:, :, None] * mean[:, None, :]
        return Moments(damped(gram, DAMPING), np.asarray(cross), np.asarray(mean), np.asarray(shift))


def damped(gram: Array, share: float) -> Array:
    """The matrices [groups, K, K] with more on their diagonals."""
    diagonal = np.diagonal(gram, axis1=1, axis2=2)
    floor = np.maximum(diagonal.mean(axis=1) * share, 1e-12)
    return np.asarray(gram + floor[:, None, None] * np.eye(gram.shape[1]))


def _output_rows(op: Op, y: Array, groups: int) -> Array:
    """Outputs as [groups, M/groups, positions]."""
    channels = np.moveaxis(y, y.ndim - 1 if isinstance(op.operator, Dense) else 1, 0)
    return channels.reshape(groups, len(channels) // groups, -1).astype(np.float64)


def input_columns(op: Op, x: Array) -> Array:
    """What each output position sees of the input, float64 [groups, positions, K]."""
    operator = op.operator
    if isinstance(operator, Dense):
        return x.reshape(1, -1, x.shape[-1]).astype(np.float64)
    assert isinstance(operator, Conv2d)
    windows = operator.window.view(x.astype(np.float64), 0.0)
    rank = len(operator.window.kernel)
    positions = x.shape[0] * prod(windows.shape[2 : 2 + rank])
    moved = np.moveaxis(windows, 1, 1 + rank)  # [N, out..., C, kernel...]
    grouped = moved.reshape(positions, operator.groups, -1)
    return np.ascontiguousarray(np.swapaxes(grouped, 0, 1))
