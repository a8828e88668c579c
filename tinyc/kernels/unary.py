"""Kernels of the unary operators: one function for each in float32, one table for all in int8."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np

import tinyc.ops.unary_onnx  # noqa: F401  declares every unary operator
from tinyc.kernels.elementwise import per_tensor, same_order
from tinyc.kernels.quantize import rescale_params
from tinyc.kernels.record import Field, Kernel, Params, Site, Table, register
from tinyc.ops.bounding import Bounding, Clip
from tinyc.ops.curve import down_of
from tinyc.ops.unary import Unary, unary_kinds
from tinyc.targets.isa import Isa

STRUCTS = {0: "tc_unary", 1: "tc_unary_alpha", 2: "tc_unary_alpha_beta"}
MEMBERS = ("alpha", "beta")
INTEGER = {
    "abs": ("i8", "i16", "i32", "i64"),
    "neg": ("i8", "i16", "i32", "i64"),
    "sign": ("i8", "i16", "i32", "i64"),
    "clip": ("i8", "u8", "i16", "i32", "i64"),
    "relu": ("i8", "u8", "i16", "i32", "i64"),
}
CHEAP = {"relu", "clip", "abs", "neg", "sign", "leaky_relu", "thresholded_relu", "hard_sigmoid", "shrink", "hard_swish"}


def _operator(site: Site) -> Unary:
    assert isinstance(site.op.operator, Unary)
    return site.op.operator


def _params_f32(site: Site) -> Params:
    numbers = _operator(site).parameters
    fields: dict[str, Field] = {"count": site.type("y").elements}
    return Params(STRUCTS[len(numbers)], fields | dict(zip(MEMBERS, numbers, strict=False)))


def _params_integer(site: Site) -> Params:
    return Params("tc_unary", {"count": site.type("y").elements})


def _params_bounds(site: Site) -> Params:
    operator, y = _operator(site), site.type("y")
    low, high = (operator if isinstance(operator, Clip) else Clip(low=0.0)).integer_bounds(y.dtype)
    return Params("tc_unary_bounds", {"count": y.elements, "low": low, "high": high})


def _params_bounding(site: Site) -> Params:
    operator = site.op.operator
    assert isinstance(operator, Bounding)
    return rescale_params(site, operator.factor(site.type("x"), site.type("y")), operator.bounds)


def lut_params(site: Site) -> Params:
    """The table of a unary operator on int8."""
    table = _operator(site).table(site.type("x"), site.type("y"))
    fields: dict[str, Field] = {
        "count": site.type("y").elements,
        "table": Table("table", table, f"{site.op.kind} of -128 to 127", "tables"),
    }
    return Params("tc_lut_s8", fields)


def _params_bytes(site: Site) -> Params:
    """The same table by the bytes of its inputs: 0 to 127, then -128 to -1."""
    table = np.roll(_operator(site).table(site.type("x"), site.type("y")), 128).view(np.uint8)
    comment = f"{site.op.kind} of 0 to 127, then of -128 to -1"
    return Params("tc_lut_bytes", {"count": site.type("y").elements, "table": Table("table", table, comment, "tables")})


def _params_curve(site: Site) -> Params:
    knots = _operator(site).knots(site.type("x"), site.type("y"))
    fields: dict[str, Field] = {
        "count": site.type("y").elements,
        "down": down_of(knots),
        "knots": Table("knots", knots, f"{site.op.kind} from -32768 up", "tables"),
    }
    return Params("tc_curve_s16", fields)


def _float(kind: str) -> Kernel:
    name = f"tc_{kind}_f32_ref"
    return Kernel(
        name=name, op=kind, source=f"unary/{name}.c",
        reads={"x": "f32", "y": "f32"}, fits=(same_order("x"),), params=_params_f32, inplace=("x",),
        cost={"outputs": 8.0 if kind in CHEAP else 120.0},
    )  # fmt: skip


def _table(
    kind: str, isa: str, outputs: float, params: Callable[[Site], Params] = _params_bytes, needs: Isa = Isa.NONE
) -> Kernel:
    return Kernel(
        name=f"tc_lut_s8_{isa}", op=kind, source=f"unary/tc_lut_s8_{isa}.c", needs=needs,
        reads={"x": "s8", "y": "s8"}, fits=(same_order("x"), per_tensor("x", "y")), params=params, inplace=("x",),
        cost={"outputs": outputs},
    )  # fmt: skip


def _tables(kind: str) -> tuple[Kernel, ...]:
    fast = (_table(kind, "scalar", 4.1), _table(kind, "mve", 0.5, needs=Isa.MVE))
    return (_table(kind, "ref", 10.0, lut_params), *fast)


def _integer(kind: str, number: str) -> Kernel:
    function = "clip" if kind == "relu" else kind
    name = f"tc_{function}_{number}_ref"
    return Kernel(
        name=name, op=kind, source=f"unary/{name}.c", reads={"x": number, "y": number},
        fits=(same_order("x"),), params=_params_bounds if function == "clip" else _params_integer, inplace=("x",),
    )  # fmt: skip


def _bounding(kind: str) -> Kernel:
    return Kernel(
        name="tc_rescale_s16_s16_ref", op=kind, source="quantize/tc_rescale_s16_s16_ref.c",
        reads={"x": "s16", "y": "s16"}, fits=(same_order("x"), per_tensor("x", "y")), params=_params_bounding,
        inplace=("x",), cost={"outputs": 14.0},
    )  # fmt: skip


register(_bounding("relu"), _bounding("clip"))


def _curve(kind: str) -> Kernel:
    return Kernel(
        name="tc_curve_s16_ref", op=kind, source="unary/tc_curve_s16_ref.c", reads={"x": "s16", "y": "s16"},
        fits=(same_order("x"), per_tensor("x", "y")), params=_params_curve, inplace=("x",), cost={"outputs": 18.0},
    )  # fmt: skip


register(*(_curve(_kind) for _kind in unary_kinds() if cast(type[Unary], Unary.registry[_kind]).continuous))
for _kind in unary_kinds():
    register(_float(_kind), *_tables(_kind))
for _kind, _numbers in INTEGER.items():
    register(*(_integer(_kind, _number) for _number in _numbers))
