"""T-pack with bias and requantisation in the stream of weights: runtime_c/include/tinyc/tpack_stream_4x2.h reads it."""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.record import Field, Site, Table
from tinyc.kernels.requant_dsp import two_step
from tinyc.kernels.requant_shared import SHIFT, shared_multipliers
from tinyc.kernels.tpack import clamp_of, columns_of, filled, low_words, pack_weights, starts
from tinyc.kernels.weighted import requant_fields
from tinyc.ops.clamp import Clamp


def stream_fields(site: Site, rows: Array, suffix: str) -> dict[str, Field]:
    """stream, offset and bounds; ModelError where an accumulator could leave int32."""
    bounds = requant_fields(site, clamp_of(site), len(rows))
    stream, offset = pack_stream(site, clamp_of(site), rows)
    comment = f"weights {list(rows.shape)}: out, in; T-pack, with bias and requantisation"
    return {"stream": Table(suffix, stream, comment), "offset": offset, "low": bounds["low"], "high": bounds["high"]}


def pack_stream(site: Site, clamp: Clamp, rows: Array) -> tuple[Array, int]:
    """int32, last four channels first: what their sums start from, their weights, their requantisation; and the offset
    of all channels, 0 where each has its own shift.
    """
    shared = shared_multipliers(site, clamp, len(rows))
    start, requant, offset = _own(site, clamp, rows) if shared is None else _shared(site, clamp, rows, shared)
    words = pack_weights(rows).reshape(len(start), -1)
    return low_words(np.concatenate([start, words, requant], axis=1)[::-1]), offset


def _own(site: Site, clamp: Clamp, rows: Array) -> tuple[Array, Array, int]:
    """Multiplier and offset of each four channels, then their shifts."""
    start, (value, offset, k) = columns_of(site, clamp, len(rows))
    parts = (np.stack([value, offset], axis=1).reshape(-1, 8), k.reshape(-1, 4))
    return start, np.concatenate(parts, axis=1), 0


def _shared(site: Site, clamp: Clamp, rows: Array, multipliers: Array) -> tuple[Array, Array, int]:
    """Multipliers of each four channels; the offset is zero point and one half, at SHIFT. A channel of zero weights has
    a sum that becomes its constant: 2^(SHIFT + 2) times its distance from the zero point.
    """
    step, y = two_step(site, clamp, len(rows)), site.type("y")
    assert y.quant is not None
    zero_point = int(y.quant.zero_point[0])
    still = ~rows.any(axis=1)
    bias = np.where(still, (step.zero_point - zero_point) << (SHIFT + 2), step.bias)
    value = np.where(still, 1 << 30, multipliers)
    return starts(filled(bias)), filled(value).reshape(-1, 4), (zero_point << SHIFT) + (1 << (SHIFT - 1))
