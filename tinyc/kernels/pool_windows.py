"""Fast kernels of pooling without dilation over at most two axes: maximum and average, several channels at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from tinyc.ir.types import Array, DType
from tinyc.kernels.access import channel_steps, windows
from tinyc.kernels.overlap import Access
from tinyc.kernels.pool import average_f32, average_fields, pool_shape, three, window_axes, window_of
from tinyc.kernels.predicates import channels_last, same_quant, stored_as
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, int_table, register
from tinyc.kernels.requant_dsp import MAX_STEPS
from tinyc.ops.clamp import clamp_integers
from tinyc.ops.fixedpoint import multipliers
from tinyc.ops.pool import AveragePool, average_factor
from tinyc.targets.isa import Isa

MAX_TAPS = 255
"""Their sums fit int16: 255 * 128 < 2^15."""


def _is_whole(site: Site) -> bool:
    """One window over the whole image, whose rows then follow each other."""
    window = window_of(site)
    return window.kernel == site.type("x").shape[2:] and not any((*window.begin, *window.end))


def _shape(site: Site) -> Params:
    """tc_pool; a whole image as one row."""
    shape = pool_shape(window_of(site), site.type("x").shape, site.type("y").shape)
    if not _is_whole(site):
        return shape
    row = three((prod(site.type("x").shape[2:]),), 1)
    return Params(shape.c_type, {**shape.fields, "in_length": row, "kernel": row, "stride": (1, 1, 1)})


def _no_depth(site: Site) -> bool:
    return len(window_of(site).kernel) < 3 or _is_whole(site)


@dataclass(frozen=True, slots=True)
class _Factors:
    """Requantisation of sums over each number of taps that occurs, the greatest first: all [factors]."""

    counts: Array
    value: Array
    k: Array
    up: int


def _factors(site: Site) -> _Factors | None:
    """Sums are moved up until every k is as large as it may be, or they fill int32; None if some k stays below 1."""
    pool, x, y = site.op.operator, site.type("x"), site.type("y")
    assert isinstance(pool, AveragePool) and x.quant is not None
    counts = np.unique(pool.counts(x.shape[2:]))[::-1]
    values, shifts = multipliers([average_factor(x, y, int(count)) for count in counts])
    k = np.asarray(shifts, np.int64) - 32
    reach = prod(window_of(site).kernel) * max(abs(bound - x.quant.zero_point[0]) for bound in x.dtype.bounds)
    up = min(MAX_STEPS - int(k.max()), 31 - reach.bit_length())
    if up < 0 or int(k.min()) + up < 1:
        return None
    return _Factors(counts, np.asarray(values, np.int64), k + up, up)


def _params_average(site: Site) -> Params:
    pool, x, y, factors = site.op.operator, site.type("x"), site.type("y"), _factors(site)
    assert isinstance(pool, AveragePool) and factors is not None and x.quant is not None and y.quant is not None
    offset = (y.quant.zero_point[0] << factors.k) + (np.int64(1) << (factors.k - 1))
    constants = np.stack([factors.value, offset, factors.k], axis=1)
    low, high = clamp_integers(y, pool.clamp)
    tail: dict[str, Field] = {
        "counts": int_table("counts", factors.counts, "int32", "taps that occur"),
        "constants": int_table("constants", constants, "int32", "multiplier, offset and shift for each"),
        "up": factors.up,
        "in_zero_point": x.quant.zero_point[0],
        "low": low,
        "high": high,
    }
    return Params("tc_average_windows_s8", average_fields(site) | {"shape": _shape(site)} | tail)


def _params_f32(site: Site) -> Params:
    found = average_f32(site)
    return Params(found.c_type, {**found.fields, "shape": _shape(site)})


def _two_words(site: Site) -> Access:
    """Eight channels at a time, in words of which the last ones may overlap."""
    count = site.type("x").shape[1]
    starts = [[min(c, count - 4), min(c + 4, count - 4)] for c in range(0, count, 8)]
    steps = [[start + i for start in both for i in range(4)] for both in starts]
    return windows(site, window_axes(site), channel_steps(count, steps))


def _lanes(lanes: int) -> Callable[[Site], Access]:
    def access(site: Site) -> Access:
        count = site.type("x").shape[1]
        steps = [range(c, min(c + lanes, count)) for c in range(0, count, lanes)]
        return windows(site, window_axes(site), channel_steps(count, steps))

    return access


def _fours(site: Site) -> Access:
    """Four channels at a time, those that are left one by one."""
    count = site.type("x").shape[1]
    whole = count // 4 * 4
    steps = [range(c, c + 4) for c in range(0, whole, 4)] + [range(c, c + 1) for c in range(whole, count)]
    return windows(site, window_axes(site), channel_steps(count, steps))


def _work(lanes: int) -> Callable[[Site], Mapping[str, int]]:
    """Taps and outputs by vectors of channels, and positions."""

    def work(site: Site) -> Mapping[str, int]:
        x, y = site.type("x"), site.type("y")
        positions = y.elements // y.shape[1]
        vectors = positions * -(-x.shape[1] // lanes)
        return {"taps": vectors * prod(window_of(site).kernel), "vectors": vectors, "positions": positions}

    return work


_FITS = (
    channels_last("x", "y"),
    Predicate("windows must have no dilation", lambda site: set(window_of(site).dilations) <= {1}),
    Predicate("at most two spatial axes", _no_depth),
)
_FOUR_CHANNELS = Predicate("at least four channels", lambda site: site.type("x").shape[1] >= 4)
_FEW_TAPS = Predicate(f"at most {MAX_TAPS} taps", lambda site: prod(window_of(site).kernel) <= MAX_TAPS)
_UPPER_WORDS = Predicate("the upper words of products must decide the results", lambda site: _factors(site) is not None)


def _max(
    name: str, formats: str, lanes: int, access: Callable[[Site], Access], cost: tuple[float, float, float],
    needs: Isa = Isa.NONE, more: tuple[Predicate, ...] = (),
) -> Kernel:  # fmt: skip
    dtype = DType.F32 if formats == "f32" else DType.S8
    return Kernel(
        name=name, op="max_pool", source=f"pool/{name}.c", needs=needs, reads={"x": formats, "y": formats},
        fits=(*_FITS, *more, stored_as(dtype), same_quant("x", "y")), params=_shape, overlap={"x": access},
        work=_work(lanes), cost=dict(zip(("taps", "vectors", "positions"), cost, strict=True)),
    )  # fmt: skip


def _average(
    name: str, lanes: int, access: Callable[[Site], Access], cost: tuple[float, float, float],
    needs: Isa = Isa.NONE, more: tuple[Predicate, ...] = (),
) -> Kernel:  # fmt: skip
    number = "f32" if "f32" in name else "s8"
    return Kernel(
        name=name, op="average_pool", source=f"pool/{name}.c", needs=needs, reads={"x": number, "y": number},
        fits=(*_FITS, *more), params=_params_f32 if number == "f32" else _params_average, overlap={"x": access},
        work=_work(lanes), cost=dict(zip(("taps", "vectors", "positions"), cost, strict=True)),
    )  # fmt: skip


register(
    _max("tc_max_pool_s8_dsp", "i8|s8", 8, _two_words, (13.0, 70.0, 60.0), Isa.DSP, (_FOUR_CHANNELS,)),
    _max("tc_max_pool_s8_mve", "i8|s8", 16, _lanes(16), (5.0, 20.0, 60.0), Isa.MVE),
    _max("tc_max_pool_s8_scalar", "i8|s8", 4, _fours, (20.0, 60.0, 100.0)),
    _max("tc_max_pool_f32_scalar", "f32", 4, _fours, (24.0, 90.0, 110.0)),
    _average("tc_average_pool_s8_dsp", 8, _two_words, (14.0, 165.0, 100.0), Isa.DSP,
             (_FOUR_CHANNELS, _FEW_TAPS, _UPPER_WORDS)),
    _average("tc_average_pool_s8_mve", 8, _lanes(8), (4.5, 70.0, 100.0), Isa.MVE, (_FEW_TAPS, _UPPER_WORDS)),
    _average("tc_average_pool_s8_scalar", 4, _fours, (18.0, 110.0, 150.0), more=(_UPPER_WORDS,)),
    _average("tc_average_pool_f32_scalar", 4, _fours, (24.0, 110.0, 150.0)),
)  # fmt: skip
