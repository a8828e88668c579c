"""A layer on the inputs that another witness had: what it inherits and what is its own fault."""

from __future__ import annotations

import numpy as np

import tinyc.ops  # noqa: F401  (registers every operator)
from tinyc.compare import difference
from tinyc.host.samples import Samples
from tinyc.ir.interp import interpret, interpret_on
from tinyc.ir.text import parse
from tinyc.witnesses import numpy_on

GRAPH = parse("""graph g
input x: f32[1,2]
const w: s8[1,2] quant([0.5], 0, axis=0) = [[1, 0]]
h = neg(x)
y = dynamic_dense(h, w, _)
output y
""")
TIE = np.array([[-0.5, -127.0]], np.float32)
"""0.5 of 127 steps lies between two integers: the least change of it moves the result by a step."""


def test_a_step_that_the_inputs_explain() -> None:
    ours = interpret(GRAPH, {"x": TIE})
    theirs = {"h": np.array([[0.50000006, 127.0]], np.float32)}
    theirs["y"] = interpret_on(GRAPH, {"x": TIE}, theirs)["y"]
    assert difference(ours["h"][None], theirs["h"][None]).holds(is_float=True)
    assert not difference(ours["y"][None], theirs["y"][None]).holds(is_float=True)
    on_theirs = numpy_on(GRAPH, Samples({"x": TIE[None]}), {name: array[None] for name, array in theirs.items()})
    assert difference(on_theirs["y"], theirs["y"][None]).equal


def test_a_step_that_they_do_not_explain() -> None:
    theirs = {"h": np.array([[0.5, 127.0]], np.float32), "y": np.array([[0.5]], np.float32)}
    on_theirs = numpy_on(GRAPH, Samples({"x": TIE[None]}), {name: array[None] for name, array in theirs.items()})
    assert on_theirs["y"].tolist() == [[[0.0]]]
    assert not difference(on_theirs["y"], theirs["y"][None]).holds(is_float=True)
