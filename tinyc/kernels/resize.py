"""Kernels of resize: the nearest element of any format, weighted neighbours in float32 and int8."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np

from tinyc.errors import ModelError
from tinyc.ir.types import Array
from tinyc.kernels.predicates import same_layout, same_quant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, int_table, register
from tinyc.ops.fixedpoint import multiplier
from tinyc.ops.resize import MAX_AXES, Resize, ResizeNearest, element_of
from tinyc.ops.sampling import Sampling


def _sampling(site: Site) -> Sampling:
    operator = site.op.operator
    assert isinstance(operator, Resize | ResizeNearest)
    return operator.sampling


def _places(site: Site) -> list[int]:
    """Where the resized axes lie in memory order, in the order of the operator's axes."""
    return [site.type("x").physical_axis(axis) for axis in _sampling(site).axes]


def _shape(site: Site, inner_factor: int = 1) -> Params:
    """[outer][three resized axes][inner]; missing axes in front have length 1."""
    x, y, places = site.type("x").physical_shape, site.type("y").physical_shape, _places(site)
    first, behind = places[0], places[-1] + 1
    missing = (1,) * (MAX_AXES - len(places))
    fields: dict[str, Field] = {
        "outer": prod(x[:first]),
        "in_length": missing + x[first:behind],
        "out_length": missing + y[first:behind],
        "inner": prod(x[behind:]) * inner_factor,
    }
    return Params("tc_resize_shape", fields)


def _three(tables: list[Array], absent: int, suffix: str, dtype: str, comment: str) -> dict[str, Field]:
    """One table for each of the three axes, as members suffix0, suffix1, suffix2."""
    full = [np.array([absent])] * (MAX_AXES - len(tables)) + tables
    return {
        f"{suffix}{i}": Table(f"{suffix}{i}", np.ascontiguousarray(table, dtype), comment, "tables")
        for i, table in enumerate(full)
    }


def _lengths(site: Site) -> list[tuple[int, int]]:
    shape = site.type("x").shape
    return [(place, shape[axis]) for place, axis in enumerate(_sampling(site).axes)]


def _params_nearest(site: Site) -> Params:
    operator, kind = site.op.operator, site.type("y")
    assert isinstance(operator, ResizeNearest)
    element = np.array([element_of(operator.extrapolation, kind)]).astype(kind.dtype.numpy)
    fields: dict[str, Field] = {"shape": _shape(site, kind.dtype.bytes)}
    fields |= _three([operator.index(*at) for at in _lengths(site)], 0, "index", "int32", "nearest element")
    fields["element_bytes"] = kind.dtype.bytes
    fields["outside"] = int_table("outside", np.frombuffer(element.tobytes(), np.uint8), "uint8", "extrapolation value")
    return Params("tc_resize_nearest", fields)


def _weighted(site: Site, weights: list[Array], dtype: str) -> dict[str, Field]:
    operator = site.op.operator
    assert isinstance(operator, Resize)
    firsts = [operator.taps(*at)[0] for at in _lengths(site)]
    missing = (1,) * (MAX_AXES - len(weights))
    fields: dict[str, Field] = {"shape": _shape(site), "taps": missing + tuple(w.shape[1] for w in weights)}
    fields |= _three(firsts, 0, "first", "int32", "first neighbour")
    return fields | _three(weights, 1, "weights", dtype, "weights of neighbours")


def _params_f32(site: Site) -> Params:
    operator = site.op.operator
    assert isinstance(operator, Resize)
    fields = _weighted(site, [operator.taps(*at)[1] for at in _lengths(site)], "float32")
    return Params("tc_resize_f32", fields | {"outside": operator.extrapolation})


def _params_s8(site: Site) -> Params:
    """ModelError if the int32 sum could overflow."""
    operator, x, y = site.op.operator, site.type("x"), site.type("y")
    assert isinstance(operator, Resize) and x.quant is not None and y.quant is not None
    weights = [operator.integer_weights(*at) for at in _lengths(site)]
    worst = 255 * prod(int(np.abs(table).sum(axis=1).max()) for table in weights)
    if worst >= 2**31:
        raise ModelError(
            f'op "{site.op.name}": the int32 sum of weighted neighbours can reach {worst}',
            hint="leave this node out of the quantisation; in float32 nothing overflows",
        )
    factor = multiplier(operator.factor(x, y))
    tail: dict[str, Field] = {
        "multiplier": factor.value,
        "shift": factor.shift,
        "in_zero_point": x.quant.zero_point[0],
        "out_zero_point": y.quant.zero_point[0],
        "outside": element_of(operator.extrapolation, y),
    }
    return Params("tc_resize_s8", _weighted(site, weights, "int32") | tail)


def _work(site: Site) -> Mapping[str, int]:
    operator, y = site.op.operator, site.type("y").elements
    assert isinstance(operator, Resize)
    return {"taps": y * prod(operator.taps(*at)[1].shape[1] for at in _lengths(site)), "outputs": y}


_COST = {"taps": 10.0, "outputs": 40.0}
_FITS = (
    same_layout("x", "y"),
    Predicate(
        "the resized axes must be neighbours in memory",
        lambda site: _places(site) == list(range(_places(site)[0], _places(site)[0] + len(_places(site)))),
    ),
)

register(
    Kernel(
        name="tc_resize_nearest_any_ref", op="resize_nearest", source="resize/tc_resize_nearest_any_ref.c", reads={},
        fits=(*_FITS, same_quant("x", "y")), params=_params_nearest,
        work=lambda site: {"bytes": site.type("y").bytes}, cost={"bytes": 4.0},
    ),
    Kernel(
        name="tc_resize_f32_ref", op="resize", source="resize/tc_resize_f32_ref.c", reads={"x": "f32", "y": "f32"},
        fits=_FITS, params=_params_f32, work=_work, cost=_COST,
    ),
    Kernel(
        name="tc_resize_s8_ref", op="resize", source="resize/tc_resize_s8_ref.c", reads={"x": "s8", "y": "s8"},
        fits=_FITS, params=_params_s8, work=_work, cost=_COST,
    ),
)  # fmt: skip
