"""Kernels of fully connected layers and 1x1 convolutions with weights of 4 bits over activations of -8 to 7."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.matrix import CONV_FITS, DENSE_FITS, matrix, row_count
from tinyc.kernels.qpack import QPACK4, clamp_of
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, int_table, register
from tinyc.kernels.requant_dsp import MAX_STEPS, largest_sums, two_step
from tinyc.kernels.requant_half import MORE, half_multiplier
from tinyc.kernels.weighted import requant_fields
from tinyc.targets.isa import Isa

LOW, HIGH = -8, 7
_MIDDLE = 1 << 11
_SIXTEEN = 16
_LONGEST = 512
"""Inputs of a block: its bytes and sums stay far below 2^31."""


def pack_lanes(rows: Array, block: int) -> Array:
    """uint32 [channels / 4][words] of [channels][inputs]; zeros fill channels to 4, inputs to 16. For each block the
    four words that its sums start from, then a word for two inputs.
    """
    padded = np.pad(rows.astype(np.int64), ((0, -rows.shape[0] % 4), (0, -rows.shape[1] % _SIXTEEN)))
    parts = []
    for first in range(0, padded.shape[1], block):
        part = padded[:, first : first + block]
        lift = (_MIDDLE + LOW * part.sum(axis=1)).reshape(-1, 4)
        starts = [lift[:, 0], lift[:, 1] << 4, lift[:, 2], lift[:, 2] + (lift[:, 3] << 4)]
        parts += [np.stack(starts, axis=1), QPACK4.words(part)]
    return np.asarray((np.concatenate(parts, axis=1) & 0xFFFFFFFF).astype(np.uint32))


def block_of(rows: Array) -> int:
    """The most inputs, a multiple of 16, of which all sums of lanes stay within -8192 to 8191; 0 if there are none.

    With an activation of -8 to 7 a product lies in [-8 w, 7 w], or [7 w, -8 w] for negative w.
    """
    most = min(-(-rows.shape[1] // _SIXTEEN) * _SIXTEEN, _LONGEST)
    return next((size for size in range(most, 0, -_SIXTEEN) if _holds(rows, size)), 0)


def _holds(rows: Array, size: int) -> bool:
    padded = np.pad(rows.astype(np.int64), ((0, 0), (0, -rows.shape[1] % size)))
    blocks = padded.reshape(len(rows), -1, size)
    above = np.where(blocks > 0, HIGH * blocks, LOW * blocks).sum(axis=2)
    below = np.where(blocks > 0, LOW * blocks, HIGH * blocks).sum(axis=2)
    return bool((above < _MIDDLE).all() and (below >= -_MIDDLE).all())


def _general(site: Site) -> Array:
    """int32 [channels, filled up to four][4]: 16 times the bias, multiplier, offset, shift."""
    step = two_step(site, clamp_of(site), len(matrix(site)))
    columns = np.stack([step.bias << MORE, step.value, step.offset(MORE), step.k + MORE], axis=1)
    return np.pad(columns, ((0, -len(columns) % 4), (0, 0)))


def _constants(site: Site) -> dict[str, Field]:
    """Multipliers and offsets that leave every result as it is, or the general ones where a channel has none."""
    rows = matrix(site)
    step, reach = two_step(site, clamp_of(site), len(rows)), -LOW * np.abs(rows.astype(np.int64)).sum(axis=1)
    found = [half_multiplier(step, channel, int(reach[channel])) for channel in range(len(rows))]
    if any(pair is None for pair in found):
        general = int_table("general", _general(site), "int32", "bias, multiplier, offset, shift")
        return {"constants": None, "general": general}
    pairs = np.pad(np.array(found, np.int64), ((0, -len(rows) % 4), (0, 0)))
    return {"constants": int_table("constants", pairs, "int32", "multiplier, offset"), "general": None}


def _params(site: Site) -> Params:
    rows = matrix(site)
    channels, inputs = rows.shape
    block, bounds = block_of(rows), requant_fields(site, clamp_of(site), channels)
    comment = f"weights {list(rows.shape)}: out, in; by four channels and two inputs"
    return Params(
        "tc_dense_s4_lanes",
        {
            "rows": row_count(site),
            "in_features": inputs,
            "out_features": channels,
            "block": block,
            "weights": Table("weights", pack_lanes(rows, block).reshape(-1), comment, encoding="packed4"),
            **_constants(site),
            "low": bounds["low"],
            "high": bounds["high"],
        },
    )


def _sixteens(site: Site) -> int:
    inputs: int = matrix(site).shape[1]
    return -(-inputs // _SIXTEEN)


def _scratch(site: Site) -> int:
    rows = matrix(site)
    inputs: int = rows.shape[1]
    return 4 * _SIXTEEN * _sixteens(site) + 12 * -(-inputs // block_of(rows))


def _work(site: Site) -> Mapping[str, int]:
    """Of whole tiles: four channels, four rows, sixteen inputs."""
    tiles = -(-len(matrix(site)) // 4) * -(-row_count(site) // 4)
    inputs = _SIXTEEN * _sixteens(site)
    return {"macs": 16 * tiles * inputs, "tiles": tiles, "inputs": -(-row_count(site) // 4) * inputs}


def _reach(site: Site) -> int:
    return int(-LOW * np.abs(matrix(site).astype(np.int64)).sum(axis=1).max())


def _in_range(site: Site) -> bool:
    k = two_step(site, clamp_of(site), len(matrix(site))).k + MORE
    return bool((k >= 1).all() and (k <= MAX_STEPS).all())


_FITS = (
    Predicate(
        f"activations must be proven to lie within {LOW} to {HIGH}",
        lambda site: site.range("x")[0] >= LOW and site.range("x")[1] <= HIGH,
    ),
    Predicate("sixteen products must stay within 12 bits", lambda site: block_of(matrix(site)) > 0),
    Predicate("requantisation shifts must lie between 29 and 50", _in_range),
    Predicate("sums of products must stay within 16 bits", lambda site: _reach(site) < 1 << 15),
    Predicate("sums must stay below 2^27", lambda site: int(largest_sums(site, len(matrix(site))).max()) < 1 << 27),
)


def _kernel(op: str) -> Kernel:
    return Kernel(
        name="tc_dense_s4w4_dsp", op=op, source="dense/tc_dense_s4w4_dsp.c", needs=Isa.DSP,
        reads={"x": "s8", "w": "s8:packed4", "y": "s8"}, fits=(*(CONV_FITS if op == "conv2d" else DENSE_FITS), *_FITS),
        params=_params, scratch=_scratch, work=_work, cost={"macs": 0.61, "tiles": 75.0, "inputs": 14.0},
    )  # fmt: skip


register(_kernel("dense"), _kernel("conv2d"))
