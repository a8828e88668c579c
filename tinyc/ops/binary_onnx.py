"""ONNX's binary nodes, and the variadic ones as chains of them."""

from __future__ import annotations

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ir.graph import Operator
from tinyc.ops.binary import Add, Mul
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.reshape import Reshape

PAIRS = {"Add": "add", "Sub": "sub", "Mul": "mul", "Div": "div", "PRelu": "prelu"}
CHAINS = {"Max": "max", "Min": "min", "Sum": "add", "Mean": "add"}


@from_onnx(*PAIRS)
def pair(node: Node, b: Builder) -> None:
    if node.opset < 7 and node.op_type != "PRelu":
        raise UnsupportedOp(f"opset {node.opset} broadcasts by attributes", hint="export with opset 7 or newer")
    rank = max(b.type_of(b.number(index)).rank for index in range(2))
    b.result(Operator.registry[PAIRS[node.op_type]](), *(_full_rank(b, b.value(index), rank) for index in range(2)))


def _full_rank(b: Builder, value: str, rank: int) -> str:
    """A constant with axes of length 1 put before its own: then it can lie channels-last as the other operand does."""
    kind = b.type_of(value)
    if value not in b.draft.constants or kind.rank == rank or kind.elements == 1:
        return value
    return b.emit(Reshape((1,) * (rank - kind.rank) + kind.shape), value)


@from_onnx(*CHAINS)
def chain(node: Node, b: Builder) -> None:
    """f(f(x0, x1), x2) and so on; Mean divides the sum by the number of inputs."""
    operator = Operator.registry[CHAINS[node.op_type]]()
    read = b.value if node.op_type in ("Max", "Min") else b.number
    inputs = [read(index) for index in range(len(node.inputs))]
    if len(inputs) == 1:
        b.alias(inputs[0])
        return
    last = len(inputs) - 1
    total = inputs[0]
    for value in inputs[1:last]:
        total = b.emit(operator, total, value)
    if node.op_type != "Mean":
        b.result(operator, total, inputs[last])
        return
    total = b.emit(Add(), total, inputs[last])
    share = b.add_constant(f"{node.outputs[0]}.share", np.array(1.0 / len(inputs), np.float32))
    b.result(Mul(), total, share)
