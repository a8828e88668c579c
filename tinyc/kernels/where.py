"""Kernels of the choice between two tensors: one for each size of elements."""

from __future__ import annotations

from tinyc.kernels.elementwise import broadcast_fields, joins, same_order
from tinyc.kernels.predicates import element_bytes, same_quant
from tinyc.kernels.record import Kernel, Params, register

_SLOTS = ("condition", "a", "b")


def _kernel(bits: int) -> Kernel:
    name = f"tc_where_x{bits}_ref"
    return Kernel(
        name=name, op="where", source=f"where/{name}.c", passes=_SLOTS, inplace=("a", "b"),
        reads={"condition": "bool"},
        fits=(element_bytes(bits // 8), same_quant("a", "b", "y"), same_order(*_SLOTS), joins(*_SLOTS)),
        params=lambda site: Params("tc_where", broadcast_fields(site, *_SLOTS)), cost={"outputs": 12.0},
    )  # fmt: skip


register(*(_kernel(bits) for bits in (8, 16, 32, 64)))
