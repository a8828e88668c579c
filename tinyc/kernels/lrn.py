"""Kernels of local response normalisation."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tinyc.kernels.elementwise import same_order
from tinyc.kernels.record import Field, Kernel, Params, Site, register
from tinyc.ops.lrn import Lrn


def _operator(site: Site) -> Lrn:
    assert isinstance(site.op.operator, Lrn)
    return site.op.operator


def _params(site: Site) -> Params:
    operator, x = _operator(site), site.type("x")
    place, shape = x.physical_axis(1), x.physical_shape
    fields: dict[str, Field] = {
        "outer": math.prod(shape[:place]),
        "channels": shape[place],
        "inner": math.prod(shape[place + 1 :]),
        "before": operator.reach[0],
        "after": operator.reach[1],
        "alpha": operator.alpha / operator.taps,
        "beta": operator.beta,
        "bias": operator.bias,
    }
    return Params("tc_lrn_f32", fields)


def _work(site: Site) -> Mapping[str, int]:
    y = site.type("y").elements
    return {"taps": y * _operator(site).taps, "outputs": y}


register(
    Kernel(
        name="tc_lrn_f32_ref", op="lrn", source="norm/tc_lrn_f32_ref.c", reads={"x": "f32", "y": "f32"},
        fits=(same_order("x"),), params=_params, work=_work, cost={"taps": 8.0, "outputs": 300.0},
    )
)  # fmt: skip
