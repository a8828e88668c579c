"""The kernel of weighted sums that leaves out zero weights, for cores with DSP: eight pixels at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.access import rows, together, window_axes, windows
from tinyc.kernels.conv2d import shape_fields
from tinyc.kernels.conv2d_dsp import STRIP_FITS
from tinyc.kernels.dense_dsp import DENSE_FITS
from tinyc.kernels.lists import SHORT_ENOUGH, SINGLE
from tinyc.kernels.overlap import Access
from tinyc.kernels.pixels import clamp_of, pixel_count, pixel_shape, tap_count, weight_rows
from tinyc.kernels.record import Kernel, Params, Predicate, Site, int_table, register
from tinyc.kernels.requant_dsp import in_range, two_step
from tinyc.kernels.weighted import requant_fields
from tinyc.ops.conv2d import Conv2d
from tinyc.targets.isa import Isa

_NAME = "tc_conv2d_sparse_s8_dsp"
_AT_ONCE = 8


def _constants(site: Site) -> Array:
    step = two_step(site, clamp_of(site), len(weight_rows(site)))
    return np.stack([step.bias, step.value, step.offset(), step.k], axis=1)


def _params(site: Site) -> Params:
    weights, x = weight_rows(site), site.type("x").quant
    assert x is not None
    bounds = requant_fields(site, clamp_of(site), len(weights))
    lists = SINGLE.fields(weights, more=1)
    return Params("tc_conv2d_s8_sparse_dsp", {
        "shape": Params("tc_conv2d_shape", pixel_shape(site)),
        **lists,
        "constants": int_table("constants", _constants(site), "int32", "bias and requantisation"),
        "in_zero_point": x.zero_point[0],
        "low": bounds["low"],
        "high": bounds["high"],
    })  # fmt: skip


def _scratch(site: Site) -> int:
    weights = weight_rows(site)
    taps = tap_count(site)
    return int(16 * weights.shape[1] + 8 * len(weights) + weights.shape[1] // taps)


def _work(site: Site) -> Mapping[str, int]:
    """Of eight pixels: entries, channels, inputs."""
    weights, passes = weight_rows(site), -(-pixel_count(site) // _AT_ONCE)
    return {
        "entries": passes * SINGLE.count(weights), "channels": passes * len(weights),
        "inputs": passes * weights.shape[1], "taps": passes * tap_count(site), "passes": passes,
    }  # fmt: skip


def _conv_access(site: Site) -> Access:
    """The windows of eight pixels are expanded before their outputs are written."""
    axes = window_axes(shape_fields(site))
    batch, channels = site.type("x").shape[0], site.type("x").shape[1]
    shape = tuple(axis.out_length for axis in axes)
    assert batch == 1
    steps = np.arange(int(np.prod(shape))).reshape(shape) // _AT_ONCE
    return windows(site, axes, together(channels, site.type("y").shape[1]), steps)


def _row_access(site: Site) -> Access:
    return rows(site, len(weight_rows(site)), _AT_ONCE)


_MOST_TAPS = 31


def _is_small(site: Site) -> bool:
    conv = site.op.operator
    return isinstance(conv, Conv2d) and max(conv.window.kernel) <= _MOST_TAPS


_SMALL = Predicate(f"windows of at most {_MOST_TAPS} taps each way", _is_small)
_ONE_IMAGE = Predicate("one image", lambda site: site.type("x").shape[0] == 1)
_IN_RANGE = Predicate(
    "requantisation shifts must lie between 33 and 54",
    lambda site: in_range(site, clamp_of(site), len(weight_rows(site))),
)
_COST = {"entries": 17.8, "channels": 95.0, "inputs": 20.5, "taps": 250.0, "passes": 1200.0}


def _kernel(op: str, fits: tuple[Predicate, ...], access: Callable[[Site], Access]) -> Kernel:
    return Kernel(
        name=_NAME, op=op, source=f"conv/{_NAME}.c", needs=Isa.DSP,
        reads={"x": "s8", "w": f"s8:{SINGLE.encoding}", "y": "s8"}, fits=(*fits, SHORT_ENOUGH, _IN_RANGE),
        params=_params, scratch=_scratch, overlap={"x": access}, work=_work, cost=_COST,
    )  # fmt: skip


register(_kernel("conv2d", (*STRIP_FITS, _ONE_IMAGE, _SMALL), _conv_access), _kernel("dense", DENSE_FITS, _row_access))
