"""Weights as integers with a scale for each group of inputs of each output channel."""

from __future__ import annotations

from math import prod

import numpy as np

from tinyc.calibration.moments import Moments
from tinyc.calibration.rounding import Rounding, rounded
from tinyc.calibration.supported import held_zeros
from tinyc.calibration.weights import Scales, weight_integers
from tinyc.ir.types import Array, Quant


def grouped_integers(
    weights: Array,
    axis: int,
    group: int,
    largest: int,
    moments: Moments | None = None,
    how: Rounding = Rounding.NEAREST,
    by: Scales = Scales.MSE,
) -> tuple[Array, Quant]:
    """Integers in [-largest, largest] of weights whose inputs lie along `axis`, behind the output channels; scales
    of each `group` of them, which divides their number, chosen `by` least squared error or the largest weight.

    With `moments` of the inputs (weights [M, inputs, ...]) the rounding is `how`, else to nearest.
    """
    shape = weights.shape
    assert shape[axis] % group == 0, f"groups of {group} in {shape}"
    blocks = (1,) * axis + (group,) + shape[axis + 1 :]
    rows = weights.reshape(prod(shape[:axis]) * (shape[axis] // group), -1)
    integers, of_rows = weight_integers(rows, largest, True, None, 1.0, by=by)
    quant = Quant(of_rows.scale, of_rows.zero_point, axis, blocks)
    if moments is not None and how is not Rounding.NEAREST:
        real = moments.grouped(weights.reshape(len(weights), -1).astype(np.float64))
        zeros = held_zeros(real)
        wanted = moments.target(real, zeros)
        scales = moments.grouped(quant.spread(quant.scale, shape).reshape(len(weights), -1))
        integers = rounded(wanted, scales, largest, moments.gram, how, zeros).astype(integers.dtype)
    return integers.reshape(shape), quant
