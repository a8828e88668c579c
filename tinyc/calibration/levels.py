"""The few integers that stand for many: one-dimensional k-means, solved exactly.

In one dimension clusters are intervals, so dynamic programming over the sorted values finds the best ones: Bellman, "A
note on cluster analysis and dynamic programming", 1973; Wang and Song, "Ckmeans.1d.dp", 2011.
"""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array


def best_levels(values: Array, weights: Array, count: int, with_zero: bool = False) -> Array:
    """At most `count` sorted integers, int64, of least weighted squared distance from integer values to the nearest.

    values, weights: of one shape, weights at least 0. `with_zero`: 0 is one of the integers.
    """
    points, masses = _summed(values, weights)
    if with_zero and 0 not in points:
        place = int(np.searchsorted(points, 0))
        points, masses = np.insert(points, place, 0), np.insert(masses, place, 0.0)
    if len(points) <= count:
        return points
    free, centres = _segments(points, masses)
    fixed = _distances_to_zero(points, masses) if with_zero else np.full_like(free, np.inf)
    return np.unique(_chosen(free, centres, fixed, count, with_zero))


def nearest_level(values: Array, levels: Array) -> Array:
    """For each value [...] the nearest of its levels [..., L]."""
    places = np.abs(values[..., None] - levels).argmin(axis=-1)
    return np.asarray(np.take_along_axis(levels, places[..., None], axis=-1)[..., 0])


def _summed(values: Array, weights: Array) -> tuple[Array, Array]:
    """Sorted distinct values, int64, that weigh something, and the sum of their weights; largest sum 1."""
    points, places = np.unique(values.reshape(-1), return_inverse=True)
    masses = np.bincount(places.reshape(-1), weights.reshape(-1).astype(np.float64), len(points))
    heavy = masses > 0 if masses.any() else np.ones(len(points), bool)
    return points[heavy].astype(np.int64), masses[heavy] / max(masses.max(initial=0.0), 1e-300)


def _segments(points: Array, masses: Array) -> tuple[Array, Array]:
    """For points i to j-1 the cost of one best integer, and that integer: [n + 1, n + 1]; infinite where empty."""
    sums = [_between(masses * points.astype(np.float64) ** power) for power in range(3)]
    filled = np.triu(np.ones(sums[0].shape, bool), 1)
    centres = np.where(filled, np.rint(sums[1] / np.where(filled & (sums[0] > 0), sums[0], 1.0)), 0.0)
    costs = sums[2] - 2 * centres * sums[1] + centres**2 * sums[0]
    return np.where(filled, np.maximum(costs, 0.0), np.inf), centres


def _distances_to_zero(points: Array, masses: Array) -> Array:
    costs = _between(masses * points.astype(np.float64) ** 2)
    return np.where(np.triu(np.ones(costs.shape, bool)), costs, np.inf)


def _between(terms: Array) -> Array:
    sums = np.concatenate([[0.0], np.cumsum(terms)])
    return np.asarray(sums[None, :] - sums[:, None])


def _chosen(free: Array, centres: Array, fixed: Array, count: int, with_zero: bool) -> list[int]:
    """Levels of the cheapest split into `count` intervals, of which one has level 0 if that is asked for.

    `costs[used, j]`: of the first j points; `used` says whether the level 0 has been taken.
    """
    size = len(free)
    costs = np.full((2, size), np.inf)
    costs[0, 0] = 0.0
    steps: list[tuple[Array, Array]] = []
    for _ in range(count):
        ways = np.stack([costs[0, :, None] + free, costs[1, :, None] + free, costs[0, :, None] + fixed])
        starts, least = ways.argmin(axis=1), ways.min(axis=1)
        through_zero = least[2] < least[1]
        steps.append((starts, through_zero))
        costs = np.stack([least[0], np.where(through_zero, least[2], least[1])])
    levels, used, stop = [], int(with_zero), size - 1
    for starts, through_zero in reversed(steps):
        is_zero = bool(used and through_zero[stop])
        start = int(starts[2 if is_zero else used, stop])
        levels.append(0 if is_zero else int(centres[start, stop]))
        used, stop = used - is_zero, start
    return levels
