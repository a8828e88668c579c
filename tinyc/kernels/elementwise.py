"""Struct members and conditions that elementwise kernels share: order in memory, broadcasting."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from tinyc.ir.types import TensorType
from tinyc.kernels.record import Field, Params, Predicate, Site

OUTER_AXES = 5
"""TC_OUTER_AXES of broadcast.h."""


def memory_order(kind: TensorType) -> list[int]:
    """Logical axes in the order in which they lie in memory, without those of length 1."""
    return [axis for axis in kind.order if kind.shape[axis] != 1]


def same_order(*slots: str) -> Predicate:
    """Those of these tensors that have the shape of y lie in the order of y."""

    def holds(site: Site) -> bool:
        y = site.type("y")
        kinds = [site.type(slot) for slot in slots]
        return all(memory_order(kind) == memory_order(y) for kind in kinds if kind.shape == y.shape)

    return Predicate(f"{', '.join(slots)} and y must lie in the same order", holds)


def per_tensor(*slots: str) -> Predicate:
    """These tensors have one scale and zero point each."""

    def holds(site: Site) -> bool:
        quants = [site.type(slot).quant for slot in slots]
        return all(quant is not None and quant.is_per_tensor for quant in quants)

    return Predicate(f"{', '.join(slots)} must be quantised per tensor", holds)


def joins(*slots: str) -> Predicate:
    """The axes of a broadcast can be joined to as few as the kernels walk."""
    limit = OUTER_AXES + 1

    def holds(site: Site) -> bool:
        return len(_joined(site.type("y"), [site.type(slot) for slot in slots])) <= limit

    return Predicate(f"the broadcast must join to at most {limit} axes", holds)


def broadcast_fields(site: Site, *slots: str) -> dict[str, Field]:
    """The member `shape` for two operands (type tc_broadcast) or three: lengths, and strides by the operands' names."""
    axes = _joined(site.type("y"), [site.type(slot) for slot in slots])
    *outer, (count, steps) = axes
    padding = OUTER_AXES - len(outer)
    lengths = tuple([1] * padding + [length for length, _ in outer])
    fields: dict[str, Field] = {"rows": prod(lengths), "count": count}
    fields |= {f"{slot}_step": step for slot, step in zip(slots, steps, strict=True)}
    fields["outer"] = lengths
    for index, slot in enumerate(slots):
        fields[f"{slot}_outer"] = tuple([0] * padding + [strides[index] for _, strides in outer])
    return {"shape": Params("tc_broadcast" if len(slots) == 2 else "tc_broadcast3", fields)}


def _joined(y: TensorType, operands: Sequence[TensorType]) -> list[tuple[int, tuple[int, ...]]]:
    """Length and the operands' strides of each axis of y, in memory order, neighbours joined; at least one axis."""
    result: list[tuple[int, tuple[int, ...]]] = []
    for axis in memory_order(y):
        length, strides = y.shape[axis], tuple(_stride(operand, axis - y.rank) for operand in operands)
        if result and result[-1][1] == tuple(stride * length for stride in strides):
            length *= result.pop()[0]
        result.append((length, strides))
    return result or [(1, (0,) * len(operands))]


def _stride(kind: TensorType, axis_from_end: int) -> int:
    """Elements between neighbours along an axis counted from the end (-1 is the last); 0 where it is broadcast."""
    axis = kind.rank + axis_from_end
    if axis < 0 or kind.shape[axis] == 1:
        return 0
    return prod(kind.physical_shape[kind.physical_axis(axis) + 1 :])
