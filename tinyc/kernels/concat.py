"""Kernel of concat: blocks of bytes, for any format and any layout that all tensors share."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from tinyc.ir.types import TensorType
from tinyc.kernels.record import Kernel, Params, Predicate, Site, int_table, register
from tinyc.ops.concat import Concat


def _axis(site: Site) -> int:
    """Where the axis lies in memory."""
    assert isinstance(site.op.operator, Concat)
    return site.type("y").physical_axis(site.op.operator.axis)


def _inputs(site: Site) -> list[TensorType]:
    return [kind for kind in site.inputs if kind is not None]


def _params(site: Site) -> Params:
    axis, y = _axis(site), site.type("y")
    block_bytes = [prod(kind.physical_shape[axis:]) * kind.dtype.bytes for kind in _inputs(site)]
    return Params(
        "tc_concat",
        {
            "inputs": len(block_bytes),
            "blocks": prod(y.physical_shape[:axis]),
            "block_bytes": int_table("block_bytes", block_bytes, "int32", "bytes of a block of each input"),
        },
    )


def _work(site: Site) -> Mapping[str, int]:
    y = site.type("y")
    return {"bytes": y.bytes, "copies": prod(y.physical_shape[: _axis(site)]) * len(_inputs(site))}


_ONE_ORDER = Predicate(
    "all inputs and y must lie in the same order",
    lambda site: all(kind.order == site.type("y").order for kind in _inputs(site)),
)
_ONE_QUANT = Predicate(
    "all inputs and y must have the same scale and zero point",
    lambda site: all(kind.quant == site.type("y").quant for kind in _inputs(site)),
)

register(
    Kernel(
        name="tc_concat_any_ref", op="concat", source="concat/tc_concat_any_ref.c", reads={},
        passes=("x*",), fits=(_ONE_ORDER, _ONE_QUANT), params=_params,
        work=_work, cost={"bytes": 0.75, "copies": 60.0},
    ),
)  # fmt: skip
