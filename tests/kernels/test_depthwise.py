"""Packing and bands of the depthwise kernels on planes."""

from __future__ import annotations

import numpy as np
import pytest

from tinyc.kernels.depthwise_dsp import PITCH, band_rows, pack_taps, plane_words


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


@pytest.mark.parametrize("pairs, rows", [(1, 3), (2, 27), (2, 14), (3, 5), (4, 6), (7, 7), (8, 9), (9, 13), (25, 5)])
def test_planes_share_no_word(pairs: int, rows: int) -> None:
    plane = {PITCH * pair + row for pair in range(pairs) for row in range(rows)}

    def are_apart(words: int) -> bool:
        return len({words * number + word for number in range(4) for word in plane}) == 4 * len(plane)

    found = plane_words(pairs, rows)
    assert are_apart(found)
    assert not any(map(are_apart, range(rows, found)))
