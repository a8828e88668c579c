"""Kernel of padding by runs of bytes: a value around x."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np

from tinyc.kernels.overlap import Access
from tinyc.kernels.pad import FEW_AXES, pad_axes, pad_params
from tinyc.kernels.predicates import element_bytes, same_layout, same_quant
from tinyc.kernels.record import Kernel, Predicate, Site, register
from tinyc.kernels.walk import run_moments
from tinyc.ops.pad import Pad, PadMode


def _is_value(site: Site) -> bool:
    assert isinstance(site.op.operator, Pad)
    return site.op.operator.mode is PadMode.CONSTANT


def _nothing_cut(site: Site) -> bool:
    return all(0 <= before <= out - length for length, out, before in pad_axes(site))


def _rows(site: Site) -> int:
    return prod(out for _, out, _ in pad_axes(site)[:-1])


def _row_by_row(site: Site) -> Access:
    """Each row is filled before x, takes its run of x, and is filled behind it."""
    axes = pad_axes(site)
    length, out, before = axes[-1]
    starts = _starts(axes[:-1]) * length
    moments = run_moments(length) + 1
    last = int(moments[-1]) + 1
    reads = np.full(site.type("x").elements, -1, np.int64)
    writes = np.zeros((len(starts), out), np.int64)
    for row, start in enumerate(starts):
        writes[row] = row * (last + 1)
        if start >= 0:
            writes[row, before : before + length] += moments
            writes[row, before + length :] += last
            reads[start : start + length] = row * (last + 1) + moments
    return Access(reads, writes.reshape(-1))


def _starts(axes: list[tuple[int, int, int]]) -> np.ndarray:
    """For each row of y the row of x, negative for none."""
    found = np.zeros(1, np.int64)
    for length, out, before in axes:
        at = np.arange(out) - before
        inside = (at >= 0) & (at < length)
        joined = np.where(inside & (found[:, None] >= 0), found[:, None] * length + at, -1)
        found = joined.reshape(-1)
    return found


def _work(site: Site) -> Mapping[str, int]:
    return {"bytes": site.type("y").elements, "rows": _rows(site)}


register(
    Kernel(
        name="tc_pad_x8_scalar", op="pad", source="pad/tc_pad_x8_scalar.c", reads={},
        fits=(
            same_layout("x", "y"), element_bytes(1), same_quant("x", "y"), FEW_AXES,
            Predicate("padding must be a value", _is_value), Predicate("no axis may be cut", _nothing_cut),
        ),
        params=pad_params, overlap={"x": _row_by_row}, work=_work, cost={"bytes": 1.2, "rows": 80.0},
    )
)  # fmt: skip
