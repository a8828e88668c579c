"""Kernels of padding: one for each element size, for every format and mode."""

from __future__ import annotations

import numpy as np

from tinyc.kernels.predicates import element_bytes, same_layout, same_quant
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register
from tinyc.ops.pad import Pad, PadMode

MAX_AXES = 6
_MODES = {PadMode.CONSTANT: 0, PadMode.REFLECT: 1, PadMode.EDGE: 2, PadMode.WRAP: 3}


def _operator(site: Site) -> Pad:
    assert isinstance(site.op.operator, Pad)
    return site.op.operator


def _axes(site: Site) -> list[tuple[int, int, int]]:
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


def _params(site: Site) -> Params:
    axes = _axes(site)
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


_FEW_AXES = Predicate(
    f"at most {MAX_AXES} axes may remain after neighbours without padding are merged",
    lambda site: len(_axes(site)) <= MAX_AXES,
)


def _kernel(bits: int) -> Kernel:
    return Kernel(
        name=f"tc_pad_x{bits}_ref", op="pad", source=f"pad/tc_pad_x{bits}_ref.c", reads={},
        fits=(same_layout("x", "y"), element_bytes(bits // 8), same_quant("x", "y"), _FEW_AXES),
        params=_params, cost={"outputs": 14.0},
    )  # fmt: skip


register(*(_kernel(bits) for bits in (8, 16, 32, 64)))
