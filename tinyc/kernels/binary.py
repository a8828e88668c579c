"""Kernels of the binary operators, with numpy broadcasting."""

from __future__ import annotations

import math
from collections.abc import Callable

from tinyc.kernels.elementwise import broadcast_fields, joins, per_tensor, same_order
from tinyc.kernels.predicates import same_quant
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register
from tinyc.ops.binary import Arithmetic, Binary, Mul, Sum
from tinyc.ops.clamp import Clamp, clamp_integers
from tinyc.ops.fixedpoint import multiplier

CLAMPED = ("add", "sub", "mul", "div")
FLOAT = ("min", "max", "pow", "prelu")
INTEGER = ("add", "sub", "mul", "div", "min", "max")
INTEGER_FORMATS = ("i8", "u8", "i16", "i32", "i64")
EXTREMES = ("min", "max")
ORDER = (same_order("a", "b"), joins("a", "b"))


def _clamp(site: Site) -> Clamp:
    operator = site.op.operator
    return operator.clamp if isinstance(operator, Arithmetic) else None


def _params_clamp(site: Site) -> Params:
    low, high = _clamp(site) or (-math.inf, math.inf)
    return Params("tc_binary_clamp", broadcast_fields(site, "a", "b") | {"low": low, "high": high})


def _params_plain(site: Site) -> Params:
    return Params("tc_binary", broadcast_fields(site, "a", "b"))


def _params_sum(site: Site) -> Params:
    """Zero points times multipliers join the rounding constant; every term of the int32 sum stays below 2^31."""
    operator, y = site.op.operator, site.type("y")
    assert isinstance(operator, Sum) and y.quant is not None
    scale = operator.scale(site.inputs, y)
    moved = [_zero_point(site, slot) * value for slot, value in zip(("a", "b"), scale.values, strict=True)]
    low, high = clamp_integers(y, operator.clamp)
    tail = {
        "a_multiplier": scale.values[0],
        "b_multiplier": scale.values[1],
        "offset": (1 << (scale.shift - 1)) - sum(moved),
        "shift": scale.shift,
        "out_zero_point": y.quant.zero_point[0],
        "low": low,
        "high": high,
    }
    return Params("tc_sum_s8", broadcast_fields(site, "a", "b") | tail)


def params_wide_sum(site: Site) -> Params:
    operator, y = site.op.operator, site.type("y")
    assert isinstance(operator, Sum) and y.quant is not None
    scale = operator.scale(site.inputs, y)
    low, high = clamp_integers(y, operator.clamp)
    tail = {
        "a_zero_point": _zero_point(site, "a"),
        "b_zero_point": _zero_point(site, "b"),
        "a_multiplier": scale.values[0],
        "b_multiplier": scale.values[1],
        "shift": scale.shift,
        "out_zero_point": y.quant.zero_point[0],
        "low": low,
        "high": high,
    }
    return Params("tc_sum_s16", broadcast_fields(site, "a", "b") | tail)


def _params_mul(site: Site) -> Params:
    operator, y = site.op.operator, site.type("y")
    assert isinstance(operator, Mul) and y.quant is not None
    scale = multiplier(operator.factor(site.inputs, y))
    low, high = clamp_integers(y, operator.clamp)
    tail = {
        "a_zero_point": _zero_point(site, "a"),
        "b_zero_point": _zero_point(site, "b"),
        "multiplier": scale.value,
        "shift": scale.shift,
        "out_zero_point": y.quant.zero_point[0],
        "low": low,
        "high": high,
    }
    return Params("tc_mul_s8", broadcast_fields(site, "a", "b") | tail)


def _zero_point(site: Site, slot: str) -> int:
    quant = site.type(slot).quant
    assert quant is not None
    return quant.zero_point[0]


_NO_CLAMP = Predicate("there must be no clamp", lambda site: _clamp(site) is None)


def _kernel(kind: str, number: str) -> Kernel:
    """A kernel whose three tensors have one format, scale and zero point."""
    name = f"tc_{kind}_{number}_ref"
    clamped = number == "f32" and kind in CLAMPED
    accepted = f"{number}|s{number[1:]}" if number in ("i8", "i16") and kind in EXTREMES else number
    return Kernel(
        name=name, op=kind, source=f"binary/{name}.c", passes=("a", "b"),
        reads={"a": accepted, "b": accepted, "y": accepted}, inplace=("a", "b"),
        fits=(*ORDER, same_quant("a", "b", "y"), *(() if clamped else (_NO_CLAMP,))),
        params=_params_clamp if clamped else _params_plain, cost={"outputs": 150.0 if kind == "pow" else 12.0},
    )  # fmt: skip


for _kind in CLAMPED + FLOAT:
    assert issubclass(Binary.registry[_kind], Binary)
    register(_kernel(_kind, "f32"))
for _kind in INTEGER:
    register(*(_kernel(_kind, number) for number in INTEGER_FORMATS))


def _arithmetic(kind: str, stem: str, number: str, params: Callable[[Site], Params], outputs: float) -> Kernel:
    name = f"tc_{stem}_{number}_ref"
    return Kernel(
        name=name, op=kind, source=f"binary/{name}.c", reads={"a": number, "b": number, "y": number},
        passes=("a", "b"), inplace=("a", "b"), fits=(*ORDER, per_tensor("a", "b", "y")), params=params,
        cost={"outputs": outputs},
    )  # fmt: skip


for _kind in ("add", "sub"):
    register(
        _arithmetic(_kind, "sum", "s8", _params_sum, 14.0), _arithmetic(_kind, "sum", "s16", params_wide_sum, 56.0)
    )
register(*(_arithmetic("mul", "mul", number, _params_mul, 20.0) for number in ("s8", "s16")))
