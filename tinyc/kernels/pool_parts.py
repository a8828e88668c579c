"""Kernels of pooling over whole images that come some rows at a time, in streams."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np

from tinyc.ir.types import DType
from tinyc.kernels.pool import window_of
from tinyc.kernels.predicates import channels_last, same_quant, stored_as
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.ops.clamp import clamp_integers
from tinyc.ops.fixedpoint import multiplier
from tinyc.ops.pool import AveragePool, average_factor
from tinyc.targets.isa import Isa

_MAX_PIXELS = (2**31 - 1) // 255
"""Of an image whose sum is sure to fit int32."""


def _pixels(site: Site) -> int:
    """Of the whole image."""
    return prod(window_of(site).kernel)


def _channels(site: Site) -> int:
    return site.type("x").shape[1]


def _is_whole(site: Site) -> bool:
    """Whether the window is as wide as the image; whoever cuts an image into rows knows that it is as high."""
    window = window_of(site)
    dense = not any((*window.begin, *window.end)) and set(window.dilations) == {1}
    return dense and window.kernel[1:] == site.type("x").shape[3:]


def _shape(site: Site) -> dict[str, Field]:
    assert site.part is not None
    return {
        "pixels": site.type("x").elements // _channels(site),
        "channels": _channels(site),
        "is_first": int(site.part.first),
        "is_last": int(site.part.last),
    }


def _average_s8(site: Site) -> Params:
    pool, x, y = site.op.operator, site.type("x"), site.type("y")
    assert isinstance(pool, AveragePool) and x.quant is not None and y.quant is not None
    factor = multiplier(average_factor(x, y, _pixels(site)))
    low, high = clamp_integers(y, pool.clamp)
    tail: dict[str, Field] = {
        "multiplier": factor.value,
        "shift": factor.shift,
        "start": -x.quant.zero_point[0] * _pixels(site),
        "out_zero_point": y.quant.zero_point[0],
        "low": low,
        "high": high,
    }
    return Params("tc_average_parts_s8", {"part": Params("tc_pool_part", _shape(site)), **tail})


def _average_f32(site: Site) -> Params:
    pool = site.op.operator
    assert isinstance(pool, AveragePool)
    low, high = pool.clamp or (-np.inf, np.inf)
    part = Params("tc_pool_part", _shape(site))
    return Params("tc_average_parts_f32", {"part": part, "count": float(_pixels(site)), "low": low, "high": high})


def _max(site: Site) -> Params:
    return Params("tc_pool_part", _shape(site))


def _work(site: Site) -> dict[str, int]:
    assert site.part is not None
    outputs = site.type("y").elements if site.part.last else 0
    return {"inputs": site.type("x").elements, "channels": _channels(site), "outputs": outputs}


_FITS = (channels_last("x", "y"), Predicate("windows must be whole images without padding", _is_whole))
_FOURS = Predicate("channels must be a multiple of 4", lambda site: _channels(site) % 4 == 0)
_FEW_PIXELS = Predicate("the sum of an image must fit int32", lambda site: _pixels(site) <= _MAX_PIXELS)

_EXACT_COUNT = Predicate("the number of pixels must fit float32", lambda site: _pixels(site) <= 2**24)


def _kernel(
    op: str, name: str, number: str, params: Callable[[Site], Params], channel_bytes: int, inputs: float,
    channels: float, fits: tuple[Predicate, ...], needs: Isa = Isa.NONE,
) -> Kernel:  # fmt: skip
    return Kernel(
        name=name, op=op, source=f"pool/{name}.c", needs=needs, reads={"x": number, "y": number},
        params=params, fits=(*_FITS, *fits), scratch=lambda site: channel_bytes * _channels(site), of_parts=True,
        work=_work, cost={"inputs": inputs, "channels": channels, "outputs": 40.0 if op == "average_pool" else 2.0},
    )  # fmt: skip


_SAME = (same_quant("x", "y"), stored_as(DType.S8))

register(
    _kernel("average_pool", "tc_average_parts_s8_ref", "s8", _average_s8, 4, 8.0, 10.0, (_FEW_PIXELS,)),
    _kernel("average_pool", "tc_average_parts_s8_dsp", "s8", _average_s8, 4, 2.5, 6.0, (_FEW_PIXELS, _FOURS), Isa.DSP),
    _kernel("average_pool", "tc_average_parts_f32_ref", "f32", _average_f32, 4, 8.0, 10.0, (_EXACT_COUNT,)),
    _kernel("max_pool", "tc_max_parts_s8_ref", "i8|s8", _max, 1, 8.0, 10.0, _SAME),
    _kernel("max_pool", "tc_max_parts_s8_dsp", "i8|s8", _max, 1, 2.5, 3.0, (*_SAME, _FOURS), Isa.DSP),
)
