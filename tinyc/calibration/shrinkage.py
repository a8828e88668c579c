"""Second moments from few samples: what they say too much is taken back."""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array

MOST_SHRUNK = 0.5
"""Weight of the multiple of one at most."""


def shrunk(gram: Array, count: int) -> Array:
    """Second moments [G, K, K] of `count` samples, drawn to a multiple of one as far as so few samples mislead.

    Oracle approximating shrinkage: Chen et al., "Shrinkage Algorithms for MMSE Covariance Estimation", 2010.
    """
    size = gram.shape[1]
    trace, square = np.trace(gram, axis1=1, axis2=2), (gram**2).sum(axis=(1, 2))
    spread = (count + 1 - 2 / size) * (square - trace**2 / size)
    known = ((1 - 2 / size) * square + trace**2) < spread
    share = np.where(known, ((1 - 2 / size) * square + trace**2) / np.where(known, spread, 1.0), MOST_SHRUNK)
    share = np.minimum(share, MOST_SHRUNK)[:, None, None]
    return np.asarray((1 - share) * gram + share * (trace / size)[:, None, None] * np.eye(size))
