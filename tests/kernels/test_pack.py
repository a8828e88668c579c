"""Packed integers come back as they went in, and the C reads them as numpy does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyc.kernels.pack import packed, unpacked


@given(st.sampled_from([2, 4]), st.data())
def test_round_trip(bits: int, data: st.DataObject) -> None:
    half = 1 << (bits - 1)
    values = np.array(data.draw(st.lists(st.integers(-half, half - 1), max_size=40)), np.int8)
    content = packed(values, bits)
    assert content.dtype == np.uint8 and len(content) == -(-len(values) * bits // 8)
    np.testing.assert_array_equal(unpacked(content, bits, len(values)), values)


@pytest.mark.parametrize("bits, values", [(4, [8]), (4, [-9]), (2, [2]), (2, [-3])])
def test_integers_that_do_not_fit_are_our_mistake(bits: int, values: list[int]) -> None:
    with pytest.raises(AssertionError):
        packed(np.array(values, np.int8), bits)
