"""Remainders of two tensors, element by element."""

from __future__ import annotations

import numpy as np

from tinyc.ir.graph import Operator
from tinyc.ops.binary import Binary
from tinyc.ops.elementwise import Meaning, declare
from tinyc.ops.importing import Builder, Node, from_onnx

REMAINDERS: dict[str, tuple[Meaning, str]] = {
    "mod": (np.mod, "a - floor(a / b) b, with the sign of b. Where b is 0: 0 of integers, NaN of floats."),
    "fmod": (np.fmod, "a - trunc(a / b) b, with the sign of a. Where b is 0: 0 of integers, NaN of floats."),
}
for _kind, (_meaning, _doc) in REMAINDERS.items():
    declare(Binary, _kind, _meaning, _doc, takes_integers=True)


@from_onnx("Mod")
def mod(node: Node, b: Builder) -> None:
    b.result(Operator.registry["fmod" if node.int("fmod") else "mod"](), b.number(0), b.number(1))
