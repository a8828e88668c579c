"""Kernels of averages over whole images, for cores with DSP and without."""

from __future__ import annotations

from math import prod

from tinyc.kernels.access import channel_steps, windows
from tinyc.kernels.overlap import Access
from tinyc.kernels.pool import window_axes
from tinyc.kernels.predicates import channels_last
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register
from tinyc.ops.clamp import clamp_integers
from tinyc.ops.fixedpoint import multiplier
from tinyc.ops.pool import AveragePool, average_factor
from tinyc.targets.isa import Isa

_MAX_PIXELS = (2**31 - 1) // 255


def _pool(site: Site) -> AveragePool:
    assert isinstance(site.op.operator, AveragePool)
    return site.op.operator


def _pixels(site: Site) -> int:
    return prod(site.type("x").shape[2:])


def _is_global(site: Site) -> bool:
    window = _pool(site).window
    return window.kernel == site.type("x").shape[2:] and not any((*window.begin, *window.end))


def _params(site: Site) -> Params:
    x, y, pixels = site.type("x"), site.type("y"), _pixels(site)
    assert x.quant is not None and y.quant is not None
    factor = multiplier(average_factor(x, y, pixels))
    low, high = clamp_integers(y, _pool(site).clamp)
    return Params(
        "tc_global_average_s8",
        {
            "batch": x.shape[0],
            "pixels": pixels,
            "channels": x.shape[1],
            "multiplier": factor.value,
            "shift": factor.shift,
            "start": -x.quant.zero_point[0] * pixels,
            "out_zero_point": y.quant.zero_point[0],
            "low": low,
            "high": high,
        },
    )


def _fours(site: Site) -> Access:
    """Four channels at a time, the last ones again if they are no whole four."""
    count = site.type("x").shape[1]
    steps = [range(first, first + 4) for first in (min(c, count - 4) for c in range(0, count, 4))]
    return windows(site, window_axes(site), channel_steps(count, steps))


_FITS = (
    channels_last("x", "y"),
    Predicate("windows must be whole images without padding", _is_global),
    Predicate("at least four channels", lambda site: site.type("x").shape[1] >= 4),
    Predicate("the sum of an image must fit int32", lambda site: _pixels(site) <= _MAX_PIXELS),
)


def _kernel(name: str, needs: Isa, inputs: float) -> Kernel:
    return Kernel(
        name=name, op="average_pool", source=f"pool/{name}.c", needs=needs, reads={"x": "s8", "y": "s8"},
        params=_params, fits=_FITS, overlap={"x": _fours},
        work=lambda site: {"inputs": site.type("x").elements, "outputs": site.type("y").elements},
        cost={"inputs": inputs, "outputs": 40.0},
    )  # fmt: skip


register(
    _kernel("tc_global_average_s8_dsp", Isa.DSP, 2.5),
    _kernel("tc_global_average_s8_scalar", Isa.NONE, 4.5),
)
