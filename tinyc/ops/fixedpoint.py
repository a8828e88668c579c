"""THE definition of requantisation; `runtime_c/include/tinyc/requant.h` says the same in C.

    R = M / 2^shift,  M in [2^30, 2^31),  1 <= shift <= 62
    y = saturate(zp + ((acc * M + 2^(shift - 1)) >> shift))        64-bit product, one rounding (half up)

numerics.md writes shift as 32 + k. acc has 32 bits, or up to 48 for int16 activations: its product with M is taken in
two parts then, with the same result. R is computed in exact arithmetic from float32 scales, M rounded to nearest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from tinyc.errors import ModelError
from tinyc.ir.types import Array

MULTIPLIER_BITS = 31
MAX_SHIFT = 62


@dataclass(frozen=True, slots=True)
class Multiplier:
    """R = value / 2^shift."""

    value: int
    shift: int


@lru_cache(maxsize=4096)
def multiplier(real: Fraction) -> Multiplier:
    """The 31-bit multiplier nearest to a real factor R >= 0.

    R below 2^-32 becomes 0: no int32 accumulator reaches half a step with it. ModelError from R = 2^30 up, where
    every accumulator but 0 saturates.
    """
    assert real >= 0, f"factor {real} is negative"
    if real == 0:
        return Multiplier(0, 32)
    exponent = _floor_log2(real)
    shift = MULTIPLIER_BITS - 1 - exponent
    value = round_half_up(real * Fraction(2) ** shift)
    if value == 1 << MULTIPLIER_BITS:
        value, shift = value >> 1, shift - 1
    if shift > MAX_SHIFT:
        return Multiplier(0, 32)
    if shift < 1:
        raise ModelError(
            f"a requantisation factor is {float(real):.3g}; the output scale is too small for its input scales",
            hint="quantise the model again with more calibration data",
        )
    return Multiplier(value, shift)


def multipliers(reals: Sequence[Fraction]) -> tuple[Array, Array]:
    """int32 values and int8 shifts, one pair for each real factor."""
    pairs = [multiplier(real) for real in reals]
    values = np.array([pair.value for pair in pairs], dtype=np.int32)
    return values, np.array([pair.shift for pair in pairs], dtype=np.int8)


def requantize(acc: Array, values: Array, shifts: Array, zero_point: int, low: int, high: int) -> Array:
    """saturate(zp + ((acc * M + 2^(shift-1)) >> shift)) in int64; `values` and `shifts` broadcast against `acc`.

    |acc| < 2^47, and results lie within int16. Returns int64 in [low, high].
    """
    acc, values, shifts = (np.asarray(part, dtype=np.int64) for part in (acc, values, shifts))
    rounding = np.int64(1) << (shifts - 1)
    bounded = np.clip(acc, -(2**31) + 1, 2**31 - 1)
    rounded = (bounded * values + rounding) >> shifts
    if not np.array_equal(bounded, acc):
        part = ((acc & 0xFFFF) * values + rounding) >> 16
        wide = ((acc >> 16) * values + part) >> np.maximum(shifts - 16, 0)
        rounded = np.where((bounded == acc) | (shifts < 16), rounded, wide)  # factors from 2^14 up saturate anyway
    return np.asarray(np.clip(rounded + zero_point, low, high))


@dataclass(frozen=True, slots=True)
class SumScale:
    """Multipliers of an integer sum: y = zp + ((sum x_i * values[i] + 2^(shift-1)) >> shift), all in int32."""

    values: tuple[int, ...]
    shift: int


def sum_scale(reals: Sequence[Fraction], bits: int = 21, max_shift: int = 30) -> SumScale:
    """Multipliers with one common shift for a sum of integers; the largest has `bits` significant bits.

    Two terms of magnitude up to 255 with 21-bit multipliers stay below 2^30, so int32 holds the sum and its rounding.
    Terms of int16 take 30-bit multipliers and a sum of 64 bits.
    Factors so small that the shift ends at `max_shift` contribute less than half a step.
    """
    largest = max(reals)
    if largest == 0:
        return SumScale((0,) * len(reals), max_shift)
    shift = min(bits - 1 - _floor_log2(largest), max_shift)
    if shift < 1:
        raise ModelError(
            f"a requantisation factor is {float(largest):.3g}; the output scale is too small for its input scales",
            hint="quantise the model again with more calibration data",
        )
    values = tuple(round_half_up(real * Fraction(2) ** shift) for real in reals)
    return SumScale(values, shift)


def ratio(*numerator: float, over: Sequence[float] = ()) -> Fraction:
    """Exact quotient of products of floats: ratio(sx, sw, over=[sy]) = sx * sw / sy."""
    result = Fraction(1)
    for factor in numerator:
        result *= Fraction(factor)
    for factor in over:
        result /= Fraction(factor)
    return result


def quantize_real(real: Array, scale: Array, zero_point: Array, low: int, high: int) -> Array:
    """ONNX QuantizeLinear: saturate(round_half_even(x / scale) + zero_point), in float32 as the standard has it."""
    steps = np.rint(np.asarray(real, np.float32) / np.asarray(scale, np.float32)).astype(np.float64)
    return np.clip(np.nan_to_num(steps, nan=0.0) + zero_point, low, high).astype(np.int64)


def round_half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _floor_log2(value: Fraction) -> int:
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    return exponent if Fraction(2) ** exponent <= value else exponent - 1
