"""What tells damaged constants in flash from those that were written."""

from __future__ import annotations

import zlib
from enum import Enum

from tinyc.codegen.view import emitted
from tinyc.lower.program import Program

SOURCE = "integrity/tc_crc32.c"
HEADER = "integrity.h"


class Integrity(Enum):
    """What NAME_init checks before a model may run."""

    NONE = "none"
    CRC32 = "crc32"


def crc32_of(program: Program) -> int:
    """CRC-32 (IEEE 802.3) of all constants in the order of the weights' file, as a little-endian core holds them."""
    crc = 0
    for constant in program.constants:
        array = emitted(constant)
        crc = zlib.crc32(array.astype(array.dtype.newbyteorder("<")).tobytes(), crc)
    return crc


def crc32_text(program: Program) -> str:
    """As C and people read it: 0x5FC9F67C."""
    return f"0x{crc32_of(program):08X}"
