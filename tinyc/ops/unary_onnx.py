"""ONNX's unary nodes as operators of the graph."""

from __future__ import annotations

import math

from tinyc.errors import UnsupportedOp
from tinyc.ir.graph import Operator
from tinyc.ir.types import Array, DType
from tinyc.ops.bounding import Clip, Relu
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.unary import (
    Celu,
    Elu,
    HardSigmoid,
    LeakyRelu,
    Selu,
    Shrink,
    Swish,
    ThresholdedRelu,
)

_SAME_NAME = (
    "Neg", "Exp", "Log", "Sqrt", "Reciprocal", "Floor", "Ceil", "Round", "Erf", "Softplus", "Softsign",
    "Mish", "Relu", "Tanh", "Sigmoid", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh",
    "Atanh",
)  # fmt: skip
WITHOUT_ATTRIBUTES = {name: name.lower() for name in _SAME_NAME} | {"HardSwish": "hard_swish"}
WITH_ATTRIBUTES = {
    "LeakyRelu": (LeakyRelu, ("alpha",)),
    "ThresholdedRelu": (ThresholdedRelu, ("alpha",)),
    "HardSigmoid": (HardSigmoid, ("alpha", "beta")),
    "Elu": (Elu, ("alpha",)),
    "Celu": (Celu, ("alpha",)),
    "Selu": (Selu, ("alpha", "gamma")),
    "Shrink": (Shrink, ("bias", "lambd")),
    "Swish": (Swish, ("alpha",)),
}


@from_onnx(*WITHOUT_ATTRIBUTES)
def plain(node: Node, b: Builder) -> None:
    b.result(Operator.registry[WITHOUT_ATTRIBUTES[node.op_type]](), b.number(0))


@from_onnx(*WITH_ATTRIBUTES)
def with_attributes(node: Node, b: Builder) -> None:
    cls, names = WITH_ATTRIBUTES[node.op_type]
    b.result(cls(**{name: node.float(name) for name in names if name in node.attributes}), b.number(0))


@from_onnx("Abs")
def absolute(node: Node, b: Builder) -> None:
    if b.type_of(b.number(0)).dtype is DType.U8:
        b.alias(b.number(0))
    else:
        b.result(Operator.registry["abs"](), b.number(0))


@from_onnx("Sign")
def sign(node: Node, b: Builder) -> None:
    unsigned = b.type_of(b.number(0)).dtype is DType.U8
    b.result(Clip(high=1) if unsigned else Operator.registry["sign"](), b.number(0))


@from_onnx("Gelu")
def gelu(node: Node, b: Builder) -> None:
    forms = {"none": "gelu", "tanh": "gelu_tanh"}
    form = node.string("approximate", "none")
    if form not in forms:
        raise UnsupportedOp(f'approximate "{form}" is not one of {", ".join(forms)}')
    b.result(Operator.registry[forms[form]](), b.number(0))


@from_onnx("Clip")
def clip(node: Node, b: Builder) -> None:
    """Bounds are attributes up to opset 10, inputs from 11 on; both may be missing."""
    if node.opset < 11:
        bounds = (node.float("min", -math.inf), node.float("max", math.inf))
        b.result(_clip(*bounds), b.number(0))
        return
    names = [b.optional(1), b.optional(2)]
    if all(name is None or name in b.draft.constants for name in names):
        low, high = b.optional_constant(1, "min"), b.optional_constant(2, "max")
        b.result(_clip(_scalar(low, -math.inf), _scalar(high, math.inf)), b.number(0))
        return
    steps = [(kind, name) for kind, name in zip(("max", "min"), names, strict=True) if name is not None]
    value = b.number(0)
    for kind, name in steps[:-1]:
        value = b.emit(Operator.registry[kind](), value, name)
    b.result(Operator.registry[steps[-1][0]](), value, steps[-1][1])


def _scalar(bound: Array | None, default: float) -> int | float:
    """Exact: bounds of int64 do not fit a float."""
    if bound is None:
        return default
    number = bound.reshape(-1)[0]
    return float(number) if bound.dtype.kind == "f" else int(number)


def _clip(low: int | float, high: int | float) -> Relu | Clip:
    return Relu() if (low, high) == (0.0, math.inf) else Clip(low, high)
