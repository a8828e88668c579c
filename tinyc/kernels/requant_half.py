"""Requantisation of sums of 16 bits by SMLAW and SSAT: one shift for all channels.

    y = saturate((offset + (sum * multiplier >> 16)) >> SHIFT)

The sum is without its bias: the offset has it. Both forms are computed for every sum that can occur.
"""

from __future__ import annotations

import numpy as np

from tinyc.kernels.requant_dsp import TwoStep

SHIFT = 14
MORE = 4
"""Sums times 2^4 have shifts of at least 33 in the general form."""
_LOW, _HIGH = -128, 127
_NEAR = (0, 1, -1, 2, -2)
"""Multipliers that are tried, from the nearest one."""


def half_multiplier(step: TwoStep, channel: int, reach: int) -> tuple[int, int] | None:
    """Multiplier and offset of a channel that leave every result of sums from -reach to reach as it is; None if none
    of the nearest does.
    """
    value, k = int(step.value[channel]), int(step.k[channel]) + MORE
    sums = np.arange(-reach, reach + 1, dtype=np.int64)
    offset = int(step.offset(MORE)[channel])
    wanted = np.clip((offset + ((sums + int(step.bias[channel])) * (value << MORE) >> 32)) >> k, _LOW, _HIGH)
    nearest = ((value << MORE) + (1 << (k + 1))) >> (k + 2)
    for multiplier in (nearest + more for more in _NEAR):
        if 0 <= multiplier < 1 << 31:
            scaled = sums * multiplier >> 16
            low = np.where(wanted > _LOW, (wanted << SHIFT) - scaled, -(1 << 30)).max()
            high = np.where(wanted < _HIGH, ((wanted + 1) << SHIFT) - 1 - scaled, 1 << 30).min()
            if low <= high and np.abs(scaled).max() < 1 << 29:
                return multiplier, int(low + high) // 2
    return None
