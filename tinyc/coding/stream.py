"""Blocks with their heads, one after another, in parts that can be decoded alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tinyc.coding.bits import BitWriter, padded
from tinyc.coding.code import Code
from tinyc.ir.types import Array

Head: TypeAlias = Sequence[tuple[int, int]]
"""Numbers before a block, each with its bits: two's complement or unsigned, as the kernel reads them."""


@dataclass(frozen=True, slots=True)
class Stream:
    """`content`: uint8; `sizes`: bytes of each part."""

    content: Array
    sizes: tuple[int, ...]


def stream_of(code: Code, blocks: Sequence[Array], heads: Sequence[Head], blocks_of_part: int) -> Stream:
    """Each part begins at a byte and holds `blocks_of_part` blocks, the last one what is left."""
    parts = []
    for first in range(0, len(blocks), blocks_of_part):
        writer = BitWriter()
        for block, head in zip(blocks[first:][:blocks_of_part], heads[first:][:blocks_of_part], strict=True):
            if head:
                writer.put_all(np.array([value for value, _ in head]), np.array([bits for _, bits in head]))
            code.write(block, writer)
        parts.append(writer.content())
    return Stream(padded(np.concatenate(parts)), tuple(len(part) for part in parts))
