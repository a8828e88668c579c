"""Kernel of copy."""

from __future__ import annotations

from tinyc.kernels.predicates import same_layout, same_quant
from tinyc.kernels.record import Kernel, Params, Site, register


def _params(site: Site) -> Params:
    return Params("tc_copy", {"bytes": site.type("y").bytes})


register(
    Kernel(
        name="tc_copy_any_ref", op="copy", source="copy/tc_copy_any_ref.c", reads={},
        fits=(same_layout("x", "y"), same_quant("x", "y")), params=_params,
        work=lambda site: {"bytes": site.type("y").bytes}, cost={"bytes": 1.0},
    ),
)  # fmt: skip
