"""Kernels of the float fully connected layer for cores with float32 in hardware."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.kernels.conv2d_fpu import pack_block, padded_bias
from tinyc.kernels.matrix import CONV_FITS, DENSE_FITS, matrix, row_count
from tinyc.kernels.overlap import Access, bytes_of
from tinyc.kernels.pixels import clamp_of
from tinyc.kernels.record import Kernel, Params, Site, Table, register
from tinyc.kernels.weighted import float_fields
from tinyc.targets.isa import Isa

_CHANNELS = 16


def _params(site: Site) -> Params:
    weights = matrix(site)
    bounds = float_fields(site, clamp_of(site), len(weights))
    packed = pack_block(weights, _CHANNELS)
    return Params("tc_dense_f32_block", {
        "rows": row_count(site),
        "in_features": weights.shape[1],
        "out_features": len(weights),
        "weights": Table("weights", packed, f"weights {list(weights.shape)}: out, in; by sixteen channels"),
        "bias": padded_bias(site, len(weights), _CHANNELS),
        "low": bounds["low"],
        "high": bounds["high"],
    })  # fmt: skip


def _by_sixteen(site: Site) -> Access:
    """Sixteen channels after the other, each from the whole row."""
    channels, inputs = matrix(site).shape
    groups = np.arange(channels) // _CHANNELS
    count = int(groups[-1]) + 1
    first = np.arange(row_count(site)).reshape(-1, 1) * count
    reads = np.repeat(first + count - 1, inputs)
    return Access(bytes_of(reads, site.type("x").dtype.bytes), bytes_of(first + groups, site.type("y").dtype.bytes))


def _work(site: Site) -> Mapping[str, int]:
    """Of whole tiles: sixteen channels."""
    weights = matrix(site)
    blocks = row_count(site) * -(-len(weights) // _CHANNELS)
    outputs = row_count(site) * len(weights)
    return {"macs": blocks * _CHANNELS * weights.shape[1], "blocks": blocks, "outputs": outputs}


register(*(
    Kernel(
        name="tc_dense_f32_fpu", op=op, source="dense/tc_dense_f32_fpu.c", needs=Isa.FPU_SP,
        reads={"x": "f32", "w": "f32:dense", "y": "f32"}, fits=fits, params=_params,
        overlap={"x": _by_sixteen}, work=_work,
        cost={"macs": 3.2, "blocks": 130.0, "outputs": 9.0},
    )
    for op, fits in (("dense", DENSE_FITS), ("conv2d", CONV_FITS))
))  # fmt: skip
