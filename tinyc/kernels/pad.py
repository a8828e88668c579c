"""Kernels of padding: one for each element size, for every format and mode."""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.access import moved
from tinyc.kernels.overlap import Access
from tinyc.kernels.predicates import element_bytes, same_layout, same_quant
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register
from tinyc.ops.pad import Pad, PadMode

MAX_AXES = 6
_MODES = {PadMode.CONSTANT: 0, PadMode.REFLECT: 1, PadMode.EDGE: 2, PadMode.WRAP: 3}


def _operator(site: Site) -> Pad:
    assert isinstance(site.op.operator, Pad)
    return site.op.operator


def pad_axes(site: Site) -> list[tuple[int, int, int]]:
    """(length of x, length of y, elements before) for each axis in memory order; neighbours without padding merged."""
    x, y, pad = site.type("x"), site.type("y"), _operator(site)
    result: list[tuple[int, int, int]] = []
    for axis in x.order:
        length, out = x.shape[axis], y.shape[axis]
        if result and length == out and result[-1][0] == result[-1][1]:
            result[-1] = (result[-1][0] * length, result[-1][1] * out, 0)
        else:
            result.append((length, out, pad.begin[axis]))
    return result or [(1, 1, 0)]


def _value_words(site: Site) -> tuple[int, int]:
    """The bits of the padding element as two words, lowest first."""
    kind = site.type("y")
    element = np.array([_operator(site).filling(kind)]).astype(kind.dtype.numpy)
    bits = int.from_bytes(element.astype(element.dtype.newbyteorder("<")).tobytes(), "little")
    return bits & 0xFFFFFFFF, bits >> 32


def pad_params(site: Site) -> Params:
    axes = pad_axes(site)
    padded = axes + [(1, 1, 0)] * (MAX_AXES - len(axes))
    return Params(
        "tc_pad",
        {
            "mode": _MODES[_operator(site).mode],
            "axes": len(axes),
            "in_length": tuple(length for length, _, _ in padded),
            "out_length": tuple(length for _, length, _ in padded),
            "begin": tuple(before for _, _, before in padded),
            "value": _value_words(site),
        },
    )


def _element_by_element(site: Site) -> Access:
    axes, mode = pad_axes(site), _operator(site).mode
    strides = np.cumprod([1, *(length for length, _, _ in axes[:0:-1])])[::-1]
    found = np.zeros([length for _, length, _ in axes], np.int64)
    for number, index in enumerate(np.ix_(*(_sources(mode, *axis) for axis in axes))):
        found = np.where((index < 0) | (found < 0), -1, found + index * strides[number])
    return moved(site, found.reshape(-1))


def _sources(mode: PadMode, length: int, out: int, before: int) -> Array:
    """tc_pad_index of every position along an axis."""
    at = np.arange(out) - before
    if mode is PadMode.CONSTANT:
        return np.where((at >= 0) & (at < length), at, -1)
    if mode is PadMode.EDGE or length == 1:
        return np.clip(at, 0, length - 1)
    at %= length if mode is PadMode.WRAP else 2 * (length - 1)
    return np.where(at < length, at, 2 * (length - 1) - at)


FEW_AXES = Predicate(
    f"at most {MAX_AXES} axes may remain after neighbours without padding are merged",
    lambda site: len(pad_axes(site)) <= MAX_AXES,
)


def _kernel(bits: int) -> Kernel:
    return Kernel(
        name=f"tc_pad_x{bits}_ref", op="pad", source=f"pad/tc_pad_x{bits}_ref.c", reads={},
        fits=(same_layout("x", "y"), element_bytes(bits // 8), same_quant("x", "y"), FEW_AXES),
        params=pad_params, overlap={"x": _element_by_element}, cost={"outputs": 14.0},
    )  # fmt: skip


register(*(_kernel(bits) for bits in (8, 16, 32, 64)))
