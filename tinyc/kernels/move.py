"""Kernels that move elements of any format: transpose, slice, expand, relayout. All are one walk with strides.

The strides are those of memory, so every combination of layouts is served.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from tinyc.ir.types import Array, TensorType
from tinyc.kernels.access import moved
from tinyc.kernels.overlap import Access
from tinyc.kernels.predicates import element_bytes, same_quant
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register
from tinyc.ops.expand import Expand
from tinyc.ops.slice import Slice
from tinyc.ops.transpose import Transpose

MAX_AXES = 8


@dataclass(frozen=True, slots=True)
class Walk:
    """y in memory order: (length, stride in x) for each axis, slowest first, from an offset in x; all in elements."""

    offset: int
    axes: tuple[tuple[int, int], ...]

    def merged(self) -> Walk:
        """The same walk with as few axes as possible."""
        result: list[tuple[int, int]] = []
        for length, stride in self.axes:
            if length == 1:
                continue
            if result and result[-1][1] == length * stride:
                result[-1] = (result[-1][0] * length, stride)
            else:
                result.append((length, stride))
        return Walk(self.offset, tuple(result) or ((1, 1),))

    @property
    def is_identity(self) -> bool:
        """True if y lies in memory exactly as x does."""
        return self.offset == 0 and len(self.axes) == 1 and self.axes[0][1] == 1


def memory_strides(kind: TensorType) -> tuple[int, ...]:
    """Distance in memory, in elements, between neighbours along each logical axis."""
    physical = kind.physical_shape
    return tuple(prod(physical[kind.physical_axis(axis) + 1 :]) for axis in range(kind.rank))


def walk_of(site: Site) -> Walk:
    """The walk of a transpose, slice, expand or relayout."""
    x, y, operator = site.type("x"), site.type("y"), site.op.operator
    strides = memory_strides(x)
    offset, source = 0, strides
    if isinstance(operator, Transpose):
        source = tuple(strides[axis] for axis in operator.perm)
    elif isinstance(operator, Slice):
        offset = sum(start * stride for start, stride in zip(operator.starts, strides, strict=True))
        source = tuple(step * stride for step, stride in zip(operator.steps, strides, strict=True))
    elif isinstance(operator, Expand):
        source = _repeating(x, strides, y.rank)
    return Walk(offset, tuple((y.shape[axis], source[axis]) for axis in y.order)).merged()


def _repeating(x: TensorType, strides: Sequence[int], rank: int) -> tuple[int, ...]:
    """Strides with 0 for the axes that are repeated."""
    present = tuple(0 if length == 1 else stride for length, stride in zip(x.shape, strides, strict=True))
    return (0,) * (rank - x.rank) + present


def _params(site: Site) -> Params:
    walk = walk_of(site)
    unused = MAX_AXES - len(walk.axes)
    return Params(
        "tc_move",
        {
            "axes": len(walk.axes),
            "offset": walk.offset,
            "length": tuple(length for length, _ in walk.axes) + (0,) * unused,
            "stride": tuple(stride for _, stride in walk.axes) + (0,) * unused,
        },
    )


def _work(site: Site) -> Mapping[str, int]:
    """`places`: divisions, for the axes before the last one."""
    walk = walk_of(site)
    outputs = site.type("y").elements
    return {"outputs": outputs, "places": outputs // max(walk.axes[-1][0], 1) * len(walk.axes)}


def _sources(walk: Walk) -> Array:
    """The element of x for each of y, in the order of y."""
    found = np.array([walk.offset])
    for length, stride in walk.axes:
        found = (found[:, None] + np.arange(length) * stride).reshape(-1)
    return found


def _in_order_of_y(site: Site) -> Access:
    return moved(site, _sources(walk_of(site)))


FEW_AXES = Predicate(
    f"at most {MAX_AXES} axes may remain after those that lie together are merged",
    lambda site: len(walk_of(site).axes) <= MAX_AXES,
)
_SAME_ORDER = Predicate("elements must lie in the same order in x and y", lambda site: walk_of(site).is_identity)


def _kernel(op: str, bits: int) -> Kernel:
    return Kernel(
        name=f"tc_move_x{bits}_ref", op=op, source=f"move/tc_move_x{bits}_ref.c",
        reads={}, fits=(element_bytes(bits // 8), same_quant("x", "y"), FEW_AXES), params=_params,
        overlap={"x": _in_order_of_y}, work=_work, cost={"outputs": 8.0, "places": 20.0},
    )  # fmt: skip


def _view(op: str) -> Kernel:
    return Kernel(
        name=f"view_{op}", op=op, source="", reads={}, fits=(_SAME_ORDER, same_quant("x", "y")),
        params=_params, cost={"outputs": 0.0},
    )  # fmt: skip


for _op in ("transpose", "slice", "expand", "relayout"):
    register(_view(_op), *(_kernel(_op, bits) for bits in (8, 16, 32, 64)))
