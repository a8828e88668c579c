"""Kernels of comparisons: one for each number format; the result is a bool."""

from __future__ import annotations

from tinyc.kernels.elementwise import broadcast_fields, joins, same_order
from tinyc.kernels.record import Kernel, Params, register
from tinyc.ops.compare import COMPARISONS

FORMATS = ("f32", "i8", "u8", "i16", "i32", "i64")


def _kernel(kind: str, number: str) -> Kernel:
    name = f"tc_{kind}_{number}_ref"
    accepted = "u8|bool" if number == "u8" else number
    return Kernel(
        name=name, op=kind, source=f"compare/{name}.c", passes=("a", "b"),
        reads={"a": accepted, "b": accepted, "y": "bool"}, fits=(same_order("a", "b"), joins("a", "b")),
        params=lambda site: Params("tc_binary", broadcast_fields(site, "a", "b")), cost={"outputs": 12.0},
    )  # fmt: skip


for _kind in COMPARISONS:
    register(*(_kernel(_kind, number) for number in FORMATS))
