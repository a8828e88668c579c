"""Kernels of pooling."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np

from tinyc.errors import ModelError
from tinyc.ir.types import DType, Shape
from tinyc.kernels.access import WindowAxis, in_groups, windows
from tinyc.kernels.overlap import Access
from tinyc.kernels.predicates import channels_last, same_quant, stored_as
from tinyc.kernels.record import Field, Kernel, Params, Site, int_table, register
from tinyc.ops.clamp import clamp_integers
from tinyc.ops.fixedpoint import multipliers
from tinyc.ops.pool import MAX_SPATIAL_AXES, AveragePool, MaxPool, average_factor
from tinyc.ops.windows import Window


def three(values: tuple[int, ...], missing: int) -> tuple[int, ...]:
    """One number for each of depth, height and width."""
    return (missing,) * (MAX_SPATIAL_AXES - len(values)) + tuple(values)


def window_of(site: Site) -> Window:
    operator = site.op.operator
    assert isinstance(operator, (MaxPool, AveragePool))
    return operator.window


def _average(site: Site) -> AveragePool:
    assert isinstance(site.op.operator, AveragePool)
    return site.op.operator


def _shape(site: Site) -> Params:
    return pool_shape(window_of(site), site.type("x").shape, site.type("y").shape)


def pool_shape(window: Window, x: Shape, y: Shape) -> Params:
    """The struct tc_pool for tensors [N, C, spatial...] of these shapes."""
    return Params(
        "tc_pool",
        {
            "batch": x[0],
            "channels": x[1],
            "in_length": three(x[2:], 1),
            "out_length": three(y[2:], 1),
            "kernel": three(window.kernel, 1),
            "stride": three(window.strides, 1),
            "dilation": three(window.dilations, 1),
            "pad": three(window.begin, 0),
        },
    )


def average_fields(site: Site) -> dict[str, Field]:
    pool = _average(site)
    counted: dict[str, Field] = {"before": three(pool.counted_begin, 0), "after": three(pool.counted_end, 0)}
    return {"shape": _shape(site), "counted": Params("tc_pool_counted", counted)}


def average_f32(site: Site) -> Params:
    low, high = _average(site).clamp or (-np.inf, np.inf)
    return Params("tc_average_pool_f32", {**average_fields(site), "low": low, "high": high})


def _average_quantised(site: Site) -> Params:
    """ModelError if the int32 sum could overflow: 255, or 65535 of int16, for each tap."""
    pool, x, y = _average(site), site.type("x"), site.type("y")
    assert x.quant is not None and y.quant is not None
    if prod(pool.window.kernel) * (256**x.dtype.bytes - 1) >= 2**31:
        raise ModelError(
            f'op "{site.op.name}": a window of {list(pool.window.kernel)} overflows the int32 sum',
            hint="leave this node out of the quantisation; in float32 nothing overflows",
        )
    counts = np.unique(pool.counts(x.shape[2:]))
    values, shifts = multipliers([average_factor(x, y, int(count)) for count in counts])
    low, high = clamp_integers(y, pool.clamp)
    tail: dict[str, Field] = {
        "counts": int_table("counts", counts, "int32", "taps that occur"),
        "multiplier": int_table("multiplier", values, "int32", "requantisation factors"),
        "shift": int_table("shift", shifts, "int8", "requantisation shifts"),
        "in_zero_point": x.quant.zero_point[0],
        "out_zero_point": y.quant.zero_point[0],
        "low": low,
        "high": high,
    }
    return Params("tc_average_pool_s8", average_fields(site) | tail)


def _work(site: Site) -> Mapping[str, int]:
    y = site.type("y").elements
    return {"taps": y * prod(window_of(site).kernel), "outputs": y}


def _output_by_output(site: Site) -> Access:
    """Position by position, one channel after the other."""
    channels = site.type("x").shape[1]
    return windows(site, window_axes(site), in_groups(channels, channels, channels))


def window_axes(site: Site) -> list[WindowAxis]:
    window, x, y = window_of(site), site.type("x").shape, site.type("y").shape
    sizes = zip(x[2:], y[2:], window.kernel, window.strides, window.dilations, window.begin, strict=True)
    return [WindowAxis(*size) for size in sizes]


_COST = {"taps": 12.5, "outputs": 85.0}


def _max_kernel(name: str, dtype: DType, formats: str) -> Kernel:
    return Kernel(
        name=f"tc_max_pool_{name}_ref", op="max_pool", source=f"pool/tc_max_pool_{name}_ref.c",
        reads={"x": formats, "y": formats},
        fits=(stored_as(dtype), channels_last("x", "y"), same_quant("x", "y")), params=_shape,
        overlap={"x": _output_by_output}, work=_work, cost=_COST,
    )  # fmt: skip


def _average_kernel(number: str) -> Kernel:
    return Kernel(
        name=f"tc_average_pool_{number}_ref", op="average_pool", source=f"pool/tc_average_pool_{number}_ref.c",
        reads={"x": number, "y": number}, fits=(channels_last("x", "y"),), params=_average_quantised,
        overlap={"x": _output_by_output}, work=_work, cost={"taps": 13.5, "outputs": 130.0},
    )  # fmt: skip


register(
    _max_kernel("f32", DType.F32, "f32"),
    _max_kernel("s8", DType.S8, "i8|s8"),
    _max_kernel("u8", DType.U8, "u8"),
    _max_kernel("s16", DType.S16, "i16|s16"),
    Kernel(
        name="tc_average_pool_f32_ref", op="average_pool", source="pool/tc_average_pool_f32_ref.c",
        reads={"x": "f32", "y": "f32"}, fits=(channels_last("x", "y"),),
        params=average_f32, overlap={"x": _output_by_output}, work=_work, cost=_COST,
    ),
    _average_kernel("s8"),
    _average_kernel("s16"),
)  # fmt: skip
