"""int8 weights under int16 activations on cores with DSP, as runtime_c/include/tinyc/s16pack.h reads them."""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.record import Field, Params, Predicate, Site, Table, int_table
from tinyc.kernels.requant_dsp import in_range, largest_sums, two_step
from tinyc.ops.clamp import Clamp, clamp_integers
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense


def pack_pairs(rows: Array) -> Array:
    """int32 [channels / 4][inputs / 2][2] of int8 [channels][inputs]; zeros fill up both axes."""
    channels, inputs = -(-rows.shape[0] // 4) * 4, -(-rows.shape[1] // 2) * 2
    padded = np.zeros((channels, inputs), np.int8)
    padded[: rows.shape[0], : rows.shape[1]] = rows
    # axes: four channels, pair of channels, channel of the pair, pair of inputs, input of the pair
    split = padded.reshape(channels // 4, 2, 2, inputs // 2, 2)
    return np.ascontiguousarray(split.transpose(0, 3, 1, 4, 2)).reshape(-1).view("<i4")


def pack_constants(site: Site, channels: Array) -> Array:
    """int32 [channels / 4][16] for these output channels, a multiple of four; -1 stands for none."""
    step = two_step(site, _clamp(site), out_channels(site))
    taken = np.maximum(channels, 0)
    requant = np.stack([step.value, step.offset(), step.k], axis=1)[taken].reshape(-1, 12)
    return np.concatenate([step.bias[taken].reshape(-1, 4), requant], axis=1).reshape(-1)


def s16_fields(site: Site, packed: Array, channels: Array) -> dict[str, Field]:
    """weights, constants and bounds."""
    shape = list(site.type("w").shape)
    low, high = clamp_integers(site.type("y"), _clamp(site))
    return {
        "weights": Table("weights", packed, f"weights {shape} by four channels"),
        "constants": int_table("constants", pack_constants(site, channels), "int32", "bias and requantisation"),
        "bounds": Params("tc_s16_bounds", {"low": low, "high": high}),
    }


def in_fours(channels: int) -> Array:
    """Output channels in order, filled up with -1."""
    order = np.arange(-(-channels // 4) * 4)
    return np.where(order < channels, order, -1)


def out_channels(site: Site) -> int:
    return site.type("w").shape[0]


def _clamp(site: Site) -> Clamp:
    assert isinstance(site.op.operator, Conv2d | Dense)
    return site.op.operator.clamp


def _symmetric(site: Site) -> bool:
    quants = (site.type("x").quant, site.type("y").quant)
    return all(quant is not None and not any(quant.zero_point) for quant in quants)


def _sums_fit(site: Site) -> bool:
    return bool((largest_sums(site, out_channels(site)) < 1 << 31).all())


S16_FITS = (
    Predicate("zero points must be 0", _symmetric),
    Predicate("sums of weights times 32768, and the bias, must stay below 2^31", _sums_fit),
    Predicate(
        "requantisation shifts must lie between 33 and 54",
        lambda site: in_range(site, _clamp(site), out_channels(site)),
    ),
)
"""After `constant("w", "b")`: what makes sums of 32 bits, and two instructions of requantisation, exact."""
