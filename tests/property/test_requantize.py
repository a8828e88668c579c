"""Requantisation in numpy against whole numbers of any size."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tinyc.ops.fixedpoint import requantize

LOW, HIGH = -(2**15), 2**15 - 1
_sums = st.integers(-(2**47) + 1, 2**47 - 1) | st.integers(-(2**31) - 2, 2**31 + 2) | st.integers(-9, 9)


@given(
    sums=st.lists(_sums, min_size=1, max_size=8),
    value=st.integers(2**30, 2**31 - 1),
    shift=st.integers(1, 62),
    zero_point=st.integers(-9, 9),
)
def test_sums_of_48_bits_are_requantised_as_the_formula_says(
    sums: list[int], value: int, shift: int, zero_point: int
) -> None:
    expected = [min(max(zero_point + ((acc * value + (1 << (shift - 1))) >> shift), LOW), HIGH) for acc in sums]
    got = requantize(np.array(sums), np.array(value), np.array(shift), zero_point, LOW, HIGH)
    assert got.tolist() == expected
