"""Weights as `quantize` takes them: finite, in groups that come out even."""

from __future__ import annotations

import numpy as np

from tinyc.errors import RecipeError
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import Array


def finite_weights(graph: Graph, op: Op, name: str) -> Array:
    """A constant; RecipeError if it holds NaN or infinity."""
    weights = graph.constants[name].array
    if not np.isfinite(weights).all():
        raise RecipeError(
            f'op "{op.name}": its weights hold {int((~np.isfinite(weights)).sum())} NaN or infinite values',
            hint="the training diverged, or a converter overflowed float16",
        )
    return weights


def group_of(op: Op, inputs: int, group: int | None) -> int | None:
    """Inputs of each group; None for one scale for all inputs, which also fewer than `group` have.

    RecipeError if the groups do not come out even.
    """
    if group is None or inputs <= group:
        return None
    if inputs % group:
        fitting = [size for size in range(2, inputs) if inputs % size == 0 and size <= 2 * group]
        sizes = ", ".join(map(str, fitting)) or "none"
        raise RecipeError(
            f'op "{op.name}": {inputs} inputs are no multiple of group={group}',
            hint=f"groups that fit it: {sizes}; or name the layers that group={group} is for with on",
        )
    return group
