"""What all elementwise operators share: numpy broadcasting of types, and classes made from a row of a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Operator, Types
from tinyc.ir.types import Array, Quant, TensorType

Meaning: TypeAlias = Callable[..., Array]


def declare(base: type, kind: str, meaning: Meaning, doc: str, **facts: object) -> type[Operator]:
    """A subclass of `base` without fields: operator `kind`, whose method `real` is `meaning`."""
    members: dict[str, Any] = {"kind": kind, "real": staticmethod(meaning), "__doc__": doc, **facts}
    name = "".join(word.capitalize() for word in kind.split("_"))
    plain = type(name, (base,), {**members, "__module__": base.__module__, "__annotations__": {}})
    return dataclass(frozen=True, slots=True)(plain)


def broadcast_type(kind: str, inputs: Types) -> TensorType:
    """Type of an elementwise result, without quantisation: the broadcast shape in the operands' number format.

    The layout is that of the first operand of full rank. GraphError if formats differ or shapes do not broadcast.
    """
    operands = [operand for operand in inputs if operand is not None]
    if len({operand.dtype for operand in operands}) != 1:
        raise GraphError(f"{kind}: the inputs {_listed(operands)} have different number formats")
    try:
        shape = np.broadcast_shapes(*(operand.shape for operand in operands))
    except ValueError as problem:
        raise GraphError(f"{kind}: the shapes of {_listed(operands)} do not broadcast") from problem
    pattern = next(operand for operand in operands if operand.rank == len(shape))
    return replace(pattern, shape=shape, quant=None)


def common_quant(kind: str, inputs: Types) -> Quant | None:
    """The scale and zero point that all inputs share, None for plain numbers; GraphError if they differ."""
    quants = {operand.quant for operand in inputs if operand is not None}
    if len(quants) > 1:
        raise GraphError(f"{kind}: the inputs have different scales or zero points")
    return quants.pop()


def _listed(operands: list[TensorType]) -> str:
    return ", ".join(str(operand) for operand in operands)
