"""Kernels of float convolution and of many-rowed fully connected layers for cores with float32 in hardware."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.pixels import (
    PIXEL_FITS,
    clamp_of,
    in_tiles,
    pixel_count,
    pixel_shape,
    tap_count,
    weight_rows,
    window_runs,
)  # fmt: skip
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, register
from tinyc.kernels.weighted import float_fields
from tinyc.targets.isa import Isa

_CHANNELS = 4
_PIXELS = 5
_PART_BYTES = 48
"""Of a tc_block_part where pointers have 64 bits: on the host."""


def pack_block(rows: Array, channels: int = _CHANNELS) -> Array:
    """float32 [channels / n][inputs][n] of [channels][inputs]; zeros fill up the channels."""
    padded = np.pad(rows, ((0, -len(rows) % channels), (0, 0)))
    return np.ascontiguousarray(padded.reshape(-1, channels, rows.shape[1]).transpose(0, 2, 1), np.float32)


def padded_bias(site: Site, count: int, channels: int) -> Table:
    """The bias of `count` channels, or zeros, filled up to a multiple of `channels`."""
    bias = site.array("b")
    values = np.zeros(count, np.float32) if bias is None else bias.astype(np.float32)
    return Table("bias", np.pad(values, (0, -count % channels)), "bias")


def _params(site: Site) -> Params:
    rows = weight_rows(site)
    bounds = float_fields(site, clamp_of(site), len(rows))
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", pixel_shape(site)),
        "weights": Table("weights", pack_block(rows), f"weights {list(rows.shape)}: out, in; by four channels"),
        "bias": padded_bias(site, len(rows), _CHANNELS),
        "low": bounds["low"],
        "high": bounds["high"],
    }
    return Params("tc_conv2d_f32_block", fields)


def _scratch(site: Site) -> int:
    in_channels: int = weight_rows(site).shape[1] // tap_count(site)
    return _PART_BYTES * tap_count(site) + 4 * in_channels


def _work(site: Site) -> Mapping[str, int]:
    """Of whole tiles: four channels, five pixels."""
    rows, passes = weight_rows(site), -(-pixel_count(site) // _PIXELS)
    blocks = -(-len(rows) // _CHANNELS)
    outputs, parts = passes * _PIXELS * blocks * _CHANNELS, window_runs(site, _PIXELS)
    return {
        "macs": outputs * rows.shape[1], "outputs": outputs, "passes": passes, "parts": parts, "turns": parts * blocks,
        "left": passes * _PIXELS * (len(rows) % _CHANNELS),
    }  # fmt: skip


def _finite(site: Site) -> bool:
    weights = site.array("w")
    return weights is not None and bool(np.isfinite(weights).all())


FINITE = Predicate("weights must be finite", _finite)

register(*(
    Kernel(
        name="tc_conv2d_f32_fpu", op=op, source="conv/tc_conv2d_f32_fpu.c", needs=Isa.FPU_SP,
        reads={"x": "f32", "w": "f32:dense", "y": "f32"}, fits=(*fits, FINITE), params=_params,
        overlap={"x": lambda site: in_tiles(site, _PIXELS, quads=True)}, scratch=_scratch,
        work=_work, cost={"macs": 2.6, "outputs": 5.0, "passes": 440.0, "parts": 185.0, "turns": 18.0, "left": 23.0},
    )
    for op, fits in PIXEL_FITS.items()
))  # fmt: skip
