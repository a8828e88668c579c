"""Kernels of argmax and argmin."""

from __future__ import annotations

import math

from tinyc.kernels.elementwise import memory_order
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.ops.argmax import ArgExtreme

FORMATS = {"f32": "f32", "i8": "i8|s8", "u8": "u8", "i16": "i16", "i32": "i32", "i64": "i64"}
"""Kernel suffix -> formats of x: quantised int8 compares as its integers do."""


def _operator(site: Site) -> ArgExtreme:
    assert isinstance(site.op.operator, ArgExtreme)
    return site.op.operator


def _same_rest(site: Site) -> bool:
    """True if the axes that stay lie in the same order in x and y."""
    operator, x, y = _operator(site), site.type("x"), site.type("y")
    gone = 0 if operator.keepdims else 1
    stays = [axis for axis in memory_order(x) if axis != operator.axis]
    return [axis - gone if axis > operator.axis else axis for axis in stays] == memory_order(y)


def _params(site: Site) -> Params:
    operator, x = _operator(site), site.type("x")
    place, shape = x.physical_axis(operator.axis), x.physical_shape
    fields: dict[str, Field] = {
        "outer": math.prod(shape[:place]),
        "count": shape[place],
        "inner": math.prod(shape[place + 1 :]),
        "last": int(operator.last),
    }
    return Params("tc_argmax", fields)


def _kernel(kind: str, number: str, accepted: str, index: str) -> Kernel:
    name = f"tc_{kind}_{number}_ref" if index == "i64" else f"tc_{kind}_{number}_{index}_ref"
    return Kernel(
        name=name, op=kind, source=f"argmax/{name}.c", reads={"x": accepted, "y": index},
        fits=(Predicate("x and y must lie in the same order", _same_rest),), params=_params,
        work=lambda site: {"inputs": site.type("x").elements}, cost={"inputs": 8.0},
    )  # fmt: skip


for _kind in ("argmax", "argmin"):
    register(*(_kernel(_kind, *formats, index) for formats in FORMATS.items() for index in ("i64", "i32")))
