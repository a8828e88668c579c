"""Weights and constants as runtime_c/include/tinyc/mve_rows.h reads them."""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.record import Field, Predicate, Site, Table, int_table
from tinyc.kernels.requant_dsp import TwoStep, in_range, two_step
from tinyc.kernels.weighted import requant_fields
from tinyc.ops.clamp import Clamp
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense

LANES = 16


def pack_rows(rows: Array) -> Array:
    """int8 [channels / 4][inputs / 16][4][16] of int8 [channels][inputs]; zeros fill up both axes."""
    channels, inputs = -(-rows.shape[0] // 4) * 4, -(-rows.shape[1] // LANES) * LANES
    padded = np.zeros((channels, inputs), np.int8)
    padded[: rows.shape[0], : rows.shape[1]] = rows
    return np.ascontiguousarray(padded.reshape(channels // 4, 4, inputs // LANES, LANES).transpose(0, 2, 1, 3))


def pack_constants(step: TwoStep, order: Array) -> Array:
    """int32 [n / 4][4][4]: start, multiplier, offset, minus shift of the channels in this order; -1 is none."""
    columns = np.stack([step.bias, step.value, step.offset(), -step.k])
    taken = np.where(order >= 0, columns[:, order], np.array([[0], [0], [0], [-1]]))
    packed = taken.reshape(4, -1, 4).transpose(1, 0, 2)
    return np.ascontiguousarray(packed).astype(np.uint64).astype(np.uint32).view(np.int32)


def clamp_of(site: Site) -> Clamp:
    assert isinstance(site.op.operator, Conv2d | Dense)
    return site.op.operator.clamp


def row_fields(site: Site, rows: Array) -> dict[str, Field]:
    """weights, constants, low, high of a layer that multiplies rows."""
    channels = len(rows)
    order = np.arange(-(-channels // 4) * 4)
    table = pack_constants(two_step(site, clamp_of(site), channels), np.where(order < channels, order, -1))
    bounds = requant_fields(site, clamp_of(site), channels)
    return {
        "weights": Table("weights", pack_rows(rows), f"weights {list(rows.shape)}: out, in; four channels, 16 inputs"),
        "constants": int_table("constants", table, "int32", "start and requantisation"),
        "low": bounds["low"],
        "high": bounds["high"],
    }


def _requant_fits(site: Site) -> bool:
    weights = site.array("w")
    assert weights is not None
    return in_range(site, clamp_of(site), len(weights))


REQUANT_FITS = Predicate("requantisation shifts must lie between 33 and 54", _requant_fits)
"""After `constant("w", "b")`."""
