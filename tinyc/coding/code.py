"""What a code of int8 weights is: a table in flash and strings of bits that C decodes with it."""

from __future__ import annotations

from abc import ABC, abstractmethod

from tinyc.coding.bits import BitReader, BitWriter
from tinyc.ir.types import Array


class Code(ABC):
    """A lossless code of blocks of int8, made for certain values. Frozen."""

    @abstractmethod
    def symbol(self, count: int) -> str:
        """The tc_codec in C that reads `count` values fastest; its source is runtime_c/kernels/coding/SYMBOL.c."""

    @property
    @abstractmethod
    def table(self) -> Array:
        """uint8: what the decoder must know of the code."""

    @property
    @abstractmethod
    def scratch_bytes(self) -> int:
        """What the decoder builds from the table."""

    @abstractmethod
    def write(self, block: Array, writer: BitWriter) -> None:
        """One block of int8; each must be among the values that the code was made for."""

    @abstractmethod
    def bits_of(self, block: Array) -> int:
        """Of a block as it is written."""

    @abstractmethod
    def read(self, reader: BitReader, count: int) -> Array:
        """The `count` int8 of a block: the twin of the C."""
