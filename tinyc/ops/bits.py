"""Bits of integers and truth values: and, or, exclusive or, not, shifts."""

from __future__ import annotations

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ir.graph import Operator
from tinyc.ir.types import Array, DType
from tinyc.ops.binary import Binary
from tinyc.ops.elementwise import Meaning, declare
from tinyc.ops.importing import Builder, Node, from_onnx


def _shift_left(a: Array, b: Array) -> Array:
    return np.where(_inside(a, b), np.left_shift(a, np.where(_inside(a, b), b, 0)), 0)


def _shift_right(a: Array, b: Array) -> Array:
    top = a.dtype.itemsize * 8 - 1
    fill = np.right_shift(a, top) if a.dtype.kind == "i" else np.zeros_like(a)
    return np.where(_inside(a, b), np.right_shift(a, np.where(_inside(a, b), b, 0)), fill)


def _inside(a: Array, b: Array) -> Array:
    return np.asarray((b >= 0) & (b < a.dtype.itemsize * 8))


BITS: dict[str, tuple[Meaning, str]] = {
    "bit_and": (np.bitwise_and, "a and b, bit by bit; also of truth values."),
    "bit_or": (np.bitwise_or, "a or b, bit by bit; also of truth values."),
    "bit_xor": (np.bitwise_xor, "Bits in which a and b differ; also of truth values."),
    "shift_left": (_shift_left, "Bits of a moved up by b; 0 where b is negative or at least the number of bits."),
    "shift_right": (_shift_right, "a moved down by b with copies of its sign; those alone where b is out of range."),
}
for _kind, (_meaning, _doc) in BITS.items():
    declare(Binary, _kind, _meaning, _doc, takes_integers=True)

PAIRS = {
    "And": "bit_and",
    "Or": "bit_or",
    "Xor": "bit_xor",
    "BitwiseAnd": "bit_and",
    "BitwiseOr": "bit_or",
    "BitwiseXor": "bit_xor",
}


@from_onnx(*PAIRS)
def pair(node: Node, b: Builder) -> None:
    b.result(Operator.registry[PAIRS[node.op_type]](), b.number(0), b.number(1))


@from_onnx("Not", "BitwiseNot")
def negation(node: Node, b: Builder) -> None:
    """Exclusive or with true, or with all bits set."""
    dtype = b.type_of(b.number(0)).dtype
    ones = dtype.numpy.type(True) if dtype is DType.BOOL else np.invert(dtype.numpy.type(0))
    b.result(Operator.registry["bit_xor"](), b.number(0), b.add_constant(f"{node.outputs[0]}.ones", np.array(ones)))


@from_onnx("BitShift")
def shift(node: Node, b: Builder) -> None:
    kinds = {"LEFT": "shift_left", "RIGHT": "shift_right"}
    direction = node.string("direction")
    if direction not in kinds:
        raise UnsupportedOp(f'direction "{direction}" is not one of {", ".join(kinds)}')
    b.result(Operator.registry[kinds[direction]](), b.number(0), b.number(1))
