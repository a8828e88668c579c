"""QuantizeLinear and DequantizeLinear as float operators: scales computed at run time, or one for each block."""

from __future__ import annotations

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ir.graph import Operator
from tinyc.ir.types import DType, TensorType
from tinyc.ops.binary import Add, Div, Mul, Sub
from tinyc.ops.bounding import Clip
from tinyc.ops.cast import Cast
from tinyc.ops.gather import Gather
from tinyc.ops.importing import Builder, Node
from tinyc.ops.reshape import Reshape


def dequantize_at_run_time(node: Node, b: Builder) -> None:
    """(x - zero_point) scale in float32."""
    x = b.type_of(b.value(0))
    steps, zero_point = b.emit(Cast(DType.F32), b.value(0)), b.optional(2)
    if zero_point is not None:
        steps = b.emit(Sub(), steps, _spread(node, b, b.emit(Cast(DType.F32), zero_point), x))
    b.result(Mul(), steps, _spread(node, b, b.value(1), x))


def quantize_at_run_time(node: Node, b: Builder, to: DType) -> None:
    """saturate(round_half_even(x / scale) + zero_point): float32 holds all sums that do not saturate exactly."""
    x = b.type_of(b.value(0))
    nearest: Operator = Operator.registry["round"]()
    steps, zero_point = b.emit(nearest, b.emit(Div(), b.value(0), _spread(node, b, b.value(1), x))), b.optional(2)
    if zero_point is not None:
        steps = b.emit(Add(), steps, _spread(node, b, b.emit(Cast(DType.F32), zero_point), x))
    low, high = to.bounds
    b.result(Cast(to), b.emit(Clip(float(low), float(high)), steps))


def _spread(node: Node, b: Builder, value: str, x: TensorType) -> str:
    """Scales or zero points (float32) in a shape that broadcasts against x."""
    kind, axis = b.type_of(value), node.int("axis", 1)
    if kind.elements == 1:
        return value if kind.rank == 0 else b.emit(Reshape(()), value)
    if not -x.rank <= axis < x.rank:
        raise UnsupportedOp(f"attribute axis is {axis}, but the input is {x}")
    axis %= x.rank
    block = node.int("block_size")
    if block == 0:
        return b.emit(Reshape((kind.elements, *[1] * (x.rank - axis - 1))), value)
    if kind.rank != x.rank or kind.shape[axis] != -(-x.shape[axis] // block):
        raise UnsupportedOp(f"scale or zero point {kind} does not go with blocks of {block} along axis {axis} of {x}")
    indices = b.add_constant(f"{node.outputs[0]}.blocks", np.arange(x.shape[axis], dtype=np.int32) // block)
    return b.emit(Gather(axis), value, indices)
