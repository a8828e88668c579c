"""Bias, multiplier and shift of each channel in few bits, as runtime_c/include/tinyc/coded.h reads them.

A multiplier has 31 bits, but many of them yield the same results: of those that are right for every sum that can
occur, the one with most zeros at its end is taken. Each of the three numbers takes `narrow` bits, or, where the layer's
largest need more, one bit that says which and then `narrow` or `wide` ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tinyc.ir.types import Array, DType
from tinyc.kernels.record import Field, Site
from tinyc.kernels.requant_dsp import TwoStep, largest_sums
from tinyc.kernels.requant_shared import bounds_of
from tinyc.ops.clamp import Clamp, clamp_integers
from tinyc.ops.fixedpoint import MULTIPLIER_BITS, multipliers, requantize
from tinyc.ops.integer import channel_factors

_MOST_SHIFT = 54
"""Beyond it thresholds would leave int64: multipliers stay as they are."""
_USUAL_SHIFT = 38
_MOST_STILL_SHIFT = 50
"""Of channels that are constant: the sum that yields the constant stays within int32."""


@dataclass(frozen=True, slots=True)
class Channels:
    """Sum to start from (of x less its zero point), multiplier and shift of each channel; all int64 [channels].

    Channels with results of int8 and zero weights, or a factor too small to matter, have the same result as in the
    graph by numbers that fit in with the others'.
    """

    bias: Array
    value: Array
    shift: Array


@dataclass(frozen=True, slots=True)
class Width:
    """Bits of a number: `narrow`, or `wide` behind a bit that is 1. Equal: no such bit."""

    narrow: int
    wide: int

    @staticmethod
    def for_lengths(lengths: Array) -> Width:
        """The pair that takes fewest bits for numbers of these lengths."""
        wide = int(lengths.max(initial=0))
        taken = {narrow: int(((lengths > narrow) * (wide - narrow)).sum()) + len(lengths) * (narrow + 1)
                 for narrow in range(wide)}  # fmt: skip
        narrow = min(taken, key=lambda bits: taken[bits], default=wide)
        return Width(narrow, wide) if taken.get(narrow, 0) < len(lengths) * wide else Width(wide, wide)

    def of(self, length: int) -> int:
        """The bits that a number of this length gets."""
        return self.narrow if length <= self.narrow else self.wide

    def head(self, number: int, bits: int) -> list[tuple[int, int]]:
        """The number with its bits, behind the bit that says how many these are."""
        return [(int(bits > self.narrow), 1)][: self.narrow < self.wide] + [(number, bits)][:bits]


@dataclass(frozen=True, slots=True)
class Compact:
    """`fields`: members of tc_coded that say how heads are written. `heads`: (number, bits) of each channel."""

    fields: dict[str, Field]
    heads: list[list[tuple[int, int]]]

    def of_channels(self, channels: Sequence[int]) -> list[tuple[int, int]]:
        """The head of a block of channels."""
        return [part for channel in channels for part in self.heads[channel]]


def channels_of(site: Site, clamp: Clamp, channels: int) -> Channels:
    """The constants of a weighted sum, with as many zeros at the end of multipliers as leave every result as it is."""
    x, w, y = site.type("x"), site.type("w"), site.type("y")
    assert x.quant is not None and y.quant is not None
    weights, bias = site.array("w"), site.array("b")
    assert weights is not None
    start = np.zeros(channels, np.int64) if bias is None else bias.astype(np.int64)
    value, shift = (np.asarray(part, np.int64) for part in multipliers(channel_factors(x, w, y, channels)))
    if y.dtype is not DType.S8:
        return Channels(start, value, shift)
    still = ~weights.reshape(channels, -1).any(axis=1)
    constant = requantize(start, value, shift, y.quant.zero_point[0], *clamp_integers(y, clamp))
    live = ~still & (value > 0)
    usual = int(shift[live].min()) if live.any() else _USUAL_SHIFT
    shift = np.where(live, shift, np.clip(usual, MULTIPLIER_BITS - 1, _MOST_STILL_SHIFT))
    kept = (constant - y.quant.zero_point[0]) << (shift - MULTIPLIER_BITS + 1)
    start = np.where(still, kept, np.where(live, start, 0))
    value = np.where(still, 1 << (MULTIPLIER_BITS - 1), value)
    return Channels(start, np.where(live, _shortest(value, shift, site, channels), value), shift)


def _shortest(value: Array, shift: Array, site: Site, channels: int) -> Array:
    """Of the multipliers that are right for all sums, those with most zeros at their end; all have 31 bits."""
    y = site.type("y")
    assert y.quant is not None
    within = (shift <= _MOST_SHIFT) & (value > 0)
    k = np.where(within, shift - 32, 0)
    step = TwoStep(np.zeros_like(value), value, k, np.full(channels, y.quant.zero_point[0]))
    low, high = bounds_of(step, largest_sums(site, channels), k)
    low, high = np.maximum(low, 1 << (MULTIPLIER_BITS - 1)), np.minimum(high, (1 << MULTIPLIER_BITS) - 1)
    found = value
    for zeros in range(1, MULTIPLIER_BITS):
        rounded = high >> zeros << zeros
        found = np.where(within & (rounded >= low), rounded, found)
    return found


def compact(constants: Channels) -> Compact:
    """The least bits for the constants of these channels."""
    signed = np.array([_signed_length(int(bias)) for bias in constants.bias])
    base, top = _base(constants.value)
    lengths = np.array([top - _zeros(int(value) - base, top) for value in constants.value])
    least = int(constants.shift.min())
    shifts = np.array([(int(shift) - least).bit_length() for shift in constants.shift])
    bias, multiplier, shift = (Width.for_lengths(part) for part in (signed, lengths, shifts))
    heads = []
    for channel in range(len(signed)):
        head = bias.head(int(constants.bias[channel]), bias.of(int(signed[channel])))
        bits = multiplier.of(int(lengths[channel]))
        head += multiplier.head((int(constants.value[channel]) - base) >> (top - bits), bits)
        more = shift.of(int(shifts[channel]))
        heads.append(head + shift.head(int(constants.shift[channel]) - least, more))
    fields: dict[str, Field] = {
        "multiplier_base": base,
        "bias_bits": (bias.narrow, bias.wide),
        "multiplier_bits": (multiplier.narrow, multiplier.wide),
        "shift_bits": (shift.narrow, shift.wide),
        "multiplier_top": top,
        "least_shift": least,
    }
    return Compact(fields, heads)


def _base(values: Array) -> tuple[int, int]:
    """What is added to each multiplier, and the bits of what is left: none if all are the same."""
    if len(np.unique(values)) == 1:
        return int(values[0]), 0
    usual = 1 << (MULTIPLIER_BITS - 1)
    return (usual, MULTIPLIER_BITS - 1) if int(values.min()) >= usual else (0, MULTIPLIER_BITS)


def _zeros(number: int, most: int) -> int:
    """At the end of a number of `most` bits."""
    return min(most, (number & -number).bit_length() - 1) if number else most


def _signed_length(number: int) -> int:
    """Bits as two's complement; none for zero."""
    return max(number, ~number).bit_length() + 1 if number else 0
