"""Kernels of remainders: one for each number format."""

from __future__ import annotations

from tinyc.kernels.elementwise import broadcast_fields, joins, same_order
from tinyc.kernels.record import Kernel, Params, register
from tinyc.ops.modulo import REMAINDERS

FORMATS = ("f32", "i8", "u8", "i16", "i32", "i64")


def _kernel(kind: str, number: str) -> Kernel:
    name = f"tc_{kind}_{number}_ref"
    return Kernel(
        name=name, op=kind, source=f"modulo/{name}.c", passes=("a", "b"), inplace=("a", "b"),
        reads={"a": number, "b": number, "y": number}, fits=(same_order("a", "b"), joins("a", "b")),
        params=lambda site: Params("tc_binary", broadcast_fields(site, "a", "b")),
        cost={"outputs": 60.0 if number == "f32" else 25.0},
    )  # fmt: skip


for _kind in REMAINDERS:
    register(*(_kernel(_kind, number) for number in FORMATS))
