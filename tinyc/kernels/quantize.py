"""Kernels between float and quantised integers."""

from __future__ import annotations

import math

import numpy as np

from tinyc.ir.types import TensorType
from tinyc.kernels.access import elements
from tinyc.kernels.elementwise import per_tensor, same_order
from tinyc.kernels.record import Field, Kernel, Params, Site, Table, int_table, register
from tinyc.ops.clamp import Clamp, clamp_integers
from tinyc.ops.fixedpoint import Multiplier
from tinyc.ops.quantize import Requantize


def _params(kind: TensorType) -> Params:
    """Runs of one scale: [outer][channels][inner] in memory order, by the quantised side's type."""
    quant = kind.quant
    assert quant is not None
    shape = kind.physical_shape
    place = 0 if quant.axis is None else kind.physical_axis(quant.axis)
    fields: dict[str, Field] = {
        "outer": 1 if quant.axis is None else math.prod(shape[:place]),
        "channels": len(quant.scale),
        "inner": kind.elements if quant.axis is None else math.prod(shape[place + 1 :]),
        "scale": Table("scale", np.array(quant.scale, np.float32), "scales", "tables"),
        "zero_point": int_table("zero_point", quant.zero_point, "int32", "zero points"),
    }
    return Params("tc_quantize", fields)


def _params_requantize(site: Site) -> Params:
    operator, x, y = site.op.operator, site.type("x"), site.type("y")
    assert isinstance(operator, Requantize) and x.quant is not None and y.quant is not None
    scale = operator.factor(x)
    fields: dict[str, Field] = {
        "count": y.elements,
        "in_zero_point": x.quant.zero_point[0],
        "multiplier": scale.value,
        "shift": scale.shift,
        "out_zero_point": y.quant.zero_point[0],
    }
    return Params("tc_requantize_s8", fields)


def rescale_params(site: Site, scale: Multiplier, clamp: Clamp) -> Params:
    """The struct tc_rescale: from x to y, within the bounds of an activation."""
    x, y = site.type("x"), site.type("y")
    assert x.quant is not None and y.quant is not None
    low, high = clamp_integers(y, clamp)
    fields: dict[str, Field] = {
        "count": y.elements,
        "in_zero_point": x.quant.zero_point[0],
        "multiplier": scale.value,
        "shift": scale.shift,
        "out_zero_point": y.quant.zero_point[0],
        "low": low,
        "high": high,
    }
    return Params("tc_rescale", fields)


def _params_rescale(site: Site) -> Params:
    assert isinstance(site.op.operator, Requantize)
    return rescale_params(site, site.op.operator.factor(site.type("x")), None)


def _params_recentre(site: Site) -> Params:
    return Params("tc_recentre", {"count": site.type("y").elements})


def _dequantize(number: str) -> Kernel:
    name = f"tc_dequantize_{number}_f32_ref"
    return Kernel(
        name=name, op="dequantize", source=f"quantize/{name}.c",
        reads={"x": number, "y": "f32"}, fits=(same_order("x"),), params=lambda site: _params(site.type("x")),
        overlap={"x": elements} if number == "s8" else {}, cost={"outputs": 8.0},
    )  # fmt: skip


def _quantize(number: str) -> Kernel:
    name = f"tc_quantize_f32_{number}_ref"
    return Kernel(
        name=name, op="quantize", source=f"quantize/{name}.c", reads={"x": "f32", "y": number},
        fits=(same_order("x"),), params=lambda site: _params(site.type("y")),
        overlap={"x": elements} if number == "s8" else {}, cost={"outputs": 40.0},
    )  # fmt: skip


def _rescale(source: str, target: str) -> Kernel:
    name = f"tc_rescale_{source}_{target}_ref"
    return Kernel(
        name=name, op="requantize", source=f"quantize/{name}.c", reads={"x": source, "y": target},
        inplace=("x",) if source == target else (), fits=(same_order("x"), per_tensor("x", "y")),
        params=_params_rescale, overlap={} if source == target else {"x": elements}, cost={"outputs": 14.0},
    )  # fmt: skip


def _recentre(source: str, target: str) -> Kernel:
    name = f"tc_recentre_{source}_{target}_ref"
    return Kernel(
        name=name, op="recentre", source=f"quantize/{name}.c",
        reads={"x": source, "y": target}, fits=(same_order("x"),), params=_params_recentre, overlap={"x": elements},
        cost={"outputs": 5.0},
    )  # fmt: skip


register(
    _quantize("s8"),
    _quantize("s16"),
    _dequantize("s8"),
    _dequantize("s16"),
    _dequantize("s32"),
    _rescale("s8", "s16"),
    _rescale("s16", "s8"),
    _rescale("s16", "s16"),
    Kernel(
        name="tc_requantize_s8_ref", op="requantize", source="quantize/tc_requantize_s8_ref.c",
        reads={"x": "s8", "y": "s8"}, inplace=("x",),
        fits=(same_order("x"), per_tensor("x", "y")), params=_params_requantize, cost={"outputs": 14.0},
    ),
    _recentre("u8", "s8"),
    _recentre("s8", "u8"),
    Kernel(
        name="view_plain", op="plain", source="", reads={}, fits=(same_order("x"),),
        params=lambda _: Params(""), cost={"outputs": 0.0},
    ),
    Kernel(
        name="view_reinterpret", op="reinterpret", source="", reads={}, fits=(same_order("x"),),
        params=lambda _: Params(""), cost={"outputs": 0.0},
    ),
)  # fmt: skip
