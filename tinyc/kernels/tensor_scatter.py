"""Kernels of the update of a cache: any format, in place where nobody else reads the old cache."""

from __future__ import annotations

import math

from tinyc.kernels.predicates import linear, same_quant
from tinyc.kernels.record import Field, Kernel, Params, Site, register
from tinyc.ops.tensor_scatter import TensorScatter


def _params(site: Site) -> Params:
    operator, x, update = site.op.operator, site.type("x"), site.type("update")
    assert isinstance(operator, TensorScatter)
    fields: dict[str, Field] = {
        "batch": x.shape[0],
        "outer": math.prod(x.shape[1 : operator.axis]),
        "length": x.shape[operator.axis],
        "updates": update.shape[operator.axis],
        "block_bytes": math.prod(x.shape[operator.axis + 1 :]) * x.dtype.bytes,
        "circular": int(operator.circular),
    }
    return Params("tc_tensor_scatter", fields)


register(
    Kernel(
        name="tc_tensor_scatter_any_ref", op="tensor_scatter", source="attention/tc_tensor_scatter_any_ref.c",
        passes=("x", "update", "starts?"), reads={"starts": "i64"},
        fits=(linear("x", "update", "y"), same_quant("x", "update", "y")), params=_params, inplace=("x",),
        work=lambda site: {"bytes": site.type("y").bytes}, cost={"bytes": 1.0},
    )
)  # fmt: skip
