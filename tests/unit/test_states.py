"""States of a graph: their text form, rules, order of reads and writes, and where they lie in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tinyc.ops  # noqa: F401  registers the operators that the texts use
from tinyc.codegen.emit import Origin, emit
from tinyc.codegen.project import write
from tinyc.errors import GraphError, ModelError
from tinyc.host.model import load_host_model
from tinyc.ir.graph import Graph
from tinyc.ir.interp import Stepper
from tinyc.ir.states import declare_states
from tinyc.ir.text import parse, to_text
from tinyc.ir.verify import verify
from tinyc.lower.lower import lower
from tinyc.passes.base import PassContext
from tinyc.passes.drop_dead import DropDead
from tinyc.targets import load_board

SUM = """
graph running_sum
input x: f32[4]
input s: f32[4]
y = add(x, s)
output y, y
state s = y
"""
SHIFT = """
graph shift
input x: f32[2,4]
input a: f32[2,4]
input b: f32[2,4]
y = sub(x, b)
output y, x, a
state a = x
state b = a
"""
SWAP = """
graph swap
input x: f32[4]
input a: f32[4]
input b: f32[4]
c = add(a, x)
y = mul(a, b)
output y, b, c
state a = b
state b = c
"""
SEEN = """
graph seen
input x: f32[2,4]
input s: f32[2,4]
before = reshape(s, shape=[8])
n = tanh(x)
after = reshape(n, shape=[8])
output before, after, n
state s = n
"""
LATE = """
graph late
input x: f32[4]
input s: f32[4]
n = tanh(x)
m = sub(s, n)
y = mul(m, s)
output y, n
state s = n
"""
PART = """
graph part
input x: f32[8]
input s: f32[4]
r = tanh(x)
n = slice(r, starts=[0], steps=[1], lengths=[4])
y = add(n, s)
output y, n
state s = n
"""
CONSTANT = """
graph constant
input x: f32[4]
input s: f32[4]
const k: f32[4] = [1.0f, 2.0f, 3.0f, 4.0f]
y = add(x, s)
output y, k
state s = k
"""
WIDE = """
graph wide
input x: s16[5] quant(0.5f, 3)
input s: s16[5] quant(0.5f, 3)
output s, x
state s = x
"""
ODD = {text.split()[1]: text for text in (SUM, SHIFT, SWAP, SEEN, LATE, PART, CONSTANT, WIDE)}
COPIES = {"running_sum": 1, "shift": 3, "swap": 2, "seen": 2, "late": 1, "part": 1, "constant": 1, "wide": 2}
"""An output that shares its value with a state, or that is a state's old value, takes one; so does a state whose next
value is an input, a constant, another state, a part of something, or there before the old value was last read."""


def read(text: str) -> Graph:
    graph = parse(text)
    verify(graph)
    return graph


@pytest.mark.parametrize("name", ODD)
def test_text_form_round_trips(name: str) -> None:
    graph = read(ODD[name])
    assert parse(to_text(graph)) == graph
    assert "\nstate " in to_text(graph)
    assert graph.draft().freeze() == graph


@pytest.mark.parametrize("name", ODD)
def test_c_keeps_states_as_numpy_does(name: str, tmp_path: Path) -> None:
    graph = read(ODD[name])
    program = lower(graph, load_board("cortex-m4"))
    write(emit(program, load_board("cortex-m4"), Origin("text", "", "none", "")), tmp_path / "out")
    kind, stepper = graph.types["x"], Stepper(graph)
    samples = np.random.default_rng(5).integers(-3, 4, (6, *kind.shape)).astype(kind.dtype.numpy)
    raw = load_host_model(tmp_path / "out", tmp_path / "work").run(samples.tobytes(), len(samples)).outputs
    steps = [stepper.step({"x": sample}) for sample in samples]
    expected = b"".join(values[output].tobytes() for values in steps for output in graph.given)
    got = np.frombuffer(raw, kind.dtype.numpy)
    np.testing.assert_allclose(got, np.frombuffer(expected, kind.dtype.numpy), rtol=1e-6)


@pytest.mark.parametrize("name", ODD)
def test_only_the_copies_that_are_needed(name: str) -> None:
    program = lower(read(ODD[name]), load_board("cortex-m4"))
    assert sum(call.kind == "copy" for call in program.calls) == COPIES[name]


def test_a_state_is_live_during_every_call() -> None:
    program = lower(read(LATE), load_board("cortex-m4"))
    (state,) = [buffer for buffer in program.buffers if buffer.role.value == "state"]
    assert (state.first, state.last) == (-1, len(program.calls))


def test_the_first_step_reads_real_zeros() -> None:
    graph = read(WIDE)
    assert Stepper(graph).states["s"].tolist() == [3] * 5


def test_passes_keep_what_only_a_state_reads() -> None:
    graph = read("graph g\ninput x: f32[2]\ninput s: f32[2]\nn = add(x, s)\ny = neg(x)\noutput y, n\nstate s = n")
    assert DropDead().run(graph, PassContext()) == graph


@pytest.mark.parametrize(
    "text, reason",
    [
        ("output y\nstate x = q", "not known here"),
        ("output y\nstate y = x", "pairs an input with an output"),
        ("output y\nstate x = y\nstate x = y", "declared twice"),
        ("z = neg(y)\noutput y, z\nstate x = y\nstate w = y", "does not pair"),
        ("z = reshape(y, shape=[2, 1])\noutput z\nstate x = z", "is f32[2] before and f32[2,1] after"),
    ],
)
def test_rules(text: str, reason: str) -> None:
    with pytest.raises(GraphError) as error:
        read(f"graph g\ninput x: f32[2]\ninput w: f32[2]\ny = add(x, w)\n{text}")
    assert reason in str(error.value)


@pytest.mark.parametrize(
    "states, reason",
    [
        ({"q": "out"}, 'no input "q"'),
        ({"x": "uot"}, "did you mean out"),
        ({"x": "pair"}, "f32[4]"),
        ({"x": "out", "w": "out"}, "named twice"),
    ],
)
def test_mistakes_of_the_user(states: dict[str, str], reason: str) -> None:
    graph = read("graph g\ninput x: f32[2]\ninput w: f32[2]\ny = add(x, w)\np = concat(x, w, axis=0)\noutput y, p")
    with pytest.raises(ModelError) as error:
        declare_states(graph, states, ["out", "pair"])
    assert reason in str(error.value)
