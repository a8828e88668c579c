"""Weights become the integers of codebooks so that the layer's outputs stay: GPTQ with levels that are not even.

Frantar et al., "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers", 2022, with the
levels of Choi et al., "Towards the Limit of Network Quantization", 2017: k-means weighted by the Hessian's diagonal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tinyc.calibration.gptq import BLOCK, Spread
from tinyc.calibration.levels import best_levels, nearest_level
from tinyc.calibration.rounding import SWEEPS, output_error, refitted
from tinyc.ir.types import Array

REFITS = 6
"""Rounds in which levels, scales and choices of levels are fitted to each other."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights [G, M, K] of a layer that are to share integers, and what their errors cost: gram [G, K, K].

    `unit` [G, M]: the codebook of each output channel. `count`: integers of a codebook, at most `largest` in magnitude.
    `zeros` [G, M, K]: weights that stay 0, or None; with them every codebook holds 0. `floor` [G, M, 1]: least scales;
    scales stay as they are unless `moves_scales`.
    """

    weights: Array
    gram: Array
    unit: Array
    count: int
    largest: int
    zeros: Array | None
    floor: Array
    moves_scales: bool = True

    def power(self) -> float:
        """Squares of the outputs, as `error` counts them."""
        return float(((self.weights @ self.gram) * self.weights).sum())

    def error(self, found: Shared) -> float:
        return float(output_error(self.weights, found.integers, found.scales, self.gram).sum())


@dataclass(frozen=True, slots=True)
class Shared:
    """Integers [G, M, K] with scales [G, M, 1], and the sorted integers of each codebook [units, count]."""

    integers: Array
    scales: Array
    levels: Array


def shared(layer: Layer, scales: Array) -> Shared:
    """Codebooks, integers and scales of least output error that are found from these scales [G, M, 1]."""
    spread = Spread(layer.gram)
    starts = [_started(layer, scales, spread)]
    if layer.moves_scales:
        starts.append(_started(layer, _even(layer, scales), spread))
    found = min(starts, key=layer.error)
    best = found
    for _ in range(REFITS):
        found = _settled(layer, _refitted(layer, found))
        if layer.error(found) < layer.error(best):
            best = found
    return best


def _even(layer: Layer, scales: Array) -> Array:
    """Scales with which every channel's weights are of one size, as large as int8 holds in each codebook."""
    size = np.sqrt((layer.weights**2).mean(axis=2, keepdims=True))
    size = np.where(size > 0, size, scales)
    reach = (np.abs(layer.weights) / size).max(axis=2, keepdims=True)
    for unit in np.unique(layer.unit):
        members = layer.unit == unit
        reach[members] = reach[members].max()
    return np.maximum(size * np.where(reach > 0, reach, 1.0) / layer.largest, layer.floor)


def _started(layer: Layer, scales: Array, spread: Spread) -> Shared:
    levels = _first_levels(layer, scales)
    return _settled(layer, Shared(_one_by_one(layer, scales, levels, spread), scales, levels))


def _first_levels(layer: Layer, scales: Array) -> Array:
    values = np.clip(np.rint(layer.weights / scales), -layer.largest, layer.largest).astype(np.int64)
    masses = scales**2 * np.diagonal(layer.gram, axis1=1, axis2=2)[:, None, :]
    if layer.zeros is not None:
        masses = np.where(layer.zeros, 0.0, masses)
    found = []
    for unit in range(int(layer.unit.max()) + 1):
        members = layer.unit == unit
        levels = best_levels(values[members], masses[members], layer.count, layer.zeros is not None)
        found.append(np.pad(levels, (0, layer.count - len(levels)), mode="edge"))
    return np.stack(found)


def _one_by_one(layer: Layer, scales: Array, levels: Array, spread: Spread) -> Array:
    """Each weight goes to its nearest level, and those that follow make up for its error."""
    order, upper, own = spread.order, spread.upper, levels[layer.unit]
    work = np.take_along_axis(layer.weights / scales, order, 2)
    zeros = None if layer.zeros is None else np.take_along_axis(layer.zeros, order, 2)
    result, count = np.empty_like(work), work.shape[2]
    for start in range(0, count, BLOCK):
        stop = min(start + BLOCK, count)
        errors = np.empty_like(work[:, :, start:stop])
        for column in range(start, stop):
            integers = nearest_level(work[:, :, column], own)
            if zeros is not None:
                integers = np.where(zeros[:, :, column], 0, integers)
            error = (work[:, :, column] - integers) / upper[:, None, column, column]
            work[:, :, column + 1 : stop] -= error[:, :, None] * upper[:, None, column, column + 1 : stop]
            result[:, :, column], errors[:, :, column - start] = integers, error
        work[:, :, stop:] -= errors @ upper[:, start:stop, stop:]
    return np.asarray(np.take_along_axis(result, np.argsort(order, axis=2), 2))


def _settled(layer: Layer, found: Shared) -> Shared:
    """Coordinate descent: each weight in turn to the level of least output error, until none moves."""
    integers, own = found.integers.copy(), found.levels[layer.unit]
    error = integers - layer.weights / found.scales
    for _ in range(SWEEPS):
        moved = False
        for column in range(integers.shape[2]):
            slope = (error @ layer.gram[:, :, column, None])[:, :, 0] / layer.gram[:, column, column, None]
            best = nearest_level(integers[:, :, column] - slope, own)
            if layer.zeros is not None:
                best = np.where(layer.zeros[:, :, column], 0, best)
            change = best - integers[:, :, column]
            if change.any():
                moved = True
                integers[:, :, column] += change
                error[:, :, column] += change
        if not moved:
            break
    return replace(found, integers=integers)


def _refitted(layer: Layer, found: Shared) -> Shared:
    """Scales, then levels, of least output error for the choices that were made."""
    scales = found.scales
    if layer.moves_scales:
        scales = np.maximum(refitted(layer.weights, found.integers, scales, layer.gram), layer.floor)
    levels, integers = found.levels.copy(), found.integers.copy()
    for unit in range(len(levels)):
        members = np.argwhere(layer.unit == unit)
        distinct = np.unique(levels[unit])
        places = np.searchsorted(distinct, found.integers[layer.unit == unit])
        fitted = _least_squares(layer, scales, members, places, distinct)
        moved = np.clip(np.rint(fitted), -layer.largest, layer.largest).astype(np.int64)
        if layer.zeros is not None:
            moved[distinct == 0] = 0
        integers[layer.unit == unit] = moved[places]
        levels[unit] = np.pad(np.sort(moved), (0, layer.count - len(moved)), mode="edge")
    return Shared(integers, scales, levels)


def _least_squares(layer: Layer, scales: Array, members: Array, places: Array, before: Array) -> Array:
    """Real levels [L] of least output error where channel `members[i]` has level `places[i]` [K] at its weights."""
    count = len(before)
    matrix, wanted = np.zeros((count, count)), np.zeros(count)
    for (group, channel), row in zip(members, places, strict=True):
        chosen = np.zeros((len(row), count))
        chosen[np.arange(len(row)), row] = scales[group, channel, 0]
        seen = layer.gram[group] @ chosen
        matrix += chosen.T @ seen
        wanted += layer.weights[group, channel] @ seen
    unused = np.diagonal(matrix) <= 0
    matrix += np.diag(np.where(unused, 1.0, 1e-9 * np.diagonal(matrix)))
    return np.asarray(before + np.linalg.solve(matrix, wanted - matrix @ before))
