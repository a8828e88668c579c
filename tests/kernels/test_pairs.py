"""Streams of pairs: no lane of 16 bits overflows for any input, and the sums are those of the weights."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyc.kernels.dense_scalar import pack_bytes
from tinyc.kernels.pairs import move_on, pack_pairs

BLOCK = 64
WEIGHTS = st.lists(st.integers(-127, 127), min_size=2, max_size=140).map(lambda values: values[: len(values) // 2 * 2])


def extremes(part: np.ndarray) -> tuple[int, int]:
    """The least and the largest sum of weights times int8 inputs."""
    return int(np.minimum(part * -128, part * 127).sum()), int(np.maximum(part * -128, part * 127).sum())


@given(WEIGHTS)
def test_no_part_can_leave_its_lane(values: list[int]) -> None:
    row = np.array(values, np.int64)
    ends = move_on(row)
    assert ends[-1]
    for part in np.split(row, 2 * (np.flatnonzero(ends) + 1))[:-1]:
        least, largest = extremes(part)
        assert least >= -(1 << 15) and largest < 1 << 15


@given(WEIGHTS)
def test_parts_are_as_long_as_they_can_be(values: list[int]) -> None:
    row = np.array(values, np.int64)
    parts = np.split(row, 2 * (np.flatnonzero(move_on(row)) + 1))[:-1]
    for part, after in pairwise(parts):
        least, largest = extremes(np.concatenate([part, after[:2]]))
        assert least < -(1 << 15) or largest >= 1 << 15


@pytest.mark.parametrize("inputs", [1, 4, 5, 63, 64, 65, 130])
def test_stream_gives_the_sums_of_both_lanes(inputs: int) -> None:
    random = np.random.default_rng(inputs)
    rows, bias = random.integers(-127, 128, (3, inputs)), np.array([0, 1000, -70000])
    pixels = np.stack([np.full(inputs, -128), random.integers(-128, 128, inputs)])
    stream = pack_pairs(rows, bias).astype(np.int64)
    for row, start in zip(rows, bias, strict=True):
        sums, stream = sums_of(stream, np.pad(pixels, ((0, 0), (0, -inputs % 4))))
        assert sums == [int(pixel @ row) + int(start) for pixel in pixels]
    assert not len(stream)


def sums_of(stream: np.ndarray, pixels: np.ndarray) -> tuple[list[int], np.ndarray]:
    """The sums of one channel as runtime_c/include/tinyc/pairs.h computes them, and the rest of the stream."""
    total, upper, lanes, place = int(stream[0]), int(stream[1]), 0x8000, 2
    for k in range(pixels.shape[1]):
        if k % BLOCK == 0:
            bits, place = int(stream[place]), place + 1
        if k % 4 == 0:
            word, place = int(stream[place]), place + 1
        weight = ((word >> (8 * (k % 4)) & 0xFF) ^ 0x80) - 0x80
        lanes += weight * (int(pixels[0, k]) + (int(pixels[1, k]) << 16))
        assert -(1 << 31) <= lanes < 1 << 31
        if k % 2 and bits >> (31 - k % BLOCK // 2) & 1:
            total, upper, lanes = total + lanes, upper + (lanes >> 16), 0x8000
    lower = (total - (upper << 16) + (1 << 31)) % (1 << 32) - (1 << 31)
    return [lower, upper], stream[place:]


@pytest.mark.parametrize("channels, inputs", [(1, 1), (4, 8), (5, 9)])
def test_bytes_lie_as_the_mask_takes_them(channels: int, inputs: int) -> None:
    rows = np.random.default_rng(channels).integers(-128, 128, (channels, inputs))
    words = pack_bytes(rows).view(np.uint32).reshape(-(-channels // 4), -(-inputs // 8) * 8)
    for channel, k in np.ndindex(channels, inputs):
        halves = int(words[channel // 4, k]) >> (0 if channel % 4 < 2 else 8) & 0x00FF00FF
        assert (halves >> 16 * (channel % 2)) & 0xFF == rows[channel, k] + 128
    assert not words[:, inputs:].any()
