"""Kernel of determinants."""

from __future__ import annotations

from tinyc.kernels.predicates import linear
from tinyc.kernels.record import Kernel, Params, Site, register


def _params(site: Site) -> Params:
    return Params("tc_det", {"matrices": site.type("y").elements, "rows": site.type("x").shape[-1]})


def _matrix_bytes(site: Site) -> int:
    return site.type("x").shape[-1] ** 2 * 4


register(
    Kernel(
        name="tc_det_f32_ref", op="det", source="det/tc_det_f32_ref.c", reads={"x": "f32", "y": "f32"},
        fits=(linear("x", "y"),), params=_params, scratch=_matrix_bytes,
        work=lambda site: {"steps": site.type("x").elements * site.type("x").shape[-1]}, cost={"steps": 4.0},
    ),
)  # fmt: skip
