"""Weight layouts and encodings as bytes: what lies in flash. Each is lossless."""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array

PACKED_BITS = {"packed4": 4, "packed2": 2}
"""Bits of each element under an encoding."""


def packed(integers: Array, bits: int) -> Array:
    """uint8 [ceil(n * bits / 8)]: integers in two's complement of `bits` bits, in memory order, the first in the lowest
    bits of a byte; the last byte is filled with zeros.

    Every integer must lie in [-2^(bits-1), 2^(bits-1) - 1].
    """
    flat = integers.reshape(-1).astype(np.int64)
    half = 1 << (bits - 1)
    assert flat.size == 0 or (-half <= flat.min() and flat.max() < half), f"integers do not fit {bits} bits"
    per_byte = 8 // bits
    padded = np.zeros(-(-flat.size // per_byte) * per_byte, np.int64)
    padded[: flat.size] = flat & ((1 << bits) - 1)
    shifts = np.arange(per_byte) * bits
    return np.asarray((padded.reshape(-1, per_byte) << shifts).sum(axis=1).astype(np.uint8))


def unpacked(content: Array, bits: int, count: int) -> Array:
    """The int8 integers of `packed`, as the C reads them."""
    shifts = np.arange(8 // bits) * bits
    fields = (content[:, None].astype(np.int64) >> shifts) & ((1 << bits) - 1)
    half = 1 << (bits - 1)
    return np.asarray(((fields.reshape(-1)[:count] ^ half) - half).astype(np.int8))
