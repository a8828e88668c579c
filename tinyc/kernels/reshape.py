"""Reshape is a view: the layout pass sees to it that the elements already lie as they should."""

from __future__ import annotations

import numpy as np

from tinyc.kernels.predicates import same_quant
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register


def _same_memory(site: Site) -> bool:
    """True if every element lies at the same place in x and y, whatever the layouts."""
    x, y = site.type("x"), site.type("y")
    if x.order == tuple(range(x.rank)) and y.order == tuple(range(y.rank)):
        return True
    addresses = np.arange(x.elements)
    moved = y.to_memory(x.from_memory(addresses).reshape(y.shape))
    return bool(np.array_equal(moved.reshape(-1), addresses))


register(
    Kernel(
        name="view_reshape", op="reshape", source="", reads={}, params=lambda _: Params("void"),
        fits=(Predicate("elements must lie in the same order in x and y", _same_memory), same_quant("x", "y")),
        cost={"outputs": 0.0},
    ),
)  # fmt: skip
