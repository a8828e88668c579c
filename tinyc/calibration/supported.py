"""Least squares where each row may use some of the columns only: weights of which some are held at zero."""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array

FEW = 0.01
"""Share of zeros up to which they are chance: rounding may move them."""


def held_zeros(rows: Array) -> Array | None:
    """Where weights are exactly zero on purpose, bool in the shape of `rows`; None where a few are zero by chance."""
    zeros = rows == 0.0
    return np.asarray(zeros) if zeros.mean() > FEW else None


def solved_within(gram: Array, wanted: Array, free: Array) -> Array:
    """x [M, K], zero outside `free` [M, K], with (x gram) = wanted [M, K] on `free`; gram [K, K] positive definite."""
    found = np.zeros(wanted.shape)
    for rows, columns in supports(free):
        own = gram[np.ix_(columns, columns)]
        found[np.ix_(rows, columns)] = np.linalg.solve(own, wanted[np.ix_(rows, columns)].T).T
    return found


def supports(free: Array) -> list[tuple[Array, Array]]:
    """Indices of the rows that are alike, and of the columns that are free in them; rows without any left out."""
    masks, kind = np.unique(free, axis=0, return_inverse=True)
    kind = kind.reshape(-1)
    return [(np.flatnonzero(kind == i), np.flatnonzero(mask)) for i, mask in enumerate(masks) if mask.any()]
