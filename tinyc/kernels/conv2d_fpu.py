"""Kernels of float convolution for cores with float32 in hardware."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, register
from tinyc.kernels.weighted import float_fields
from tinyc.ops.conv2d import Conv2d
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


def _operator(site: Site) -> Conv2d:
    assert isinstance(site.op.operator, Conv2d)
    return site.op.operator


def _rows(site: Site) -> Array:
    """Weights as [out_channels][taps * in_channels]."""
    weights = filters(site)
    return weights.reshape(len(weights), -1)


def _params(site: Site) -> Params:
    rows = _rows(site)
    bounds = float_fields(site, _operator(site).clamp, len(rows))
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
        "weights": Table("weights", pack_block(rows), f"weights {list(rows.shape)}: out, in; by four channels"),
        "bias": padded_bias(site, len(rows), _CHANNELS),
        "low": bounds["low"],
        "high": bounds["high"],
    }
    return Params("tc_conv2d_f32_block", fields)


def _taps(site: Site) -> int:
    return int(np.prod(_operator(site).window.kernel))


def _work(site: Site) -> Mapping[str, int]:
    """Of whole tiles: four channels, five pixels."""
    rows, y = _rows(site), site.type("y")
    channels = -(-len(rows) // _CHANNELS) * _CHANNELS
    passes = -(-y.elements // len(rows) // _PIXELS)
    outputs = passes * _PIXELS * channels
    return {"macs": outputs * rows.shape[1], "outputs": outputs, "passes": passes, "parts": passes * _taps(site)}


def _finite(site: Site) -> bool:
    weights = site.array("w")
    return weights is not None and bool(np.isfinite(weights).all())


FINITE = Predicate("weights must be finite", _finite)

_FITS = (
    constant("w", "b"),
    channels_last("x", "y"),
    Predicate("one or two spatial axes", lambda site: site.type("x").rank in (3, 4)),
    Predicate("one group", lambda site: _operator(site).groups == 1),
    FINITE,
)

register(
    Kernel(
        name="tc_conv2d_f32_fpu", op="conv2d", source="conv/tc_conv2d_f32_fpu.c", needs=Isa.FPU_SP,
        reads={"x": "f32", "w": "f32:dense", "y": "f32"}, fits=_FITS, params=_params,
        scratch=lambda site: _PART_BYTES * _taps(site) + 4 * site.type("x").shape[1], work=_work,
        cost={"macs": 2.7, "outputs": 20.0, "passes": 250.0, "parts": 100.0},
    )
)  # fmt: skip
