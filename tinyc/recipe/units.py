"""What conditions and requirements can speak about, and in which unit each is written."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum


class Unit(Enum):
    """How a bound is written: a share as 1%, bytes as 64K or a plain number, a count as a plain number."""

    SHARE = "a share, written like 10%"
    BYTES = "bytes, written like 8K or 8192"
    COUNT = "a number"


# Of one op, for `where`: bytes of its constants, multiply-accumulates, share of its bytes that the pass takes away.
MEASURES = {"bytes": Unit.BYTES, "macs": Unit.COUNT, "saves": Unit.SHARE}

# Of the finished build, for `require`: loss against the float model, bytes of flash, bytes of RAM.
METRICS = {
    "accuracy_drop": Unit.SHARE,
    "top5_drop": Unit.SHARE,
    "auc_drop": Unit.SHARE,
    "mse_growth": Unit.SHARE,
    "flash": Unit.BYTES,
    "ram": Unit.BYTES,
}

_SIZES = {"K": 1 << 10, "M": 1 << 20}


def bound_text(bound: float, unit: Unit) -> str:
    """A bound as a recipe writes it; reads back as the same number."""
    if unit is Unit.SHARE:
        return f"{(Decimal(repr(bound)) * 100).normalize():f}%"
    return str(int(bound)) if float(bound).is_integer() else repr(bound)


def read_share(text: str) -> float:
    """`60%` is 0.6."""
    return float(Decimal(text[:-1]) / 100)


def read_bytes(text: str) -> int:
    """`8K` is 8192, `1.5M` is 1572864."""
    return int(Decimal(text[:-1]) * _SIZES[text[-1]])


def read_number(text: str) -> int | float:
    """Whole where it has neither point nor exponent."""
    return int(text) if text.lstrip("-").isdigit() else float(text)
