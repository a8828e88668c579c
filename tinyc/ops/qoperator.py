"""Operators on integers with scales as operands (QLinearConv, QLinearMatMul, QGemm and the QLinear family of
com.microsoft): each becomes dequantise steps, the float operator and a quantise step, which then fold into integers.
So both forms of quantised ONNX land on the same graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ir.types import Array, TensorType
from tinyc.ops.importing import CONVERTERS, Attribute, Builder, Node, from_onnx
from tinyc.ops.quantize_onnx import dequantise, quant_of, quantise, reading, stored_as

MICROSOFT = "com.microsoft"
Operand: TypeAlias = tuple[int, int, int]
"""Places of a value, its scale and its zero point among the node's inputs."""
OPSET = 17
"""Opset in whose reading the float operators take the attributes."""


@dataclass(frozen=True, slots=True)
class Form:
    """A QLinear operator: the float operator behind it, its quantised operands, and where the result's scale and zero
    point stand. `channels` is the axis of scales that are per channel, by operand; `plain` are further operands, taken
    as they are and put first.
    """

    op_type: str
    operands: tuple[Operand, ...]
    result: tuple[int, int]
    channels: Mapping[int, int] = field(default_factory=dict)
    plain: tuple[int, ...] = ()


FORMS = {
    ("", "QLinearMatMul"): Form("MatMul", ((0, 1, 2), (3, 4, 5)), (6, 7), {1: -1}),
    (MICROSOFT, "QLinearAdd"): Form("Add", ((0, 1, 2), (3, 4, 5)), (6, 7)),
    (MICROSOFT, "QLinearMul"): Form("Mul", ((0, 1, 2), (3, 4, 5)), (6, 7)),
    (MICROSOFT, "QLinearSigmoid"): Form("Sigmoid", ((0, 1, 2),), (3, 4)),
    (MICROSOFT, "QLinearLeakyRelu"): Form("LeakyRelu", ((0, 1, 2),), (3, 4)),
    (MICROSOFT, "QLinearSoftmax"): Form("Softmax", ((0, 1, 2),), (3, 4)),
    (MICROSOFT, "QLinearAveragePool"): Form("AveragePool", ((0, 1, 2),), (3, 4)),
    (MICROSOFT, "QLinearGlobalAveragePool"): Form("GlobalAveragePool", ((0, 1, 2),), (3, 4)),
    (MICROSOFT, "QLinearReduceMean"): Form("ReduceMean", ((0, 1, 2),), (3, 4)),
    (MICROSOFT, "QLinearWhere"): Form("Where", ((1, 2, 3), (4, 5, 6)), (7, 8), plain=(0,)),
}


def _qlinear(node: Node, b: Builder) -> None:
    form = FORMS[node.domain, node.op_type]
    if node.int("channels_last"):
        raise UnsupportedOp("channels_last=1: the tensors lie in another order than the graph says")
    operands = [
        real_operand(b, place, form.channels.get(index, 0)) for index, place in enumerate(form.operands)
    ]
    opset = node.int("opset", OPSET)
    real = float_op(b, form.op_type, [*(b.value(index) for index in form.plain), *operands], opset=opset)
    result(b, real, form.result)


for _domain, _op_type in FORMS:
    from_onnx(_op_type, domain=_domain)(_qlinear)


@from_onnx("QLinearConv")
def qlinear_conv(node: Node, b: Builder) -> None:
    x, w = real_operand(b, (0, 1, 2)), real_operand(b, (3, 4, 5), axis=0)
    bias = None if b.optional(8) is None else _real_bias(b, b.value(8), _scale_product(b, 1, 4), axis=0)
    result(b, float_op(b, "Conv", [x, w, bias]), (6, 7))


@from_onnx("QGemm", domain=MICROSOFT)
def qgemm(node: Node, b: Builder) -> None:
    """alpha A B + C with C at scale alpha scale_a scale_b; without an output scale the result is float."""
    alpha = node.float("alpha", 1.0)
    if alpha <= 0:
        raise UnsupportedOp(f"alpha {alpha} is not positive")
    a = real_operand(b, (0, 1, 2))
    w = real_operand(b, (3, 4, 5), axis=0 if node.int("transB") else 1)
    scales = _scale_product(b, 1, 4) * np.float32(alpha)
    c = None if b.optional(6) is None else _real_bias(b, b.value(6), scales, axis=-1)
    real = float_op(b, "Gemm", [a, w, c])
    if b.optional(7) is None:
        b.alias(real)
    else:
        result(b, real, (7, 8))


@from_onnx("QLinearConcat", domain=MICROSOFT)
def qlinear_concat(node: Node, b: Builder) -> None:
    places = [(first, first + 1, first + 2) for first in range(2, len(node.inputs), 3)]
    result(b, float_op(b, "Concat", [real_operand(b, place) for place in places]), (0, 1))


def real_operand(b: Builder, place: Operand, axis: int = 0) -> str:
    """The float value of a quantised operand; `axis` is that of scales per channel."""
    value = b.value(place[0])
    x = b.type_of(value)
    stored = stored_as(b, value)
    if stored not in ("uint8", "int8"):
        raise UnsupportedOp(f"an operand is {stored}; accepted are uint8 and int8")
    return dequantise(b, value, quant_of(b, (place[1], place[2]), x, axis, stored))


def result(b: Builder, real: str, place: tuple[int, int]) -> None:
    """The node's output is this float value, quantised as the inputs at `place` say."""
    assert b.node is not None
    zero_point = b.optional(place[1])
    stored = "uint8" if zero_point is None else stored_as(b, zero_point)
    quantise(b, real, quant_of(b, place, b.type_of(real), 0, stored), stored, b.node.outputs[0])


def float_op(
    b: Builder, op_type: str, inputs: Sequence[str | None], attributes: Mapping[str, Attribute] | None = None,
    opset: int = OPSET,
) -> str:  # fmt: skip
    """The value of an ONNX operator on these values, made by its own converter; attributes are the current node's
    unless given. UnsupportedOp if there is no such converter.
    """
    node = b.node
    assert node is not None
    converter = CONVERTERS.get(("", op_type))
    if converter is None:
        raise UnsupportedOp(f"{op_type}, which stands behind it, is not known")
    output = f"{node.outputs[0]}.real"
    names = tuple(None if value is None else f"{output}.{index}" for index, value in enumerate(inputs))
    b.values.update({name: value for name, value in zip(names, inputs, strict=True) if name and value})
    given = node.attributes if attributes is None else attributes
    b.node = replace(
        node, op_type=op_type, domain="", inputs=names, outputs=(output,), attributes=given, opset=opset
    )
    converter(b.node, b)
    b.node = node
    return b.values[output]


def _scale_product(b: Builder, first: int, second: int) -> Array:
    """float32 products of two scales, as the bias of a weighted sum has them."""
    scales = b.constant(first, "scale").reshape(-1) * b.constant(second, "scale").reshape(-1)
    return scales.astype(np.float32)


def _real_bias(b: Builder, value: str, scales: Array, axis: int) -> str:
    kind: TensorType = b.type_of(value)
    if value not in b.draft.constants:
        raise UnsupportedOp(
            "the bias must be a constant, but is computed at run time", hint="make it a constant of the model"
        )
    if kind.dtype.numpy.name != "int32":
        raise UnsupportedOp(f"the bias is {kind}; it must be int32")
    return dequantise(b, value, reading(scales, None, kind, axis, "int32"))
