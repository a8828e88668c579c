"""More samples than there are, mirrored and mixed: what is wanted of them the reference tells, without labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from tinyc.ir.types import Array

MIXED = 0.5
"""Share of another sample in each at most: mixtures are more inputs for which the reference tells what is wanted.

Beyer et al., "Knowledge Distillation: A Good Teacher Is Patient and Consistent", 2022.
"""
ALIKE = 0.2
"""Squared difference of the answers to mirrored samples, relative to their variance, below which mirrored samples are
taken for more of the same kind. Of left and right in photographs it is about 0.1, of letters and sounds above 1.
"""
SHORTEST = 4
"""Positions along an axis: fewer are no places."""

Batch: TypeAlias = Mapping[str, Array]
Mirrors: TypeAlias = Mapping[str, tuple[int, ...]]
"""Axes of each input, counted with that of the samples."""


def mirrors_of(samples: Batch, answers: Callable[[Batch], Batch], powers: Mapping[str, float]) -> Mirrors:
    """Axes along which mirrored samples [n, ...] get nearly the answers of the others; `powers`: their variances."""
    plain = answers(samples)

    def are_alike(name: str, axis: int) -> bool:
        found = answers({**samples, name: np.flip(samples[name], axis)})
        errors = [float(((found[out] - plain[out]).astype(np.float64) ** 2).mean()) / powers[out] for out in powers]
        return bool(errors) and float(np.mean(errors)) < ALIKE

    return {
        name: tuple(axis for axis in range(1, array.ndim) if array.shape[axis] >= SHORTEST and are_alike(name, axis))
        for name, array in samples.items()
    }


def augmented(batch: Batch, mirrors: Mirrors, generator: np.random.Generator) -> Batch:
    """Half of the samples mirrored along each axis that allows it; then each with a share of another."""
    count = len(next(iter(batch.values())))
    shares, others = generator.uniform(0.0, MIXED, count).astype(np.float32), generator.permutation(count)
    found = {}
    for name, array in batch.items():
        for axis in mirrors[name]:
            turned = generator.random(count) < 0.5
            array = np.where(turned.reshape(-1, *(1,) * (array.ndim - 1)), np.flip(array, axis), array)
        share = shares.reshape(-1, *(1,) * (array.ndim - 1))
        found[name] = array * (1 - share) + array[others] * share
    return found
