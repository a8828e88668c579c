"""Coded weights for kernels: the struct tc_code, the codec that reads it, and its scratch.

A kernel gives its weights as blocks, in the order in which it wants their bytes, with a head of numbers before each:

    coded = code_fields(site.type("w").encoding, blocks, heads, blocks_of_part=8)
    Params("tc_my_kernel", {"code": coded.code, "codec": coded.codec, ...})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tinyc.coding.code import Code
from tinyc.coding.codebook import Codebook
from tinyc.coding.compact import Compact
from tinyc.coding.huffman import Huffman
from tinyc.coding.runs import Runs
from tinyc.coding.stream import Head, Stream, stream_of
from tinyc.ir.types import Array, Encoding
from tinyc.kernels.record import Params, Symbol, Table, int_table

TABLE_BYTES = 512
"""Scratch that a codec's table needs at most."""

_CODES: Mapping[str, Callable[[Encoding, Sequence[Array]], Code]] = {
    "codebook": lambda _, blocks: Codebook.made_for(_flat(blocks)),
    "compact": lambda _, blocks: Compact(),
    "huffman": lambda encoding, blocks: _huffman(encoding, _flat(blocks)),
    "runs": lambda _, blocks: Runs.made_for(blocks),
}
"""The code of an encoding for these blocks."""
CODED = "|".join(_CODES)
"""For `reads`: f"s8:{CODED}"."""


@dataclass(frozen=True, slots=True)
class Coded:
    """`code`: tc_code; `codec`: &tc_codec; `scratch_bytes`: of the codec's table, a multiple of 4."""

    code: Params
    codec: Symbol
    scratch_bytes: int


def code_fields(
    encoding: Encoding, blocks: Sequence[Array], heads: Sequence[Head], blocks_of_part: int | None = None
) -> Coded:
    """All blocks of a tensor, each behind its head; None: one part."""
    code = code_of(encoding, blocks)
    stream = stream_of(code, blocks, heads, blocks_of_part or len(blocks))
    name = code.symbol(sum(block.size for block in blocks))
    symbol = Symbol(name, f"coding/{name}.c")
    return Coded(_params(encoding, code, stream), symbol, -(-code.scratch_bytes // 4) * 4)


def code_of(encoding: Encoding, blocks: Sequence[Array]) -> Code:
    """The code of these blocks."""
    return _CODES[encoding.name](encoding, blocks)


def can_code(encoding: str, integers: Array) -> bool:
    """Whether these int8 can be stored so."""
    return encoding != "codebook" or Codebook.fits(integers)


def _huffman(encoding: Encoding, integers: Array) -> Code:
    """The code that the encoding brings, or the best one for these integers."""
    number = encoding.parameter("code")
    return Huffman.made_for(integers) if number is None else Huffman.from_number(number)


def _flat(blocks: Sequence[Array]) -> Array:
    return np.concatenate([block.reshape(-1) for block in blocks])


def _params(encoding: Encoding, code: Code, stream: Stream) -> Params:
    several = len(stream.sizes) > 1
    content = Table("stream", stream.content, f"weights and constants, {encoding.name}", encoding=encoding.name)
    table = Table("code", code.table, f"code, {encoding.name}", encoding=encoding.name)
    fields = {
        "stream": content,
        "sizes": int_table("sizes", stream.sizes, "uint16", "bytes of each part", "weights") if several else None,
        "table": table if code.table.size else None,
        "stream_bytes": len(stream.content),
        "table_bytes": code.table.size,
    }
    return Params("tc_code", fields)
