"""Weights and constants of a weighted sum, coded together: the struct tc_coded and the scratch around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tinyc.ir.types import Array
from tinyc.kernels.coded import TABLE_BYTES, code_fields
from tinyc.kernels.compact import channels_of, compact
from tinyc.kernels.record import Field, Params, Site
from tinyc.kernels.weighted import requant_fields
from tinyc.ops.clamp import Clamp, clamp_integers

_WITHOUT_TABLE = ("codebook", "compact")
"""Encodings whose codec needs no scratch."""


def coded_weights(
    site: Site, clamp: Clamp, blocks: Sequence[Array], channels: Sequence[Sequence[int]], at_once: int | None = None
) -> Params:
    """Blocks of weights, each behind the constants of its channels; ModelError if an accumulator could leave int32.
    `at_once`: weights of each channel that are decoded together, if not all.
    """
    count = sum(len(block) for block in channels)
    requant_fields(site, clamp, count)
    constants = compact(channels_of(site, clamp, count))
    parts, heads = [], []
    for block, members in zip(blocks, channels, strict=True):
        flat, size = block.reshape(-1), len(members) * at_once if at_once else block.size
        pieces = [flat[first:][:size] for first in range(0, flat.size, size)]
        parts += pieces
        heads += [constants.of_channels(members), *[[]] * (len(pieces) - 1)]
    coded = code_fields(site.type("w").encoding, parts, heads)
    assert coded.scratch_bytes <= table_bytes(site)
    return Params("tc_coded", {"code": coded.code, "codec": coded.codec, **constants.fields})


DECODING_COST = {
    "weights": 3.0, "huffman": 11.5, "runs": 22.0, "compact": 5.0, "codebook": 8.7, "channels": 170.0, "tables": 3000.0,
}  # fmt: skip
"""Of `decoding`: what is done with each weight besides; what its code takes."""


def decoding(site: Site) -> Mapping[str, int]:
    """Work of decoding all channels once."""
    weights = site.type("w")
    return decoding_of(weights.encoding.name, weights.shape[0], weights.elements // weights.shape[0])


def decoding_of(encoding: str, channels: int, inputs: int) -> dict[str, int]:
    """The same of channels of so many inputs."""
    weights, tables = channels * inputs, int(encoding not in _WITHOUT_TABLE)
    return {"weights": weights, encoding: weights, "channels": channels, "tables": tables}


def table_bytes(site: Site) -> int:
    """Scratch that the codec's table takes, at most."""
    return 0 if site.type("w").encoding.name in _WITHOUT_TABLE else TABLE_BYTES


def bound_fields(site: Site, clamp: Clamp) -> dict[str, Field]:
    """Zero points of x and y, and the bounds of the fused activation."""
    x, y = site.type("x").quant, site.type("y").quant
    assert x is not None and y is not None
    low, high = clamp_integers(site.type("y"), clamp)
    return {"in_zero_point": x.zero_point[0], "out_zero_point": y.zero_point[0], "low": low, "high": high}


def words(count: int) -> int:
    """Bytes, filled up to whole words."""
    return -(-count // 4) * 4
