"""Constants of channels in few bits: the same results for every sum, and as C reads them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tinyc.coding.bits import BitReader, BitWriter
from tinyc.kernels.compact import Channels, Compact, Width, compact
from tinyc.kernels.requant_dsp import TwoStep
from tinyc.kernels.requant_shared import bounds_of
from tinyc.ops.fixedpoint import requantize


def _read(compacted: Compact, count: int) -> list[tuple[int, int, int]]:
    """The twin of tc_coded_next_channels."""
    writer, fields = BitWriter(), compacted.fields
    for value, bits in compacted.of_channels(range(count)):
        writer.put(value, bits)
    reader, found = BitReader(writer.content()), []
    for _ in range(count):
        numbers = []
        for name in ("bias_bits", "multiplier_bits", "shift_bits"):
            narrow, wide = fields[name]  # type: ignore[misc]
            bits = (narrow, wide)[reader.take(1)] if narrow < wide else wide
            numbers.append((reader.take(bits), bits))
        (bias, width), (upper, bits), (more, _) = numbers
        signed = bias - (1 << width) if width and bias >> (width - 1) else bias
        value = int(fields["multiplier_base"]) + (upper << int(fields["multiplier_top"]) - bits)  # type: ignore[call-overload]
        found.append((signed, value, int(fields["least_shift"]) + more))  # type: ignore[call-overload]
    return found


_CHANNEL = st.tuples(
    st.integers(-(1 << 31), (1 << 31) - 1) | st.integers(-9, 9),
    st.integers(1 << 30, (1 << 31) - 1) | st.integers(1 << 20, (1 << 21) - 1).map(lambda high: high << 10) | st.just(0),
    st.integers(1, 62),
)


@given(st.lists(_CHANNEL, min_size=1, max_size=9))
def test_what_is_written_is_read(channels: list[tuple[int, int, int]]) -> None:
    columns = (np.array(column, np.int64) for column in zip(*channels, strict=True))
    assert _read(compact(Channels(*columns)), len(channels)) == channels


def test_what_all_channels_share_takes_no_bits() -> None:
    same = np.full(7, 5, np.int64)
    found = compact(Channels(0 * same, same << 28, same))
    assert found.heads == [[]] * 7


def test_few_long_numbers_do_not_make_all_long() -> None:
    width = Width.for_lengths(np.array([4] * 20 + [30]))
    assert (width.narrow, width.wide) == (4, 30)
    assert Width.for_lengths(np.array([30] * 20 + [29])) == Width(30, 30)


@given(st.integers(1 << 30, (1 << 31) - 1), st.integers(1, 12), st.integers(-128, 127), st.integers(0, 9000))
def test_multipliers_between_the_bounds_leave_every_result(value: int, k: int, zero_point: int, reach: int) -> None:
    step = TwoStep(*(np.array([number], np.int64) for number in (0, value, k, zero_point)))
    (low,), (high,) = bounds_of(step, np.array([reach]), step.k)
    assert low <= value <= high
    sums = np.arange(-reach, reach + 1, dtype=np.int64)
    shift = np.int64(32 + k)
    wanted = requantize(sums, np.int64(value), shift, zero_point, -128, 127)
    for other in (max(int(low), 1 << 30), min(int(high), (1 << 31) - 1)):
        np.testing.assert_array_equal(requantize(sums, np.int64(other), shift, zero_point, -128, 127), wanted)
