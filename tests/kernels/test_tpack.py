"""T-pack words against their meaning: two channels in a half word, two inputs in a word."""

from __future__ import annotations

import numpy as np
import pytest

from tinyc.kernels.tpack import pack_weights


@pytest.mark.parametrize("channels, inputs", [(1, 1), (4, 4), (5, 7), (8, 33)])
def test_halves_hold_two_channels(channels: int, inputs: int) -> None:
    rows = np.random.default_rng(5).integers(-127, 128, (channels, inputs))
    words = pack_weights(rows).reshape(-(-channels // 4), -(-inputs // 4), 2, 2)
    for channel, k in np.ndindex(channels, inputs):
        word = int(words[channel // 4, k // 4, k % 2, channel % 4 // 2])
        half = (word >> (16 * (k % 4 // 2))) & 0xFFFF
        low = ((half & 0xFF) ^ 0x80) - 0x80
        high = (((half ^ 0x8000) - 0x8000) - low) >> 8
        assert rows[channel, k] == (high if channel % 2 else low)


def test_padding_is_zero() -> None:
    assert not pack_weights(np.zeros((5, 3), np.int8)).any()
    assert pack_weights(np.ones((1, 1), np.int8)).tolist() == [1, 0, 0, 0]
