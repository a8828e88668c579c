"""Continuous functions of one int16 tensor: a table of knots, and straight lines between them.

    u = x + 32768,  i = u >> down,  f = u mod 2^down
    y = saturate(t[i] + (((t[i + 1] - t[i]) f + 2^(down - 1)) >> down))

t holds 2^(16 - down) + 1 results, each computed in float64 and rounded once, as the table of an int8 function is, but
within +-2^18, so that the line to a result that saturates has its slope.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from tinyc.ir.types import Array, DType, Quant
from tinyc.ops.elementwise import Meaning
from tinyc.ops.fixedpoint import quantize_real

REACH = 2**18
COARSEST, FINEST = 10, 4
"""Most and least bits between knots: 65 knots to 4097."""


@lru_cache(maxsize=64)
def curve_table(real: Meaning, x: Quant, y: Quant) -> Array:
    """int32: as few knots as keep every result within one step of the rounded function, 4097 where none do."""
    every = np.arange(-(2**15), 2**15)
    ideal = _results(real, every, x, y, *DType.S16.bounds)
    for down in range(COARSEST, FINEST - 1, -1):
        knots = _results(real, np.arange(0, 2**16 + 1, 1 << down) - 2**15, x, y, -REACH, REACH)
        if np.abs(curve(every, knots).astype(np.int64) - ideal).max() <= 1:
            break
    return knots.astype(np.int32)


def curve(x: Array, knots: Array) -> Array:
    """int16 results for int16 inputs."""
    down, table = down_of(knots), knots.astype(np.int64)
    place = x.astype(np.int64) + 2**15
    index, rest = place >> down, place & ((1 << down) - 1)
    rise = (table[index + 1] - table[index]) * rest
    result = table[index] + ((rise + (1 << (down - 1))) >> down)
    return np.asarray(np.clip(result, *DType.S16.bounds).astype(np.int16))


def down_of(knots: Array) -> int:
    """Bits of an input between two knots."""
    return 17 - (len(knots) - 1).bit_length()


def _results(real: Meaning, inputs: Array, x: Quant, y: Quant, low: int, high: int) -> Array:
    reals = np.float32(x.scale[0]) * (inputs - x.zero_point[0]).astype(np.float32)
    with np.errstate(all="ignore"):
        results = np.asarray(real(reals.astype(np.float64))).astype(np.float32)
        return quantize_real(results, y.scales(1), y.zero_points(1), low, high)
