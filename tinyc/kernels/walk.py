"""Fast kernels that move elements: innermost is the loop with most elements, or the one whose elements lie together.

In memory order of y an innermost axis may be as short as three colours; which loop runs inside is free, as elements do
not depend on each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.move import FEW_AXES, MAX_AXES, walk_of
from tinyc.kernels.overlap import Access
from tinyc.kernels.predicates import element_bytes, same_quant
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register

_AT_ONCE = 4
_RUN_BYTES = (16, 4, 1)


@dataclass(frozen=True, slots=True)
class Loop:
    """Length, and steps in x and in y, in elements or bytes."""

    length: int
    x_step: int
    y_step: int


@dataclass(frozen=True, slots=True)
class Nest:
    """Loops, slowest first, the last one innermost, from an offset in x."""

    offset: int
    loops: tuple[Loop, ...]


def _in_order(site: Site) -> tuple[int, list[Loop]]:
    walk = walk_of(site)
    lengths = [length for length, _ in walk.axes]
    steps = [prod(lengths[place + 1 :]) for place in range(len(lengths))]
    return walk.offset, [Loop(*axis, step) for axis, step in zip(walk.axes, steps, strict=True)]


def _nest(site: Site) -> Nest:
    """The longest loop innermost, the last one if several are as long."""
    offset, loops = _in_order(site)
    place = max(range(len(loops)), key=lambda i: (loops[i].length, i))
    return Nest(offset, (*loops[:place], *loops[place + 1 :], loops[place]))


def _runs(site: Site) -> Nest:
    """In the order of y, in bytes."""
    offset, loops = _in_order(site)
    size = site.type("x").dtype.bytes
    *outer, inner = (Loop(loop.length, loop.x_step * size, loop.y_step * size) for loop in loops)
    return Nest(offset * size, (*outer, Loop(inner.length * size, 1, 1)))


def _params(nest: Nest) -> Params:
    *outer, inner = nest.loops
    unused = (0,) * (MAX_AXES - len(outer))
    return Params(
        "tc_walk",
        {
            "outer": len(outer),
            "length": tuple(loop.length for loop in outer) + unused,
            "x_step": tuple(loop.x_step for loop in outer) + unused,
            "y_step": tuple(loop.y_step for loop in outer) + unused,
            "offset": nest.offset,
            "count": inner.length,
            "x_inner": inner.x_step,
            "y_inner": inner.y_step,
        },
    )


def _places(nest: Nest, steps: Sequence[int]) -> Array:
    """Where every element lies, in the order of the loops, by the steps of x or of y."""
    found = np.zeros(1, np.int64)
    for loop, step in zip(nest.loops, steps, strict=True):
        found = (found[:, None] + np.arange(loop.length) * step).reshape(-1)
    return found


def _access(nest: Nest, moments: Array, in_bytes: int, out_bytes: int, unit: int) -> Access:
    """`moments`: the step of each element of the innermost loop; elements of `unit` bytes."""
    if moments.size == 0:  # nothing is moved
        return Access(np.full(in_bytes, -1, np.int64), np.zeros(out_bytes, np.int64))
    rounds = prod(loop.length for loop in nest.loops[:-1])
    steps = (np.arange(rounds)[:, None] * (int(moments[-1]) + 1) + moments).reshape(-1)
    reads = np.full(in_bytes // unit, -1, np.int64)
    writes = np.zeros(out_bytes // unit, np.int64)
    np.maximum.at(reads, nest.offset + _places(nest, [loop.x_step for loop in nest.loops]), steps)
    writes[_places(nest, [loop.y_step for loop in nest.loops])] = steps
    return Access(np.repeat(reads, unit), np.repeat(writes, unit))


def run_moments(count: int) -> Array:
    """tc_copy_run: steps of its bytes."""
    found: list[int] = []
    for size in _RUN_BYTES:
        whole = (count - len(found)) // size
        first = found[-1] + 1 if found else 0
        found += [first + i for i in range(whole) for _ in range(size)]
    return np.array(found, np.int64)


def _elements_access(site: Site) -> Access:
    nest, x = _nest(site), site.type("x")
    count = nest.loops[-1].length
    whole = count // _AT_ONCE * _AT_ONCE
    moments = np.concatenate([np.arange(whole) // _AT_ONCE, whole // _AT_ONCE + np.arange(count - whole)])
    return _access(nest, moments, x.bytes, site.type("y").bytes, x.dtype.bytes)


def _runs_access(site: Site) -> Access:
    nest = _runs(site)
    return _access(nest, run_moments(nest.loops[-1].length), site.type("x").bytes, site.type("y").bytes, 1)


def _work(site: Site) -> Mapping[str, int]:
    y, nest = site.type("y"), _nest(site)
    return {"outputs": y.elements, "rounds": y.elements // max(nest.loops[-1].length, 1)}


def _work_of_runs(site: Site) -> Mapping[str, int]:
    y, nest = site.type("y"), _runs(site)
    return {"bytes": y.bytes, "rounds": y.bytes // max(nest.loops[-1].length, 1)}


_TOGETHER = Predicate("innermost elements of y must lie together in x", lambda site: walk_of(site).axes[-1][1] == 1)


def _kernel(op: str, bits: int) -> Kernel:
    return Kernel(
        name=f"tc_move_x{bits}_scalar", op=op, source=f"move/tc_move_x{bits}_scalar.c", reads={},
        fits=(element_bytes(bits // 8), same_quant("x", "y"), FEW_AXES), params=lambda site: _params(_nest(site)),
        overlap={"x": _elements_access}, work=_work, cost={"outputs": 4.5, "rounds": 40.0},
    )  # fmt: skip


def _of_runs(op: str) -> Kernel:
    return Kernel(
        name="tc_move_runs_scalar", op=op, source="move/tc_move_runs_scalar.c", reads={},
        fits=(same_quant("x", "y"), FEW_AXES, _TOGETHER), params=lambda site: _params(_runs(site)),
        overlap={"x": _runs_access}, work=_work_of_runs, cost={"bytes": 0.9, "rounds": 50.0},
    )  # fmt: skip


for _op in ("transpose", "slice", "expand", "relayout"):
    register(_of_runs(_op), *(_kernel(_op, bits) for bits in (8, 16, 32)))
