"""Kernels of resize: the nearest element of any format, weighted neighbours in float32 and int8."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np

from tinyc.errors import ModelError
from tinyc.ir.types import Array
from tinyc.kernels.overlap import Access, bytes_of
from tinyc.kernels.predicates import same_layout, same_quant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, int_table, register
from tinyc.kernels.walk import run_moments
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


def _nearest_access(site: Site) -> Access:
    """Place after place of y, each a run of bytes from one place of x."""
    operator, x, y = site.op.operator, site.type("x"), site.type("y")
    assert isinstance(operator, ResizeNearest)
    behind = _places(site)[-1] + 1
    run = prod(x.physical_shape[behind:]) * x.dtype.bytes
    found = np.zeros(1, np.int64)
    for place, length in _lengths(site):
        index = operator.index(place, length)
        found = np.where((index < 0) | (found[:, None] < 0), -1, found[:, None] * length + index).reshape(-1)
    moments = run_moments(run)
    outer, places = prod(x.physical_shape[: _places(site)[0]]), x.bytes // run
    image = places // outer
    sources = np.where(found < 0, -1, found + np.arange(outer)[:, None] * image).reshape(-1)
    steps = np.arange(len(sources))[:, None] * (int(moments[-1]) + 1) + moments
    reads = np.full((places, run), -1, np.int64)
    used = sources >= 0
    np.maximum.at(reads, sources[used], steps[used])
    return Access(reads.reshape(-1), steps.reshape(-1)[: y.bytes])


def _weighted_access(site: Site) -> Access:
    """Element after element of y, each from its neighbours of the same place behind the resized axes."""
    operator, x, y = site.op.operator, site.type("x"), site.type("y")
    assert isinstance(operator, Resize)
    first, behind = _places(site)[0], _places(site)[-1] + 1
    outer, inner = prod(x.physical_shape[:first]), prod(x.physical_shape[behind:])
    last, stride = np.zeros(1, np.int64), y.elements // (outer * inner)
    for (place, length), out in zip(_lengths(site), y.physical_shape[first:behind], strict=True):
        stride //= out
        reader = _last_readers(*operator.taps(place, length), length)
        last = np.where((last[:, None] < 0) | (reader < 0), -1, last[:, None] + reader * stride).reshape(-1)
    per_image = y.elements // (outer * inner)
    places = np.where(last < 0, -1, last + np.arange(outer)[:, None] * per_image).reshape(-1, 1)
    reads = np.where(places < 0, -1, places * inner + np.arange(inner))
    return Access(bytes_of(reads, x.dtype.bytes), bytes_of(np.arange(y.elements), y.dtype.bytes))


def _last_readers(first: Array, weights: Array, length: int) -> Array:
    """For each position along an axis of x the last one of y that it is a neighbour of; -1 if there is none."""
    found = np.full(length, -1, np.int64)
    for out, start in enumerate(first):
        if start >= 0:
            found[start : start + weights.shape[1]] = out
    return found


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
        fits=(*_FITS, same_quant("x", "y")), params=_params_nearest, overlap={"x": _nearest_access},
        work=lambda site: {"bytes": site.type("y").bytes}, cost={"bytes": 4.0},
    ),
    Kernel(
        name="tc_resize_f32_ref", op="resize", source="resize/tc_resize_f32_ref.c", reads={"x": "f32", "y": "f32"},
        fits=_FITS, params=_params_f32, overlap={"x": _weighted_access}, work=_work, cost=_COST,
    ),
    Kernel(
        name="tc_resize_s8_ref", op="resize", source="resize/tc_resize_s8_ref.c", reads={"x": "s8", "y": "s8"},
        fits=_FITS, params=_params_s8, overlap={"x": _weighted_access}, work=_work, cost=_COST,
    ),
)  # fmt: skip
