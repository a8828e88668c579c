"""Weights of a layer as a chain of smaller ones: singular values, separable filters, Tucker-2 and CP."""

from __future__ import annotations

from math import prod

import numpy as np

from tinyc.calibration.chain import Chain, Link, Way
from tinyc.calibration.tensor_factors import cp, tucker2
from tinyc.ir.types import Array

EXACT = 1e-10
"""Share of the squared weights that counts as rounding."""


class Svd(Way):
    """Few channels with the layer's kernel, then a 1x1 layer. Dense layers and any convolution."""

    name = "svd"

    @staticmethod
    def takes(shape: tuple[int, ...]) -> bool:
        return len(shape) >= 2

    def ranks(self) -> list[tuple[int, ...]]:
        self.basis = _basis(self.wanted.rows, self.wanted.gram)
        return [(rank,) for rank in range(1, min(self.wanted.rows.shape) + 1)]

    def elements(self, rank: tuple[int, ...]) -> int:
        return int(rank[0] * sum(self.wanted.rows.shape))

    def make(self, rank: tuple[int, ...]) -> Chain:
        maps, shape = self.basis[: rank[0]], self.wanted.weights.shape
        first = Link(maps.reshape(-1, *shape[1:]), self.spatial)
        return self._closed([first], maps, (shape[0], len(maps), *(1 for _ in self.spatial)), (len(maps),))


class Spatial(Way):
    """A column of taps, then a row of taps: Jaderberg et al., "Speeding up Convolutional Neural Networks with Low Rank
    Expansions", 2014. The moments of columns are used for the split, those of windows for the rows of taps.
    """

    name = "spatial"

    @staticmethod
    def takes(shape: tuple[int, ...]) -> bool:
        return len(shape) == 4 and min(shape[2:]) > 1

    def ranks(self) -> list[tuple[int, ...]]:
        m, c, height, width = self.wanted.weights.shape
        matrix = self.wanted.weights.transpose(0, 3, 1, 2).reshape(m * width, c * height)
        self.basis = _basis(matrix, self.wanted.gram_of((0, 1)))
        return [(rank,) for rank in range(1, min(matrix.shape) + 1)]

    def elements(self, rank: tuple[int, ...]) -> int:
        m, c, height, width = self.wanted.weights.shape
        return int(rank[0] * (m * width + c * height))

    def make(self, rank: tuple[int, ...]) -> Chain:
        m, c, height, width = self.wanted.weights.shape
        columns = self.basis[: rank[0]].reshape(-1, c, height)
        maps = np.einsum("rch,vw->rvchw", columns, np.eye(width)).reshape(-1, c * height * width)
        first = Link(columns[..., None], (0,))
        return self._closed([first], maps, (m, len(columns), 1, width), (len(columns),))


