"""Kernels of topk: one for each format."""

from __future__ import annotations

import math

from tinyc.kernels.predicates import linear
from tinyc.kernels.record import Field, Kernel, Params, Site, register
from tinyc.ops.topk import TopK

FORMATS = {"f32": "f32", "i8": "i8|s8", "u8": "u8", "i16": "i16", "i32": "i32", "i64": "i64"}
"""Kernel suffix -> formats of x: quantised int8 compares as its integers do."""


def _params(site: Site) -> Params:
    operator, shape = site.op.operator, site.type("x").shape
    assert isinstance(operator, TopK)
    fields: dict[str, Field] = {
        "outer": math.prod(shape[: operator.axis]),
        "length": shape[operator.axis],
        "inner": math.prod(shape[operator.axis + 1 :]),
        "count": operator.count,
        "smallest": int(not operator.largest),
    }
    return Params("tc_topk", fields)


def _kernel(number: str, accepted: str) -> Kernel:
    name = f"tc_topk_{number}_ref"
    return Kernel(
        name=name, op="topk", source=f"topk/{name}.c", reads={"x": accepted, "y": accepted},
        fits=(linear("x", "y"),), params=_params,
        work=lambda site: {"inputs": site.type("x").elements, "outputs": site.type("y").elements},
        cost={"inputs": 10.0, "outputs": 60.0},
    )  # fmt: skip


register(*(_kernel(number, accepted) for number, accepted in FORMATS.items()))
