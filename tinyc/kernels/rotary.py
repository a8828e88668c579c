"""Kernels of the rotary position embedding."""

from __future__ import annotations

from tinyc.kernels.attention import strides
from tinyc.kernels.predicates import linear
from tinyc.kernels.record import Field, Kernel, Params, Site, register
from tinyc.ops.rotary import Rotary


def _params(site: Site) -> Params:
    operator, x, cos = site.op.operator, site.type("x"), site.type("cos")
    assert isinstance(operator, Rotary)
    batch, heads, positions, width = operator.split(x)
    pairs = cos.shape[2]
    fields: dict[str, Field] = {
        "batch": batch,
        "heads": heads,
        "positions": positions,
        "width": width,
        "pairs": pairs,
        "step": 2 if operator.interleaved else 1,
        "distance": 1 if operator.interleaved else pairs,
        "stride": strides(x, heads),
        "cache_stride": 0 if cos.shape[0] == 1 else positions * pairs,
    }
    return Params("tc_rotary_f32", fields)


register(
    Kernel(
        name="tc_rotary_f32_ref", op="rotary", source="attention/tc_rotary_f32_ref.c", passes=("x", "cos", "sin"),
        reads={"x": "f32", "cos": "f32", "sin": "f32", "y": "f32"}, fits=(linear("x", "cos", "sin", "y"),),
        params=_params, inplace=("x",), cost={"outputs": 12.0},
    )
)  # fmt: skip
