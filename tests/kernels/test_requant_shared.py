"""One shift for all channels: multipliers of fewer bits that leave every result as it is, or none."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tinyc.kernels.requant_dsp import TwoStep
from tinyc.kernels.requant_shared import SHIFT, bounds_of
from tinyc.ops.fixedpoint import requantize


def _step(value: int, k: int, zero_point: int) -> TwoStep:
    return TwoStep(*(np.array([number], np.int64) for number in (0, value, k, zero_point)))


def _results(sums: np.ndarray, value: int, zero_point: int) -> np.ndarray:
    """What SMMLA and SSAT yield."""
    offset = (zero_point << SHIFT) + (1 << (SHIFT - 1))
    return np.clip((((sums * value) >> 32) + offset) >> SHIFT, -128, 127)


@given(st.integers(1 << 30, (1 << 31) - 1), st.integers(SHIFT, 12), st.integers(-128, 127), st.integers(0, 20000))
def test_multipliers_within_the_bounds_are_right_and_others_wrong(
    value: int, k: int, zero_point: int, reach: int
) -> None:
    sums = np.arange(-reach, reach + 1, dtype=np.int64)
    wanted = requantize(sums, np.int64(value), np.int64(32 + k), zero_point, -128, 127)
    (low,), (high,) = bounds_of(_step(value, k, zero_point), np.array([reach]))
    for multiplier in {int(low), int(high)} if low <= high else ():
        np.testing.assert_array_equal(_results(sums, multiplier, zero_point), wanted)
    for multiplier in {int(low) - 1, int(high) + 1} if low <= high else {value >> (k - SHIFT)}:
        if 1 <= multiplier < 1 << 31:
            assert not np.array_equal(_results(sums, multiplier, zero_point), wanted)


def test_a_multiplier_of_the_shared_shift_stays() -> None:
    (low,), (high,) = bounds_of(_step(1 << 30, SHIFT, 0), np.array([1000]))
    assert low <= 1 << 30 <= high
