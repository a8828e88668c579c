"""Values as they are, eight bits each: only the heads between them are short."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinyc.coding.bits import BitReader, BitWriter
from tinyc.coding.code import Code
from tinyc.ir.types import Array


@dataclass(frozen=True, slots=True)
class Compact(Code):
    """int8 in two's complement; no table."""

    def symbol(self, count: int) -> str:
        return "tc_compact"

    @property
    def table(self) -> Array:
        return np.zeros(0, np.uint8)

    @property
    def scratch_bytes(self) -> int:
        return 0

    def write(self, block: Array, writer: BitWriter) -> None:
        writer.put_all(block.reshape(-1), np.full(block.size, 8))

    def bits_of(self, block: Array) -> int:
        return 8 * block.size

    def read(self, reader: BitReader, count: int) -> Array:
        return np.array([reader.take(8) for _ in range(count)], np.uint8).view(np.int8)
