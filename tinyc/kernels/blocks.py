"""Matrices of which most blocks are zero, as runtime_c/include/tinyc/tpack_blocks.h reads them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.lists import FARTHEST, listed
from tinyc.kernels.record import Field, Site, Table
from tinyc.kernels.tpack import pack_weights, tpack_fields

ENCODING = "block_sparse"
_GROUP = 4


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks of four channels x `inputs` inputs; the unrolled loop of the kernel that reads them."""

    inputs: int
    unit_bytes: int
    unrolled: int

    @property
    def words(self) -> int:
        return self.inputs

    def weights(self, rows: Array) -> Array:
        """int32 [channels / 4][blocks][words] of int8 [channels][inputs]; zeros fill up both axes."""
        quads, rows = -(-len(rows) // 4), np.pad(rows, ((0, 0), (0, -rows.shape[1] % 4)))
        if self.inputs == 4:
            return pack_weights(rows).reshape(quads, -1, self.words)
        swapped = rows.reshape(len(rows), -1, 2, 2).transpose(0, 1, 3, 2).reshape(rows.shape)
        return pack_weights(swapped).reshape(quads, -1, self.words)

    def stream(self, rows: Array, order: slice) -> Array:
        """int32: quads of channels in that order."""
        return np.concatenate([self._quad(quad) for quad in self.weights(rows)[order]])

    def count(self, rows: Array) -> int:
        """Blocks that are listed, of all channels."""
        if rows.shape[1] > FARTHEST * self.inputs:
            return sum(len(listed(quad)) for quad in self.weights(rows))
        padded = np.pad(rows, ((0, -len(rows) % 4), (0, -rows.shape[1] % self.inputs)))
        return int(padded.reshape(len(padded) // 4, 4, -1, self.inputs).any(axis=(1, 3)).sum())

    def _quad(self, blocks: Array) -> Array:
        at = listed(blocks)
        missing = -len(at) % _GROUP
        distances = np.concatenate([np.zeros(missing, np.int64), np.diff(at, prepend=0)]).astype(np.uint8)
        content = np.concatenate([np.zeros((missing, self.words), np.int32), blocks[at]]).astype(np.int32)
        lists = distances.view("<i4").reshape(-1, 1)
        groups = np.concatenate([lists, content.reshape(-1, _GROUP * self.words)], axis=1)
        entry = (-len(at) % self.unrolled if len(at) else self.unrolled) * self.unit_bytes
        lead = 1 + self.words * missing if missing else 0
        head = entry | lead << 11 | 4 * groups.size << 16
        return np.concatenate([np.array([head], np.uint32).view(np.int32), groups.reshape(-1)])


def blocks_fields(site: Site, blocks: Blocks, rows: Array, *, pairs: bool) -> dict[str, Field]:
    """As tpack_fields, with a stream of blocks as weights."""
    stream = blocks.stream(rows, slice(None, None, -1 if pairs else 1))
    comment = f"weights {list(rows.shape)}: out, in; blocks of 4x{blocks.inputs} that are not zero"
    table = Table("weights", stream, comment, encoding=ENCODING)
    return {**tpack_fields(site, rows, pairs=pairs), "weights": table}
