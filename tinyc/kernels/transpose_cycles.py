"""Kernels that transpose a matrix in its own memory: planes to channels-last, and back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from tinyc.kernels.move import walk_of
from tinyc.kernels.overlap import Access
from tinyc.kernels.predicates import element_bytes, same_quant
from tinyc.kernels.record import Kernel, Params, Predicate, Site, int_table, register

_MOST_ELEMENTS = 1 << 16
"""Their indices are uint16."""
_MOST_CYCLES = 256


def _matrix(site: Site) -> tuple[int, int] | None:
    """Rows and columns of x, if y is its transpose."""
    walk, count = walk_of(site), site.type("x").elements
    if walk.offset or len(walk.axes) != 2 or not 0 < count <= _MOST_ELEMENTS:
        return None
    (columns, step), (rows, pitch) = walk.axes
    return (rows, columns) if (step, pitch) == (1, columns) and rows * columns == count else None


@lru_cache(maxsize=64)
def first_of_cycles(rows: int, columns: int) -> tuple[int, ...]:
    """The least index of each cycle in which the elements of a matrix move when it is transposed, of two or more."""
    last, found = rows * columns - 1, []
    moved = bytearray(last)
    for first in range(1, last):
        if moved[first]:
            continue
        at = first * rows % last
        if at != first:
            found.append(first)
        while at != first:
            moved[at] = 1
            at = at * rows % last
    return tuple(found)


def reciprocal(divisor: int, most: int) -> tuple[int, int] | None:
    """m and k such that i / divisor is (i * m) >> k for 0 <= i <= most, with i * m below 2^32."""
    for shift in range(32):
        factor = (1 << shift) // divisor + 1
        if (factor * divisor - (1 << shift)) * most < 1 << shift:
            return (factor, shift) if factor * most < 1 << 32 else None
    return None


def _is_transposed(site: Site) -> bool:
    return _matrix(site) is not None


def _divides(site: Site) -> bool:
    found = _matrix(site)
    return found is not None and reciprocal(found[1], found[0] * found[1] - 1) is not None


def _few_cycles(site: Site) -> bool:
    found = _matrix(site)
    return found is not None and len(first_of_cycles(*found)) <= _MOST_CYCLES


def _params(site: Site) -> Params:
    found = _matrix(site)
    assert found is not None
    rows, columns = found
    division = reciprocal(columns, rows * columns - 1)
    assert division is not None
    cycles = first_of_cycles(rows, columns)
    table = int_table("cycles", cycles or (0,), "uint16", "an index of each cycle of the transposition")
    return Params(
        "tc_transposition",
        {
            "count": rows * columns, "rows": rows, "reciprocal": division[0], "shift": division[1],
            "cycles": len(cycles), "firsts": table,
        },
    )  # fmt: skip


def _access(site: Site) -> Access:
    """All of x is brought to y before anything moves."""
    x = site.type("x")
    return Access(np.zeros(x.bytes, np.int64), np.zeros(x.bytes, np.int64))


def _work(site: Site) -> Mapping[str, int]:
    found = _matrix(site)
    assert found is not None
    return {"outputs": site.type("y").elements, "cycles": len(first_of_cycles(*found))}


def _kernel(op: str, bits: int) -> Kernel:
    name = f"tc_transpose_x{bits}_scalar"
    return Kernel(
        name=name, op=op, source=f"move/{name}.c", reads={},
        fits=(
            element_bytes(bits // 8), same_quant("x", "y"),
            Predicate("y must be the transpose of a matrix of at most 65,536 elements", _is_transposed),
            Predicate("division by the columns must be a product of 32 bits", _divides),
            Predicate(f"at most {_MOST_CYCLES} cycles of elements", _few_cycles),
        ),
        params=_params, overlap={"x": _access}, work=_work, cost={"outputs": 10.0, "cycles": 13.0, "calls": 60.0},
    )  # fmt: skip


register(*(_kernel(op, bits) for op in ("transpose", "relayout") for bits in (8, 32)))
