"""Weights that are not zero, in lists, as runtime_c/include/tinyc/sparse.h reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.pixels import clamp_of
from tinyc.kernels.record import Field, Params, Predicate, Site, Table, int_table
from tinyc.kernels.weighted import requant_fields

FARTHEST = 255
"""Longest distance of an entry; farther ones are reached over entries of zeros."""

_MOST_INPUTS = 8192


@dataclass(frozen=True, slots=True)
class Lists:
    """Entries of `channels` x `inputs` weights. `encoding` is what it is called on a type."""

    encoding: str
    channels: int
    inputs: int

    def entries(self, rows: Array) -> Array:
        """int8 [lists][places][weights of an entry]: input by input, channels of each; zeros fill up both axes."""
        missing = (-rows.shape[0] % self.channels, -rows.shape[1] % self.inputs)
        padded = np.pad(rows, [(0, more) for more in missing])
        blocks = padded.reshape(len(padded) // self.channels, self.channels, -1, self.inputs)
        return np.ascontiguousarray(blocks.transpose(0, 2, 3, 1)).reshape(*blocks.shape[::2], -1)

    def packed(self, rows: Array) -> tuple[Array, Array]:
        """int8: all lists; uint16: the entries of each."""
        found = [_list(entries) for entries in self.entries(rows)]
        return np.concatenate([part.reshape(-1) for part in found]), np.array([len(part) for part in found], np.uint16)

    def count(self, rows: Array) -> int:
        """Entries of all lists, but for those that only bridge distances."""
        occupied = self.entries(rows).any(axis=2)
        return int(np.maximum(occupied.sum(axis=1), 1).sum())

    def fields(self, rows: Array, more: int = 0) -> dict[str, Field]:
        """`list`, with `more` bytes behind it, and `counts`."""
        content, counts = self.packed(rows)
        content = np.pad(content, (0, more))
        comment = f"weights {list(rows.shape)} that are not zero: {len(counts)} lists of distances and weights"
        return {
            "list": Table("weights", content, comment, encoding=self.encoding),
            "counts": Table("counts", counts, "entries of each list", encoding=self.encoding),
        }

    def rows_params(self, site: Site, rows: Array) -> Params:
        """tc_sparse_rows; ModelError if an accumulator could leave int32."""
        plain, x = requant_fields(site, clamp_of(site), len(rows)), site.type("x")
        bias = plain["bias"]
        assert isinstance(bias, Table) and x.quant is not None
        less = x.quant.zero_point[0] * rows.astype(np.int64).sum(axis=1)
        start = int_table("bias", bias.array - less, "int32", "bias for x as stored", "weights")
        names = ("multiplier", "shift", "out_zero_point", "low", "high")
        kept: Mapping[str, Field] = {name: plain[name] for name in names}
        parts: dict[str, Field] = {**self.fields(rows), "bias": start, "channels": len(rows), **kept}
        return Params("tc_sparse_rows", parts)


SHORT_ENOUGH = Predicate(f"at most {_MOST_INPUTS} inputs of an output", lambda site: _inputs(site) <= _MOST_INPUTS)

SINGLE = Lists("sparse", 1, 1)
BLOCKS = Lists("block_sparse", 4, 2)


def listed(blocks: Array) -> Array:
    """Places of the blocks [places][weights] that are not zero, and of others, so that the next is never too far."""
    places: list[int] = []
    for place in np.flatnonzero(np.any(blocks, axis=1)):
        while int(place) - (places[-1] if places else 0) > FARTHEST:
            places.append((places[-1] if places else 0) + FARTHEST)
        places.append(int(place))
    return np.array(places, np.int64)


def _list(entries: Array) -> Array:
    """int8 [entries][1 + weights]: at least one entry."""
    places = listed(entries)
    places = places if len(places) else np.zeros(1, np.int64)
    distances = np.diff(places, prepend=0).astype(np.uint8).view(np.int8)
    return np.concatenate([distances[:, np.newaxis], entries[places]], axis=1)


def _inputs(site: Site) -> int:
    weights = site.type("w")
    return weights.elements // weights.shape[0]
