"""Kernels of running sums and products."""

from __future__ import annotations

import math

from tinyc.kernels.elementwise import same_order
from tinyc.kernels.record import Field, Kernel, Params, Site, register
from tinyc.ops.cumulative import Cumulative


def _params(site: Site) -> Params:
    operator, x = site.op.operator, site.type("x")
    assert isinstance(operator, Cumulative)
    place, shape = x.physical_axis(operator.axis), x.physical_shape
    fields: dict[str, Field] = {
        "outer": math.prod(shape[:place]),
        "count": shape[place],
        "inner": math.prod(shape[place + 1 :]),
        "exclusive": int(operator.exclusive),
        "reverse": int(operator.reverse),
    }
    return Params("tc_cumulative", fields)


def _kernel(kind: str, number: str) -> Kernel:
    name = f"tc_{kind}_{number}_ref"
    return Kernel(
        name=name, op=kind, source=f"cumulative/{name}.c", inplace=("x",),
        reads={"x": number, "y": number}, fits=(same_order("x"),), params=_params, cost={"outputs": 8.0},
    )  # fmt: skip


for _kind in ("cum_sum", "cum_prod"):
    register(*(_kernel(_kind, number) for number in ("f32", "i32", "i64")))
