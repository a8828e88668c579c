"""Kernel of the quantisation whose scale follows the data."""

from __future__ import annotations

from tinyc.kernels.elementwise import same_order
from tinyc.kernels.record import Kernel, Params, Site, register


def _params(site: Site) -> Params:
    return Params("tc_dynamic_quantize", {"count": site.type("x").elements})


register(
    Kernel(
        name="tc_dynamic_quantize_f32_u8_ref", op="dynamic_quantize",
        source="dynamic_quantize/tc_dynamic_quantize_f32_u8_ref.c",
        reads={"x": "f32", "y": "u8"}, fits=(same_order("x"),), params=_params, cost={"outputs": 50.0},
    ),
)  # fmt: skip