class Tucker(Way):
    """1x1 to few channels, the kernel between few channels, 1x1 to all: Kim et al., "Compression of Deep Convolutional
    Neural Networks for Fast and Low Power Mobile Applications", 2016. Ranks: of the input, of the output.
    """

    name = "tucker"

    @staticmethod
    def takes(shape: tuple[int, ...]) -> bool:
        return len(shape) >= 3 and max(shape[2:]) > 1

    def ranks(self) -> list[tuple[int, ...]]:
        m, c = self.wanted.weights.shape[:2]
        self.root = np.linalg.cholesky(self.wanted.gram_of((0,)))
        self.tensor = _along_inputs(self.wanted.weights, self.root)
        most = (min(c, self.tensor.size // c), min(m, self.tensor.size // m))
        bases = [np.linalg.svd(_unfolded(self.tensor, axis), full_matrices=False)[0] for axis in (0, 1)]
        core = np.tensordot(bases[0].T, self.tensor, 1)
        power = (_unfolded(core, 1).T @ bases[1]).reshape(core.shape[0], -1, bases[1].shape[1])
        kept = np.cumsum(np.cumsum((power**2).sum(axis=1), axis=0), axis=1)  # [outputs, inputs]
        taps = self.tensor.size // (m * c)
        pairs = [
            (i, o) for o in range(1, most[1] + 1) for i in range(1, most[0] + 1) if i <= o * taps and o <= i * taps
        ]
        found: list[tuple[int, ...]] = []
        best = -1.0
        for inputs, outputs in sorted(pairs, key=self.elements):
            if kept[outputs - 1, inputs - 1] > best:
                best = kept[outputs - 1, inputs - 1]
                found.append((inputs, outputs))
        return [*(pair for pair in found if pair != most), most]

    def elements(self, rank: tuple[int, ...]) -> int:
        m, c, *kernel = self.wanted.weights.shape
        return int(rank[0] * c + rank[0] * rank[1] * prod(kernel) + rank[1] * m)

    def make(self, rank: tuple[int, ...]) -> Chain:
        core, _, inputs = tucker2(self.tensor, (rank[1], rank[0]))
        points = np.linalg.solve(self.root.T, inputs).T  # [inputs, C]
        core = _of_length_one(_unfolded(core, 0).T).T.reshape(core.shape)
        maps = np.einsum("oik,ic->ock", core.reshape(rank[1], rank[0], -1), points).reshape(rank[1], -1)
        links = [Link(_pointwise(points, len(self.spatial))), Link(core, self.spatial)]
        return self._closed(links, maps, (len(self.wanted.weights), rank[1], *(1 for _ in self.spatial)), rank)


class Cp(Way):
    """1x1, a depthwise column of taps, a depthwise row of taps, 1x1: Lebedev et al., "Speeding-up Convolutional Neural
    Networks Using Fine-tuned CP-Decomposition", 2015.
    """

    name = "cp"

    @staticmethod
    def takes(shape: tuple[int, ...]) -> bool:
        return len(shape) >= 3 and max(shape[2:]) > 1

    def ranks(self) -> list[tuple[int, ...]]:
        self.root = np.linalg.cholesky(self.wanted.gram_of((0,)))
        self.tensor = _along_inputs(self.wanted.weights, self.root)
        most = self.wanted.weights.size // sum(self.wanted.weights.shape)
        return [(rank,) for rank in range(1, max(most, 1) + 1)]

    def elements(self, rank: tuple[int, ...]) -> int:
        m, c, *kernel = self.wanted.weights.shape
        return int(rank[0] * (m + c + sum(taps for taps in kernel if taps > 1)))

    def make(self, rank: tuple[int, ...]) -> Chain:
        _, inputs, *taps = (_of_length_one(factor) for factor in cp(self.tensor, rank[0]))
        maps = points = np.linalg.solve(self.root.T, inputs).T  # [R, C]
        links = [Link(_pointwise(points, len(self.spatial)))]
        for axis, factor in enumerate(taps):
            maps = (maps[:, :, None] * factor.T[:, None, :]).reshape(rank[0], -1)
            if len(factor) > 1:
                shape = tuple(len(factor) if other == axis else 1 for other in self.spatial)
                links.append(Link(factor.T.reshape(rank[0], 1, *shape), (axis,), rank[0]))
            else:
                links[0] = Link(links[0].weights * factor.T.reshape(rank[0], *[1] * (links[0].weights.ndim - 1)))
        maps = maps.reshape(rank[0], -1)
        return self._closed(links, maps, (len(self.wanted.weights), rank[0], *(1 for _ in self.spatial)), rank)


WAYS: tuple[type[Way], ...] = (Svd, Spatial, Tucker, Cp)


def least(way: Way, error: float, below: int) -> Chain | None:
    """The chain of the smallest rank, along the path, that leaves out at most this share of the squared outputs; None
    if none of fewer than `below` weights does.
    """
    path = [rank for rank in way.path if way.elements(rank) < below]
    low, high, found = 0, len(path) - 1, None
    while low <= high:
        middle = (low + high) // 2
        chain = way.make(path[middle])
        if way.wanted.error(chain.rows) <= max(error, EXACT):
            found, high = chain, middle - 1
        else:
            low = middle + 1
    return found


def most(way: Way, elements: float) -> Chain | None:
    """The chain of the largest rank, along the path, with at most so many weights; None if the smallest has more."""
    path = [rank for rank in way.path if way.elements(rank) <= elements]
    return way.make(path[-1]) if path else None


def _basis(matrix: Array, gram: Array) -> Array:
    """Maps [R, n] for a matrix [m, n] whose inputs have these moments: the outputs of the first r of them hold most of
    what a matrix of rank r can, all are of one size, and the largest entry of each is positive. As many as singular
    values are above rounding.
    """
    root = np.linalg.cholesky(gram)
    _, values, right = np.linalg.svd(matrix @ root, full_matrices=False)
    count = max(1, int((values > 1e-12 * max(float(values[0]), 1e-300)).sum()))
    maps = np.linalg.solve(root.T, right[:count].T).T
    largest = np.take_along_axis(maps, np.abs(maps).argmax(axis=1)[:, None], axis=1)
    return np.asarray(np.where(largest < 0, -maps, maps))


def _along_inputs(weights: Array, root: Array) -> Array:
    """Weights [M, C, ...] for inputs of which `root` [C, C] has been taken out."""
    return np.asarray(np.moveaxis(np.tensordot(weights, root, (1, 0)), -1, 1))


def _unfolded(tensor: Array, axis: int) -> Array:
    return np.asarray(np.moveaxis(tensor, axis, 0).reshape(tensor.shape[axis], -1))


def _pointwise(matrix: Array, rank: int) -> Array:
    return matrix.reshape(*matrix.shape, *(1 for _ in range(rank)))


def _of_length_one(factor: Array) -> Array:
    length = np.sqrt((factor**2).sum(axis=0))
    return np.asarray(factor / np.where(length > 0, length, 1.0))
