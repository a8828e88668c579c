"""Packing and bands of the depthwise kernels on planes."""

from __future__ import annotations

import numpy as np
import pytest

from tinyc.kernels.depthwise_dsp import band_rows, pack_taps


def test_taps_lie_as_pairs_for_the_byte_extension() -> None:
    taps = np.arange(18, dtype=np.int8).reshape(2, 3, 3)
    packed = pack_taps(taps)[..., np.newaxis].view("i1")
    assert packed[..., [0, 2]].tolist() == taps[..., [0, 1]].tolist()
    assert packed[..., [1, 3]].tolist() == taps[..., [1, 2]].tolist()


@pytest.mark.parametrize("stride", [1, 2])
def test_bands_fit_the_planes(stride: int) -> None:
    for out_rows in range(2, 200):
        rows = band_rows(out_rows, stride)
        assert 2 <= rows <= out_rows
        assert (rows - 1) * stride + 3 <= 27
        assert rows in (out_rows, {1: 25, 2: 13}[stride]) or rows % 2 == 0
