"""Kernels of integer powers, by the formats of base and exponent."""

from __future__ import annotations

import tinyc.ops.power  # noqa: F401  declares the operator
from tinyc.kernels.elementwise import broadcast_fields, joins, same_order
from tinyc.kernels.record import Kernel, Params, register


def _kernel(base: str, exponent: str) -> Kernel:
    name = f"tc_power_{base}_ref" if base == exponent else f"tc_power_{base}_{exponent}_ref"
    return Kernel(
        name=name, op="integer_power", source=f"power/{name}.c", passes=("a", "b"), inplace=("a",),
        reads={"a": base, "b": exponent, "y": base}, fits=(same_order("a", "b"), joins("a", "b")),
        params=lambda site: Params("tc_binary", broadcast_fields(site, "a", "b")),
        cost={"outputs": 60.0 if base == exponent else 800.0},
    )  # fmt: skip


for _base in ("i32", "i64"):
    register(_kernel(_base, _base), _kernel(_base, "f32"))
