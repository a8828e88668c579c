"""Choice between two tensors, element by element, and OneHot, which is made of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from tinyc.errors import GraphError
from tinyc.ir.graph import Arrays, Operator, Types
from tinyc.ir.types import Array, DType, TensorType
from tinyc.ops.cast import Cast
from tinyc.ops.elementwise import broadcast_type, common_quant
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.reshape import Reshape
from tinyc.ops.slice import Slice


@dataclass(frozen=True, slots=True)
class Where(Operator):
    """y = a where the condition is true, b elsewhere; shapes broadcast as in numpy. ONNX Where.

    a and b of any one format, scale and zero point, which y has as well; the condition is bool.
    """

    kind: ClassVar[str] = "where"
    slots: ClassVar[tuple[str, ...]] = ("condition", "a", "b")

    @property
    def follows_layout(self) -> bool:
        return True

    @property
    def integer_ready(self) -> bool:
        return True

    @property
    def int16_ready(self) -> bool:
        return True

    def infer(self, inputs: Types) -> tuple[TensorType, ...]:
        condition, a, b = inputs
        assert condition is not None and a is not None and b is not None
        if condition.dtype is not DType.BOOL:
            raise GraphError(f"where: the condition must be bool, not {condition}")
        y = broadcast_type(self.kind, (condition.with_quant(a.dtype, None), a, b))
        return (replace(y, quant=common_quant(self.kind, (a, b))),)

    def evaluate(self, inputs: Arrays, in_types: Types, out_types: tuple[TensorType, ...]) -> tuple[Array, ...]:
        condition, a, b = inputs
        assert condition is not None and a is not None and b is not None
        return (np.where(condition, a, b),)


@from_onnx("Where")
def where(node: Node, b: Builder) -> None:
    b.result(Where(), *(b.value(index) for index in range(3)))


@from_onnx("OneHot")
def one_hot(node: Node, b: Builder) -> None:
    """on where an index, counted from the end if negative, equals the place along the new axis; off elsewhere.

    So an index outside [-depth, depth) gives off everywhere, as the standard wants it.
    """
    depth = int(b.constant(1, "depth").reshape(-1)[0])
    indices, values = _whole_indices(b), b.number(2)
    shape, dtype = b.type_of(indices).shape, b.type_of(indices).dtype
    axis = node.int("axis", -1) % (len(shape) + 1)
    negative = b.emit(Operator.registry["less"](), indices, _number(b, "zero", 0, dtype))
    counted = b.emit(Operator.registry["add"](), indices, _number(b, "depth", depth, dtype))
    indices = b.emit(Where(), negative, counted, indices)
    spread = b.emit(Reshape((*shape[:axis], 1, *shape[axis:])), indices)
    places = np.arange(depth, dtype=dtype.numpy).reshape(depth, *(1,) * (len(shape) - axis))
    hot = b.emit(Operator.registry["equal"](), spread, b.add_constant(f"{node.outputs[0]}.places", places))
    off, on = (b.emit(Slice((index,), (1,), (1,)), values) for index in range(2))
    b.result(Where(), hot, on, off)


def _whole_indices(b: Builder) -> str:
    """Indices as int32 or int64."""
    indices = b.number(0)
    return indices if b.type_of(indices).dtype in (DType.S32, DType.S64) else b.emit(Cast(DType.S64), indices)


def _number(b: Builder, name: str, value: int, dtype: DType) -> str:
    assert b.node is not None
    return b.add_constant(f"{b.node.outputs[0]}.{name}", np.array(value, dtype.numpy))
