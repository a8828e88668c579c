"""Which ops `quantize(activations=dynamic)` takes, and what they become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, cast

from tinyc.ir.graph import Graph, Op, Operator
from tinyc.ir.types import DType
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.ops.dynamic_conv2d import DynamicConv2d
from tinyc.ops.dynamic_dense import DynamicDense
from tinyc.ops.dynamic_matmul import DynamicMatMul
from tinyc.ops.dynamic_recurrent import DynamicGru, DynamicLstm
from tinyc.ops.matmul import MatMul
from tinyc.ops.recurrent import Recurrent
from tinyc.ops.recurrent_cells import Gru, Lstm

FORMS: dict[type[Operator], Callable[..., Operator]] = {
    Dense: DynamicDense,
    Conv2d: DynamicConv2d,
    MatMul: DynamicMatMul,
    Gru: DynamicGru,
    Lstm: DynamicLstm,
}
TAKEN = "dense, conv2d, matmul, gru and lstm layers with constant weights and the usual activations"


def dynamic_form(operator: Operator) -> Operator:
    """The operator whose inputs become int8 at run time, with the same attributes."""
    attributes = {item.name: getattr(operator, item.name) for item in fields(cast(Any, operator))}
    return FORMS[type(operator)](**attributes)


def weight_slots(operator: Operator) -> tuple[str, ...]:
    """Inputs that hold weights, all of which must be constant."""
    return tuple(slot for slot in ("w", "r") if slot in operator.slots)


def can_be_dynamic(graph: Graph, op: Op) -> bool:
    """True if the op computes on floats, has constant weights and has a dynamic form."""
    if type(op.operator) not in FORMS:
        return False
    named = dict(zip(op.operator.slots, op.inputs, strict=False))
    constant = all(named[slot] in graph.constants for slot in weight_slots(op.operator))
    kinds = [kind for slot, kind in zip(op.operator.slots, graph.in_types(op), strict=False) if slot != "lengths"]
    floats = all(kind.dtype is DType.F32 for kind in (*kinds, *graph.out_types(op)) if kind is not None)
    plane = not isinstance(op.operator, Conv2d) or graph.in_types(op)[0].rank <= 4  # type: ignore[union-attr]
    return constant and floats and plane and _usual(graph, op, named)


def _usual(graph: Graph, op: Op, named: dict[str, str | None]) -> bool:
    operator = op.operator
    if not isinstance(operator, Recurrent):
        return True
    plain = not operator.activations and operator.clip == 0
    coupled = isinstance(operator, Lstm) and operator.coupled
    bias = named.get("b")
    return plain and not coupled and named.get("p") is None and (bias is None or bias in graph.constants)
