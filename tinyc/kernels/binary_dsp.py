"""Kernels of the binary operators for cores with DSP."""

from __future__ import annotations

import numpy as np

from tinyc.kernels.elementwise import per_tensor, same_order
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.ops.binary import Sum
from tinyc.ops.clamp import clamp_integers
from tinyc.ops.fixedpoint import SumScale
from tinyc.targets.isa import Isa

_MULTIPLIER_SCALE = 256


def _scale(site: Site) -> SumScale:
    operator = site.op.operator
    assert isinstance(operator, Sum)
    return operator.scale(site.inputs, site.type("y"))


def _zero_point(site: Site, slot: str) -> int:
    quant = site.type(slot).quant
    assert quant is not None
    return quant.zero_point[0]


def _offset(site: Site) -> int:
    """Half a step, the zero point of y in steps, less the operands' zero points times their multipliers."""
    scale = _scale(site)
    moved = sum(_zero_point(site, slot) * value for slot, value in zip(("a", "b"), scale.values, strict=True))
    return (1 << (scale.shift - 1)) + (_zero_point(site, "y") << scale.shift) - moved


def sum_fields(site: Site, unit: int) -> dict[str, Field]:
    """Of a sum of two tensors of one shape; multipliers in 1 / unit."""
    scale, y = _scale(site), site.type("y")
    assert isinstance(site.op.operator, Sum)
    low, high = clamp_integers(y, site.op.operator.clamp)
    return {
        "count": y.elements,
        "a_multiplier": unit * scale.values[0],
        "b_multiplier": unit * scale.values[1],
        "offset": _offset(site),
        "shift": scale.shift,
        "low": low,
        "high": high,
    }


def _params(site: Site) -> Params:
    return Params("tc_sum_s8_run", sum_fields(site, _MULTIPLIER_SCALE))


def _fits_int32(site: Site) -> bool:
    """Every partial sum: the offset, with the extremes of a, and of a and b."""
    limits = np.iinfo(np.int32)
    low = high = _offset(site)
    bounds = [(low, high)]
    for slot, value in zip(("a", "b"), _scale(site).values, strict=True):
        ends = [value * bound for bound in site.type(slot).dtype.bounds]
        low, high = low + min(ends), high + max(ends)
        bounds.append((low, high))
    scaled = [_MULTIPLIER_SCALE * value for value in _scale(site).values]
    return all(limits.min <= bound <= limits.max for bound in (*np.ravel(bounds), *scaled))


def _same_shapes(site: Site) -> bool:
    return site.type("a").shape == site.type("b").shape == site.type("y").shape


SUM_FITS = (
    Predicate("a, b and y must have one shape", _same_shapes),
    same_order("a", "b"),
    per_tensor("a", "b", "y"),
    Predicate("sums with the zero point of y must fit int32", _fits_int32),
)

for _kind in ("add", "sub"):
    register(
        Kernel(
            name="tc_sum_s8_dsp", op=_kind, source="binary/tc_sum_s8_dsp.c", needs=Isa.DSP, passes=("a", "b"),
            reads={"a": "s8", "b": "s8", "y": "s8"}, inplace=("a", "b"), fits=SUM_FITS, params=_params,
            cost={"outputs": 8.0},
        )
    )  # fmt: skip
