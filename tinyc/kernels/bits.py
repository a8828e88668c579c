"""Kernels of bit operators. Only a right shift looks at the sign, so the others serve every format of one width."""

from __future__ import annotations

from tinyc.kernels.elementwise import broadcast_fields, joins, same_order
from tinyc.kernels.record import Kernel, Params, register

WIDTHS = {"x8": "i8|u8|bool", "x16": "i16", "x32": "i32", "x64": "i64"}
SIGNED = {"i8": "i8", "u8": "u8", "i16": "i16", "i32": "i32", "i64": "i64"}


def _kernel(kind: str, suffix: str, accepted: str) -> Kernel:
    name = f"tc_{kind}_{suffix}_ref"
    return Kernel(
        name=name, op=kind, source=f"bits/{name}.c", passes=("a", "b"), inplace=("a", "b"),
        reads={"a": accepted, "b": accepted, "y": accepted}, fits=(same_order("a", "b"), joins("a", "b")),
        params=lambda site: Params("tc_binary", broadcast_fields(site, "a", "b")), cost={"outputs": 12.0},
    )  # fmt: skip


for _kind in ("bit_and", "bit_or", "bit_xor", "shift_left"):
    register(*(_kernel(_kind, suffix, accepted) for suffix, accepted in WIDTHS.items()))
register(*(_kernel("shift_right", suffix, accepted) for suffix, accepted in SIGNED.items()))
