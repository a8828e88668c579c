"""A chain of layers in the place of one, and what forms of chain have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import ClassVar

import numpy as np

from tinyc.calibration.moments import damped
from tinyc.ir.types import Array

RIDGE = 1e-9
"""Share of the mean diagonal that keeps the fit of the last layer solvable where parts of the chain are alike."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Weights [M, C, kernel...] of a layer, and second moments [K, K] of its inputs: one where no data is asked."""

    weights: Array
    gram: Array = field(repr=False)

    @property
    def rows(self) -> Array:
        return self.weights.reshape(len(self.weights), -1)

    def error(self, rows: Array) -> float:
        """Share of the squared outputs that other weights [M, K] leave out."""
        return self._power(rows - self.rows) / max(self._power(self.rows), 1e-300)

    def _power(self, rows: Array) -> float:
        return float(((rows @ self.gram) * rows).sum())

    def gram_of(self, axes: Sequence[int]) -> Array:
        """Second moments of inputs along some axes of [C, kernel...], summed over the others: [n, n]."""
        shape = self.weights.shape[1:]
        rank, other = len(shape), [axis for axis in range(len(shape)) if axis not in axes]
        left, right = list(range(rank)), [axis + rank if axis in axes else axis for axis in range(rank)]
        out = [left[axis] for axis in axes] + [right[axis] for axis in axes]
        size = prod(shape[axis] for axis in axes)
        assert len(other) + len(axes) == rank
        summed = np.einsum(self.gram.reshape(*shape, *shape), left + right, out)
        return np.asarray(damped(summed.reshape(1, size, size), RIDGE)[0])


@dataclass(frozen=True, slots=True)
class Link:
    """One layer of a chain: weights [out, in/groups, taps...] that span some of the spatial axes."""

    weights: Array
    axes: tuple[int, ...] = ()
    groups: int = 1


@dataclass(frozen=True, slots=True)
class Chain:
    """Layers in the place of one, what their product is as weights [M, K] of the one, and its rank or ranks.

    `maps` [R, K]: what reaches the places of the last layer, so that `rows` are the last layer's weights times `maps`.
    """

    links: tuple[Link, ...]
    rows: Array
    maps: Array
    rank: tuple[int, ...]

    @property
    def elements(self) -> int:
        return sum(link.weights.size for link in self.links)


class Way(ABC):
    """A form of chain for one layer. `path`: its ranks from the smallest to the full one."""

    name: ClassVar[str]

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.spatial = tuple(range(wanted.weights.ndim - 2))
        self.path = self.ranks()

    @staticmethod
    @abstractmethod
    def takes(shape: tuple[int, ...]) -> bool:
        """Whether weights of this shape have such a chain."""

    @abstractmethod
    def ranks(self) -> list[tuple[int, ...]]:
        """Ranks in the order of their elements."""

    @abstractmethod
    def elements(self, rank: tuple[int, ...]) -> int:
        """Weights of the chain of this rank."""

    @abstractmethod
    def make(self, rank: tuple[int, ...]) -> Chain:
        """The chain of a rank of the path."""

    def of(self, rank: int) -> tuple[int, ...]:
        """The rank or ranks that one number stands for, no larger than the full ones."""
        return tuple(min(rank, full) for full in self.path[-1])

    def _closed(self, links: Sequence[Link], maps: Array, last: tuple[int, ...], rank: tuple[int, ...]) -> Chain:
        """The chain of these links and a last one of shape `last`, which is fitted to what `maps` [R, K] gives it."""
        gram = maps @ self.wanted.gram @ maps.T
        solvable = damped(gram[None], RIDGE)[0] if np.linalg.cond(gram) > 1 / RIDGE else gram
        matrix = np.linalg.solve(solvable, maps @ self.wanted.gram @ self.wanted.rows.T).T
        axes = tuple(axis for axis, taps in enumerate(last[2:]) if taps > 1)
        return Chain((*links, Link(matrix.reshape(last), axes)), matrix @ maps, maps, rank)
