"""An output takes over an input's memory only where no element is read after it was overwritten."""

from __future__ import annotations

from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import DType, TensorType
from tinyc.lower.lower import lower
from tinyc.ops.binary import Add
from tinyc.ops.bounding import Relu
from tinyc.ops.slice import Slice
from tinyc.targets import load_board


def test_a_view_that_repeats_is_not_overwritten() -> None:
    """The slice is a view of all eight elements of r; the sum reads its only element for each of its outputs."""
    types = {name: TensorType(DType.F32, (8,)) for name in "xzrqy"} | {"a": TensorType(DType.F32, (1,))}
    ops = (
        Op("r", Relu(), ("x",), ("r",)),
        Op("q", Relu(), ("z",), ("q",)),
        Op("a", Slice((0,), (1,), (1,)), ("r",), ("a",)),
        Op("y", Add(), ("a", "q"), ("y",)),
    )
    program = lower(Graph("repeat", ("x", "z"), ("y",), types, {}, ops), load_board("cortex-m4"))
    repeated, other, result = (argument.offset for argument in program.calls[-1].arguments)
    assert result != repeated
    assert result == other, "the operand of full shape should have been overwritten"
