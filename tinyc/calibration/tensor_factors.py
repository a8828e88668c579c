"""Tucker and CP decomposition by TensorLy: the one place that imports it."""

from __future__ import annotations

import warnings
from importlib.util import find_spec

from tinyc.errors import RecipeError
from tinyc.ir.types import Array

ITERATIONS = 200
"""Rounds of alternating least squares at most."""


def require_tensorly(what: str) -> None:
    """RecipeError if TensorLy is not installed; `what` needs it."""
    if find_spec("tensorly") is None:
        raise RecipeError(f"{what} needs TensorLy, which is not installed", hint="pip install 'tinyc[compress]'")


def tucker2(tensor: Array, ranks: tuple[int, int]) -> tuple[Array, Array, Array]:
    """Core [r0, r1, ...] and orthonormal bases [n0, r0], [n1, r1] of the first two axes of a tensor [n0, n1, ...].

    Higher-order orthogonal iteration: De Lathauwer et al., 2000.
    """
    require_tensorly("method=tucker")
    from tensorly.decomposition import partial_tucker

    (core, (first, second)), _ = partial_tucker(tensor, rank=list(ranks), modes=[0, 1], n_iter_max=ITERATIONS, tol=1e-7)
    return core, first, second


def cp(tensor: Array, rank: int) -> list[Array]:
    """One matrix [n, rank] for each axis; the tensor is near the sum over columns of their outer products.

    Alternating least squares from singular vectors: Carroll and Chang, 1970. Always the same result.
    """
    require_tensorly("method=cp")
    from tensorly.decomposition import parafac

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of axes shorter than the rank, whose columns are then random
        found = parafac(tensor, rank, n_iter_max=ITERATIONS, init="svd", tol=1e-7, random_state=0)
    factors: list[Array] = [*found.factors]
    factors[0] = factors[0] * found.weights
    return factors
