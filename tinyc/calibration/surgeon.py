"""Optimal brain surgery on a layer: which weights go at the least error of its outputs, and what the others become.

Hassibi and Stork, "Second Order Derivatives for Network Pruning: Optimal Brain Surgeon", 1993; row by row and in blocks
as Frantar and Alistarh, "Optimal Brain Compression", 2022.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from tinyc.calibration.pattern import Pattern, Tables
from tinyc.ir.types import Array

ROUND = 0.06
"""Share of the remaining units that goes at once; then the others make up for them, and costs are told anew."""


class Importance(Enum):
    """What a weight is worth: its magnitude, that times the deviation of its input, or what the outputs lose with it
    after the other weights have made up for it.
    """

    MAGNITUDE = "magnitude"
    ACTIVATION = "activation"
    HESSIAN = "hessian"


@dataclass(slots=True)
class Patient:
    """Rows of weights [M, S] over the columns that are left, ascending, with the inverse [S, S] of their inputs'
    moments.
    """

    weights: Array
    inverse: Array
    columns: Array

    def costs(self, tables: Tables) -> Array:
        """What each block adds to the squared error of the outputs if it goes alone; infinite if it has gone."""
        place = np.full(sum(blocks.size for _, blocks in tables), -1)
        place[self.columns] = np.arange(len(self.columns))
        found = np.full(sum(len(own) for own, _ in tables), np.inf)
        for own, blocks in tables:
            where = place[blocks]
            alive = where[:, 0] >= 0
            where = where[alive]
            parts = np.moveaxis(self.weights[:, where], 0, 2)  # [blocks, length, M]
            corner = self.inverse[where[:, :, None], where[:, None, :]]
            pushed = parts / corner if blocks.shape[1] == 1 else np.linalg.solve(corner, parts)
            found[own[alive]] = (parts * pushed).sum(axis=(1, 2))
        return found

    def remove(self, columns: Array) -> float:
        """Take columns out, let the others make up for them, and tell what that costs."""
        goes = np.zeros(int(self.columns[-1]) + 1, bool)
        goes[columns] = True
        goes = goes[self.columns]
        stays = ~goes
        between = self.inverse[np.ix_(goes, stays)]
        share = np.linalg.solve(self.inverse[np.ix_(goes, goes)], np.hstack([between, self.weights[:, goes].T]))
        passed, pushed = share[:, : between.shape[1]], share[:, between.shape[1] :]
        loss = float((self.weights[:, goes].T * pushed).sum())
        self.weights = self.weights[:, stays] - self.weights[:, goes] @ passed
        self.inverse = self.inverse[np.ix_(stays, stays)] - between.T @ passed
        self.columns = self.columns[stays]
        return loss


@dataclass(frozen=True, slots=True)
class Trace:
    """In which order the units of a layer go: for each row block [R, N] the blocks, -1 where no more may go, and what
    each adds to the squared error of the layer's outputs. Costs of one row block do not fall.
    """

    order: Array
    costs: Array


def surgery(wanted: Array, gram: Array, pattern: Pattern) -> Trace:
    """The order of weights [groups, M, K] whose best values are `wanted`; gram [groups, K, K] is positive definite."""
    traces, tables = [], pattern.tables()
    for weights, inverse in zip(wanted, np.linalg.inv(gram), strict=True):
        for first in range(0, len(weights), pattern.rows):
            patient = Patient(weights[first : first + pattern.rows], inverse, np.arange(len(inverse)))
            traces.append(_operated(patient, pattern, tables))
    return Trace(np.stack([order for order, _ in traces]), np.stack([costs for _, costs in traces]))


def _operated(patient: Patient, pattern: Pattern, tables: Tables) -> tuple[Array, Array]:
    """Take out all that may go: numbers of the blocks in order, and costs."""
    order, costs, lengths = np.full(len(pattern.blocks), -1), np.zeros(len(pattern.blocks)), pattern.lengths
    done = 0
    while done < len(order):
        own = patient.costs(tables)
        candidates = np.flatnonzero(pattern.may_go(own))
        if not candidates.size:
            break
        cheapest = candidates[np.argsort(own[candidates] / lengths[candidates], kind="stable")]
        going = cheapest[: max(1, round(ROUND * int(np.isfinite(own).sum())))]
        loss = patient.remove(np.concatenate([pattern.blocks[i] for i in going]))
        order[done : done + len(going)] = going
        costs[done : done + len(going)] = own[going] * (loss / max(float(own[going].sum()), 1e-300))
        done += len(going)
    return order, costs


def ranked(importance: Array, pattern: Pattern) -> Trace:
    """The order by a fixed importance of each weight [groups, M, K], from the least."""
    columns = np.stack([importance[:, :, block].sum(axis=2) for block in pattern.blocks], axis=2)
    starts = np.arange(0, columns.shape[1], pattern.rows)
    costs = np.add.reduceat(columns, starts, axis=1).reshape(-1, len(pattern.blocks))
    density = np.where(pattern.may_go(costs), costs / pattern.lengths, np.inf)
    order = np.argsort(density, axis=1, kind="stable")
    goes = np.isfinite(np.take_along_axis(density, order, 1))
    return Trace(np.where(goes, order, -1), np.where(goes, np.take_along_axis(costs, order, 1), 0.0))


@dataclass(frozen=True, slots=True)
class Line:
    """All units of a layer in one order, the cheapest weight first: their row blocks, blocks and weights, and the
    squared error that each adds.
    """

    rows: Array
    blocks: Array
    sizes: Array
    costs: Array

    def free(self, shape: tuple[int, ...], pattern: Pattern, count: int) -> Array:
        """Bool [groups, M, K]: False for the first units with `count` weights together, or one unit more."""
        units = min(int(np.searchsorted(np.cumsum(self.sizes), count)) + 1, len(self.sizes)) if count else 0
        found = np.ones(shape, bool)
        per_group = len(pattern.heights(shape[1]))
        for row, block in zip(self.rows[:units], self.blocks[:units], strict=True):
            group, place = divmod(int(row), per_group)
            rows = slice(place * pattern.rows, (place + 1) * pattern.rows)
            found[group, rows, pattern.blocks[block]] = False
        return found


def in_line(trace: Trace, pattern: Pattern, shape: tuple[int, ...]) -> Line:
    """Row blocks merged by what a weight costs; within one none overtakes the one before."""
    heights = np.tile(pattern.heights(shape[1]), shape[0])
    sizes = heights[:, None] * pattern.lengths[trace.order]
    density = np.maximum.accumulate(trace.costs / sizes, axis=1)
    rows = np.broadcast_to(np.arange(len(heights))[:, None], density.shape)
    goes = trace.order >= 0
    order = np.argsort(density[goes], kind="stable")
    return Line(rows[goes][order], trace.order[goes][order], sizes[goes][order], trace.costs[goes][order])
