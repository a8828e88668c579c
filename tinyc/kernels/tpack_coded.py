"""T-pack from coded weights: blocks of four channels and tiles of blocks, as runtime_c/include/tinyc/tpack_coded.h
decodes them.
"""

from __future__ import annotations

import math

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.coded_weights import bound_fields, coded_weights, table_bytes
from tinyc.kernels.compact import channels_of
from tinyc.kernels.overlap import Access
from tinyc.kernels.record import Field, Params, Site
from tinyc.kernels.requant_shared import SHIFT
from tinyc.ops.clamp import Clamp

_TILE_BYTES = ((0.0, 8192), (0.02, 6144), (0.05, 4096), (0.1, 3072), (math.inf, 2048))
"""Of a tile with its constants and the codec's table, for calls that may spare up to so many cycles; one quad of
channels in any case.
"""
_WHOLE_BYTES, _WHOLE_SPARE = 4096, 0.2
"""Of all channels as one tile, which lets outputs lie over inputs; for calls that may spare up to so many cycles."""
LEAST_SPARE = 0.1
"""Part of its cycles that a call must be able to spare for strips that are decoded anew to be tried."""
_CONSTANT_BYTES = 64
"""Of one quad of channels, in scratch."""


def input_quads(site: Site) -> int:
    """Words of four inputs of one channel."""
    weights = site.type("w")
    return -(-weights.elements // weights.shape[0] // 4)


def tile_quads(site: Site) -> int:
    """Quads of channels that are decoded together: as many as fit, in tiles of about one size."""
    quads = -(-site.type("w").shape[0] // 4)
    room = next(bytes_ for spare, bytes_ in _TILE_BYTES if site.spare <= spare)
    if site.spare <= _WHOLE_SPARE and tile_bytes(site, quads) <= max(room, _WHOLE_BYTES):
        return quads
    most = max(1, (room - table_bytes(site)) // quad_bytes(site))
    return -(-quads // -(-quads // most))


def tile_count(site: Site) -> int:
    return -(-site.type("w").shape[0] // (4 * tile_quads(site)))


def is_one_tile(site: Site) -> bool:
    """Whether all channels are decoded together; outputs come in the order of the plain kernel then."""
    return tile_count(site) == 1


def tile_bytes(site: Site, quads: int) -> int:
    """Scratch beside that of the plain kernel for tiles of so many quads."""
    return quads * quad_bytes(site) + table_bytes(site)


def quad_bytes(site: Site) -> int:
    return 16 * input_quads(site) + _CONSTANT_BYTES


def coded_tpack(site: Site, clamp: Clamp, rows: Array, quads: int, scratch_bytes: int) -> Params:
    """tc_coded_tpack of weights [channels][inputs], in tiles of `quads`; `scratch_bytes`: what lies before a tile."""
    fields: dict[str, Field] = {
        "weights": coded_quads(site, clamp, rows, last_first=True),
        "inputs": rows.shape[1],
        "channels": len(rows),
        "quads": quads,
        "scratch_bytes": scratch_bytes,
        "shared_shift": int(_one_shift(site, clamp, len(rows))),
    }
    return Params("tc_coded_tpack", fields | bound_fields(site, clamp))


def coded_quads(
    site: Site, clamp: Clamp, rows: Array, at_once: int | None = None, *, last_first: bool = False
) -> Params:
    """tc_coded of weights [channels][inputs]: blocks of four channels, [inputs][channels]; `at_once` inputs of them."""
    quads = [range(first, min(first + 4, len(rows))) for first in range(0, len(rows), 4)][:: -1 if last_first else 1]
    blocks = [np.ascontiguousarray(rows[quad.start : quad.stop].T) for quad in quads]
    return coded_weights(site, clamp, blocks, quads, at_once)


def _one_shift(site: Site, clamp: Clamp, channels: int) -> bool:
    """Whether multipliers lose nothing on the way to SHIFT."""
    constants = channels_of(site, clamp, channels)
    more = constants.shift - 32 - SHIFT
    return bool((more >= 0).all() and (constants.value % (1 << np.maximum(more, 0)) == 0).all())


def after_all(site: Site) -> Access:
    """Every tile reads all of x: no output may lie over it."""
    x, y = site.type("x"), site.type("y")
    return Access(np.ones(x.bytes, np.int64), np.zeros(y.bytes, np.int64))
