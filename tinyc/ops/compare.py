"""Comparisons of two tensors, element by element, and tests for NaN and infinity, which are made of them."""

from __future__ import annotations

import numpy as np

from tinyc.ir.graph import Operator
from tinyc.ir.types import DType
from tinyc.ops.binary import Binary
from tinyc.ops.elementwise import Meaning, declare
from tinyc.ops.importing import Builder, Node, from_onnx

COMPARISONS: dict[str, tuple[Meaning, str]] = {
    "equal": (np.equal, "True where a = b; NaN equals nothing."),
    "less": (np.less, "True where a < b."),
    "less_or_equal": (np.less_equal, "True where a <= b."),
}
for _kind, (_meaning, _doc) in COMPARISONS.items():
    declare(Binary, _kind, _meaning, _doc, takes_integers=True, result=DType.BOOL)

IN_ORDER = {"Equal": "equal", "Less": "less", "LessOrEqual": "less_or_equal"}
SWAPPED = {"Greater": "less", "GreaterOrEqual": "less_or_equal"}


@from_onnx(*IN_ORDER)
def in_order(node: Node, b: Builder) -> None:
    b.result(Operator.registry[IN_ORDER[node.op_type]](), b.number(0), b.number(1))


@from_onnx(*SWAPPED)
def swapped(node: Node, b: Builder) -> None:
    """a > b is b < a, also for NaN."""
    b.result(Operator.registry[SWAPPED[node.op_type]](), b.number(1), b.number(0))


@from_onnx("IsNaN")
def is_nan(node: Node, b: Builder) -> None:
    """Only NaN differs from itself."""
    same = b.emit(Operator.registry["equal"](), b.number(0), b.number(0))
    one = b.add_constant(f"{node.outputs[0]}.true", np.array(True))
    b.result(Operator.registry["bit_xor"](), same, one)


@from_onnx("IsInf")
def is_inf(node: Node, b: Builder) -> None:
    """Beyond the largest finite number; of either sign through |x|."""
    positive, negative = bool(node.int("detect_positive", 1)), bool(node.int("detect_negative", 1))
    x = b.number(0)
    if not positive and not negative:
        b.alias(b.add_constant(node.outputs[0], np.zeros(b.type_of(x).shape, np.bool_)))
        return
    if positive and negative:
        x = b.emit(Operator.registry["abs"](), x)
    greatest = np.finfo(np.float32).max
    limit = b.add_constant(f"{node.outputs[0]}.limit", np.array(greatest if positive else -greatest, np.float32))
    b.result(Operator.registry["less"](), *((limit, x) if positive else (x, limit)))
