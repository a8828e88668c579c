"""Kernels of the reductions: one walk over the elements behind an output, one C function for each reduction."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from tinyc.errors import ModelError
from tinyc.kernels.move import Walk, memory_strides
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.ops.clamp import clamp_integers
from tinyc.ops.fixedpoint import multiplier
from tinyc.ops.reduce import Reduce, Reduction

MAX_AXES = 4


def _operator(site: Site) -> Reduce:
    assert isinstance(site.op.operator, Reduce)
    return site.op.operator


def _kept(site: Site) -> Walk:
    """The axes that y has, in its memory order, with the strides of x."""
    x, y, operator = site.type("x"), site.type("y"), _operator(site)
    strides = memory_strides(x)
    kept = [axis for axis in range(x.rank) if axis not in operator.axes]
    source = list(range(x.rank)) if operator.keepdims else kept
    axes = [source[axis] for axis in y.order]
    return Walk(0, tuple((x.shape[axis], strides[axis]) for axis in axes if axis in kept)).merged()


def _reduced(site: Site) -> Walk:
    """The reduced axes in the memory order of x."""
    x, operator = site.type("x"), _operator(site)
    strides = memory_strides(x)
    return Walk(0, tuple((x.shape[axis], strides[axis]) for axis in x.order if axis in operator.axes)).merged()


def _shape(site: Site) -> Params:
    kept, reduced = _kept(site).axes, _reduced(site).axes
    outer, (run, run_stride) = reduced[:-1], reduced[-1]
    fields: dict[str, Field] = {
        "outputs": site.type("y").elements,
        "kept_length": _four((length for length, _ in kept), 1),
        "kept_stride": _four((stride for _, stride in kept), 0),
        "outer": math.prod(length for length, _ in outer),
        "outer_length": _four((length for length, _ in outer), 1),
        "outer_stride": _four((stride for _, stride in outer), 0),
        "run": run,
        "run_stride": run_stride,
    }
    return Params("tc_reduce", fields)


def _four(values: Iterable[int], missing: int) -> tuple[int, ...]:
    found = tuple(values)
    return (missing,) * (MAX_AXES - len(found)) + found


def _params_f32(site: Site) -> Params:
    low, high = _operator(site).clamp or (-math.inf, math.inf)
    return Params("tc_reduce_f32", {"shape": _shape(site), "low": low, "high": high})


def _params_quantised(site: Site) -> Params:
    """ModelError if the int32 sum could overflow: 255, or 65535 of int16, for each element."""
    x, y, operator = site.type("x"), site.type("y"), _operator(site)
    assert x.quant is not None and y.quant is not None
    if operator.count(x.shape) * (256**x.dtype.bytes - 1) >= 2**31:
        raise ModelError(
            f'op "{site.op.name}": the int32 sum of {operator.count(x.shape)} elements can overflow',
            hint="leave this node out of the quantisation; in float32 nothing overflows",
        )
    factor = multiplier(operator.factor(x, y))
    low, high = clamp_integers(y, operator.clamp)
    return Params(
        "tc_reduce_s8",
        {
            "shape": _shape(site),
            "multiplier": factor.value,
            "shift": factor.shift,
            "in_zero_point": x.quant.zero_point[0],
            "out_zero_point": y.quant.zero_point[0],
            "low": low,
            "high": high,
        },
    )


def _work(site: Site) -> Mapping[str, int]:
    return {"inputs": site.type("x").elements, "outputs": site.type("y").elements}


_FEW_AXES = Predicate(
    f"at most {MAX_AXES} kept and {MAX_AXES} reduced axes may remain after those that lie together are merged",
    lambda site: len(_kept(site).axes) <= MAX_AXES and len(_reduced(site).axes) <= MAX_AXES,
)


def _f32(how: Reduction) -> Kernel:
    name = f"tc_reduce_{how.value}_f32_ref"
    return Kernel(
        name=name, op="reduce", source=f"reduce/{name}.c", reads={"x": "f32", "y": "f32"},
        fits=(_computes(how), _FEW_AXES), params=_params_f32, work=_work, cost=_COST,
    )  # fmt: skip


def _quantised(number: str, stem: str, *hows: Reduction) -> Kernel:
    name = f"tc_reduce_{stem}_{number}_ref"
    return Kernel(
        name=name, op="reduce", source=f"reduce/{name}.c", reads={"x": number, "y": number},
        fits=(_computes(*hows), _FEW_AXES), params=_params_quantised, work=_work, cost=_COST,
    )  # fmt: skip


def _plain(how: Reduction, number: str, accepted: str = "") -> Kernel:
    name = f"tc_reduce_{how.value}_{number}_ref"
    return Kernel(
        name=name, op="reduce", source=f"reduce/{name}.c",
        reads={"x": accepted or number, "y": accepted or number}, fits=(_computes(how), _FEW_AXES),
        params=_shape, work=_work, cost=_COST,
    )  # fmt: skip


def _computes(*hows: Reduction) -> Predicate:
    return Predicate(f"computes {' and '.join(how.value for how in hows)}", lambda site: _operator(site).how in hows)


_COST = {"inputs": 8.0, "outputs": 60.0}
_EXTREMES = (Reduction.MAX, Reduction.MIN)
_WHOLE = (*_EXTREMES, Reduction.MEAN, Reduction.SUM, Reduction.PROD, Reduction.L1, Reduction.SUM_SQUARE)

register(
    *(_f32(how) for how in Reduction),
    *(_quantised(number, "sum", Reduction.SUM, Reduction.MEAN) for number in ("s8", "s16")),
    *(_quantised(number, "max", Reduction.MAX) for number in ("s8", "s16")),
    *(_quantised(number, "min", Reduction.MIN) for number in ("s8", "s16")),
    *(_plain(how, number) for how in _WHOLE for number in ("i32", "i64")),
    *(_plain(how, "i8") for how in _EXTREMES),
    *(_plain(how, "u8", "u8|bool") for how in _EXTREMES),
)
