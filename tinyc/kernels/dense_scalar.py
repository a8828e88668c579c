"""Kernels of the fully connected layer for cores without DSP."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.access import rows as row_by_row
from tinyc.kernels.matrix import CONV_FITS, DENSE_FITS, matrix, row_count
from tinyc.kernels.pairs import REQUANT_FITS, requant_columns
from tinyc.kernels.pixels import clamp_of
from tinyc.kernels.record import Kernel, Params, Site, Table, int_table, register
from tinyc.kernels.requant_dsp import two_step
from tinyc.kernels.weighted import requant_fields

_UNIT = 8
_LIFT = 128


def pack_bytes(rows: Array) -> Array:
    """int32 [channels / 4][inputs]: bytes w + 128 of channels 0, 2, 1, 3; zeros fill up both axes."""
    channels, inputs = -(-rows.shape[0] // 4) * 4, -(-rows.shape[1] // _UNIT) * _UNIT
    lifted = np.zeros((channels, inputs), np.uint8)
    lifted[: rows.shape[0], : rows.shape[1]] = rows.astype(np.int64) + _LIFT
    fours = lifted.reshape(-1, 4, inputs)[:, [0, 2, 1, 3]]
    return np.ascontiguousarray(fours.transpose(0, 2, 1)).view("<i4").reshape(-1)


def _params(site: Site) -> Params:
    weights, clamp = matrix(site), clamp_of(site)
    bounds, step = requant_fields(site, clamp, len(weights)), two_step(site, clamp, len(weights))
    start = step.bias - _LIFT * weights.astype(np.int64).sum(axis=1)
    return Params("tc_dense_s8_bytes", {
        "rows": row_count(site),
        "in_features": weights.shape[1],
        "out_features": len(weights),
        "weights": Table("weights", pack_bytes(weights), f"weights {list(weights.shape)}: out, in; by four"),
        "constants": int_table("constants", requant_columns(step, start), "int32", "start and requantisation"),
        "low": bounds["low"],
        "high": bounds["high"],
    })  # fmt: skip


def _inputs(site: Site) -> int:
    inputs: int = matrix(site).shape[1]
    return -(-inputs // _UNIT) * _UNIT


def _work(site: Site) -> Mapping[str, int]:
    """Of whole tiles: eight channels, eight inputs."""
    channels = -(-len(matrix(site)) // 8) * 8
    inputs, rows = _inputs(site), row_count(site)
    return {"macs": rows * channels * inputs, "outputs": rows * channels, "inputs": rows * inputs}


register(*(
    Kernel(
        name="tc_dense_s8_scalar", op=op, source="dense/tc_dense_s8_scalar.c",
        reads={"x": "s8", "w": "s8:dense", "y": "s8"}, fits=(*fits, REQUANT_FITS), params=_params, scratch=_inputs,
        overlap={"x": lambda site: row_by_row(site, len(matrix(site)), 1)},
        work=_work, cost={"macs": 3.3, "outputs": 38.0, "inputs": 8.0},
    )
    for op, fits in (("dense", DENSE_FITS), ("conv2d", CONV_FITS))
))  # fmt: skip
