"""Kernels of gather: one for each format of indices, any format of data."""

from __future__ import annotations

import math

from tinyc.kernels.predicates import linear, same_quant
from tinyc.kernels.record import Field, Kernel, Params, Site, register
from tinyc.ops.gather import Gather


def _params(site: Site) -> Params:
    assert isinstance(site.op.operator, Gather)
    axis, x = site.op.operator.axis, site.type("x")
    fields: dict[str, Field] = {
        "outer": math.prod(x.shape[:axis]),
        "length": x.shape[axis],
        "indices": site.type("indices").elements,
        "block_bytes": math.prod(x.shape[axis + 1 :]) * x.dtype.bytes,
    }
    return Params("tc_gather", fields)


def _kernel(number: str) -> Kernel:
    name = f"tc_gather_{number}_ref"
    return Kernel(
        name=name, op="gather", source=f"gather/{name}.c", passes=("x", "indices"),
        reads={"indices": number}, fits=(linear("x", "indices", "y"), same_quant("x", "y")), params=_params,
        work=lambda site: {"bytes": site.type("y").bytes}, cost={"bytes": 3.0},
    )  # fmt: skip


register(_kernel("i32"), _kernel("i64"))
