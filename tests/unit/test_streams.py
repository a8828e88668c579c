"""Which runs of ops become streams and which do not, and what lowering makes of them for the smallest arena."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.random_nets import random_net
from tests.support.row_cases import CASES
from tests.support.row_nets import RowNet, in_memory, longest_runs, lowered, samples_of, streamed
from tests.unit.test_repairs import NETWORKS
from tinyc.codegen.emit import Origin, emit
from tinyc.codegen.project import write
from tinyc.driver import Options, build
from tinyc.host.model import load_host_model
from tinyc.ir.graph import Graph
from tinyc.ir.interp import Stepper
from tinyc.ir.text import parse
from tinyc.lower.goal import Goal
from tinyc.lower.lower import decided, lower
from tinyc.lower.program import ARENA, Program
from tinyc.passes.assign_layout import AssignLayout
from tinyc.passes.base import PassContext
from tinyc.targets import load_board

BOARD = load_board("cortex-m4")
REFUSED = {
    "odd_rows": "rows of 10 bytes between ops",
    "odd_ends": "single rows that do not begin at words",
    "beside_the_image": "windows in padding alone",
    "excluded_zero": "padding outside of what is proven of the range",
    "many_outputs": "a value between that is an output",
}


@pytest.mark.parametrize("name", CASES)
def test_all_ops_are_one_stream_unless_there_is_a_reason(name: str) -> None:
    found = streamed(CASES[name], BOARD, [(0, len(CASES[name].ops) - 1)])
    assert (found is None) == (name in REFUSED)


def in_layout(text: str) -> Graph:
    return AssignLayout(channels_last_inputs=True).run(parse(text.strip()), PassContext())


GRAPHS = {**CASES, **{name: in_layout(text) for name, text in NETWORKS.items()}}
GRAPHS |= {f"random {seed}": random_net(seed, 10) for seed in range(24)}
QUICK = ("many_outputs", "words_f32", "pools", "random 0", *NETWORKS)
NAMES = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in GRAPHS]


@pytest.mark.parametrize("name", NAMES)
def test_ram_needs_no_more_than_balanced(name: str) -> None:
    graph = GRAPHS[name]
    small, balanced = lower(graph, BOARD, Goal.RAM), lower(graph, BOARD)
    assert small.arena_bytes <= balanced.arena_bytes
    assert used(small) <= small.arena_bytes


def test_ram_takes_the_plan_of_balanced_where_its_own_cycles_forbid_a_smaller_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = GRAPHS["dilated"]
    balanced = lower(graph, BOARD)
    monkeypatch.setattr(Goal, "spare", property(lambda goal: 0.1 if goal is Goal.BALANCED else 0.0))
    small = lower(graph, BOARD, Goal.RAM)
    assert (small.arena_bytes, small.cycles) == (balanced.arena_bytes, balanced.cycles)
    ops, kernels, _ = decided(graph, BOARD, Goal.RAM)
    assert [kernels[op.name].name for op in ops.ops if not kernels[op.name].is_view] == [c.kernel for c in small.calls]


def test_streams_have_names_of_their_own() -> None:
    """Two streams, and an op, that would all be called a_to_b_to_c."""
    net = RowNet((1, 4, 8, 8))
    value = "x"
    for _ in range(5):
        value = net.conv(value, 4, (3, 3), begin=(1, 1), end=(1, 1))
    graph = net.graph(value)
    names = ("a", "b_to_c", "a_to_b_to_c", "a_to_b", "c")
    graph = replace(graph, ops=tuple(replace(op, name=name) for op, name in zip(graph.ops, names, strict=True)))
    found = streamed(graph, BOARD, [(0, 1), (3, 4)])
    assert found is not None
    assert [op.name for op in found.graph.ops] == ["a_to_b_to_c_2", "a_to_b_to_c", "a_to_b_to_c_1"]


@pytest.mark.slow
@pytest.mark.parametrize("file", ["digits/digits_int8.onnx", "digits/digits_float.onnx", "two_rams/scene_int8.onnx"])
def test_ram_needs_no_more_than_balanced_for_examples(root: Path, file: str) -> None:
    path = root / "examples" / file
    found = [build(path, BOARD, options=Options(optimize=goal)).program for goal in ("ram", "balanced")]
    assert found[0].arena_bytes <= found[1].arena_bytes


def used(program: Program) -> int:
    """The end of the last buffer and of the last line."""
    ends = [buffer.offset + buffer.bytes for buffer in program.buffers if buffer.memory == ARENA]
    lines = [line for stream in program.streams for line in stream.lines if line.memory == ARENA]
    return max([*ends, *(line.offset + line.capacity * line.row_bytes for line in lines)])


@pytest.mark.parametrize("name", ["residual", "many_outputs"])
def test_lines_lie_in_the_scratch_memory_of_their_stream(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = longest_runs(CASES[name], BOARD)
    made = streamed(CASES[name], BOARD, runs)
    assert made is not None
    program = lowered(CASES[name], made, name, BOARD, monkeypatch)
    assert len(program.streams) == len(runs) > 0 and used(program) <= program.arena_bytes
    for stream in program.streams:
        buffer = next(one for one in program.buffers if one.name == f"{stream.name}.scratch")
        rows = (stream.rows, stream.rows + 8 * (len(stream.lines) - 1))
        lines = [(line.offset, line.offset + line.capacity * line.row_bytes) for line in stream.lines[1:-1]]
        assert all(end <= rows[0] or offset >= rows[1] for offset, end in lines)
        assert all(buffer.offset <= at and end <= buffer.offset + buffer.bytes for at, end in (rows, *lines))
        assert (buffer.first, buffer.last) == (stream.first, stream.last)
        assert [call.stage is not None for call in program.calls[stream.first : stream.last + 1]]


WINDOW = "window={kernel=[3, 3], strides=[1, 1], dilations=[1, 1], begin=[1, 1], end=[1, 1]}"
STATE = f"""
graph g
input x: f32[1,4,8,8]
input past: f32[1,4,8,8]
const v: f32[16,4,3,3] = normal(seed=1, std=0.1)
const w: f32[4,16,3,3] = normal(seed=2, std=0.1)
const b: f32[4] = normal(seed=3)
a = conv2d(past, v, _, {WINDOW})
next = conv2d(a, w, b, {WINDOW})
y = add(next, x)
output y
output next
state past = next
"""


def test_state_is_not_written_while_it_is_read(tmp_path: Path) -> None:
    """Both convolutions as a stream would write rows of `next` over rows of `past` that are still needed."""
    graph = in_layout(STATE)
    program = lower(graph, BOARD, Goal.RAM)
    write(emit(program, BOARD, Origin("m", "", "", "")), tmp_path / "out")
    stepper, samples = Stepper(graph), [samples_of(graph, seed) for seed in range(3)]
    wanted = [stepper.step({"x": sample["x"]})[graph.given[0]] for sample in samples]
    content = b"".join(in_memory(graph, sample, ("x",)) for sample in samples)
    raw = load_host_model(tmp_path / "out", tmp_path / "host").run(content, 3).outputs
    kind = graph.types[graph.given[0]]
    for index, value in enumerate(wanted):
        part = np.frombuffer(raw, np.float32)[index * kind.elements : (index + 1) * kind.elements]
        np.testing.assert_allclose(kind.from_memory(part), value, rtol=1e-5, atol=1e-5)
