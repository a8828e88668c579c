"""Strips of columns: they cover the output, lie inside the input, and hold what their columns are made of."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.support.row_cases import CASES
from tests.support.row_nets import RowNet, samples_of
from tests.support.strip_cases import STRIP_CASES
from tinyc.ir.graph import Graph
from tinyc.ir.interp import interpret
from tinyc.ir.types import Array
from tinyc.lower.streams.strips import Strip, Strips, strips_of
from tinyc.ops.binary import Add
from tinyc.ops.columns import Columns


@st.composite
def nets(draw: st.DrawFn) -> Graph:
    """Windows of all kinds in columns, with sums of values that have one width."""
    net = RowNet((1, 4, 5, draw(st.integers(4, 20))))
    values = ["x"]
    for _ in range(draw(st.integers(1, 5))):
        unread = [name for name in values if not any(name in op.reads for op in net.draft.ops)]
        twins = [name for name in values if name != unread[0]
                 and net.draft.types[name].shape == net.draft.types[unread[0]].shape]  # fmt: skip
        if twins and draw(st.booleans()):
            values.append(net.add(Add(), unread[0], draw(st.sampled_from(twins))))
            continue
        size, stride, dilation = draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.integers(1, 2))
        extent = (size - 1) * dilation + 1
        left, right = (draw(st.integers(0, extent - 1)) for _ in range(2))
        width = net.draft.types[unread[0]].shape[3]
        assume(width + left + right >= extent)
        window = {"strides": stride, "begin": (0, left), "end": (stride - 1, right), "dilation": dilation}
        values.append(net.conv(unread[0], 4, (1, size), **window))
    assume(net.draft.types[values[-1]].shape[2] > 0)
    return net.graph(values[-1])


def strips(graph: Graph, count: int) -> Strips | None:
    windows = {op.name: window for op in graph.ops if (window := op.operator.rows) is not None}
    return strips_of(graph, graph.ops, windows, count) if len(windows) == len(graph.ops) else None


@settings(max_examples=60)
@given(nets(), st.integers(2, 4))
def test_strips_cover_the_output_and_lie_inside_the_input(graph: Graph, count: int) -> None:
    found = strips(graph, count)
    assume(found is not None)
    assert found is not None
    ends = [strip.columns for strip in found.strips]
    assert len(ends) == count and ends[0][0] == 0 and ends[-1][1] == graph.types[graph.outputs[0]].shape[3]
    assert all(first[1] == second[0] and first[0] < first[1] for first, second in pairwise(ends))
    width = graph.types["x"].shape[3]
    assert all(0 <= strip.read[0] < strip.read[1] <= width for strip in found.strips)


@settings(max_examples=30)
@given(nets(), st.integers(2, 4), st.integers(0, 1000))
def test_columns_of_strips_are_those_of_whole_images(graph: Graph, count: int, seed: int) -> None:
    found = strips(graph, count)
    assume(found is not None)
    assert found is not None
    compare(graph, found, seed)


def test_columns_of_all_kinds_of_layers() -> None:
    """Pooling, depthwise layers, dilation, residual branches, other formats; strides beyond windows."""
    compared = 0
    for name, graph in {**CASES, **STRIP_CASES}.items():
        found = strips(graph, 2) if len(graph.inputs) == len(graph.outputs) == 1 else None
        if found is not None and name not in ("thin", "grey"):  # with spare columns, which only C knows
            compare(graph, found, 1)
            compared += 1
    assert compared >= 8


def compare(graph: Graph, found: Strips, seed: int) -> None:
    samples = samples_of(graph, seed)
    wanted = interpret(graph, samples)[graph.outputs[0]]
    result = np.zeros_like(wanted)
    for strip in found.strips:
        columns(graph, strip, samples["x"], result)
    if wanted.dtype == np.float32:  # numpy's sums depend on the shapes of matrices
        np.testing.assert_allclose(result, wanted, rtol=1e-5, atol=1e-5)
    else:
        np.testing.assert_array_equal(result, wanted)


def columns(graph: Graph, strip: Strip, x: Array, result: Array) -> None:
    """Write the columns of one strip, each op done on arrays as wide as its lines."""
    types = {**graph.types, **strip.types}
    values = {name: blob.array for name, blob in graph.constants.items()} | {"x": x}
    for op in strip.ops:
        kind, inputs = types[op.outputs[0]], [values[name] for name in op.reads]
        if isinstance(op.operator, Columns):
            source, target = op.operator.source, op.operator.target
            count = min(inputs[0].shape[3] - source, kind.shape[3] - target)
            made = result if op.outputs[0] == graph.outputs[0] else np.zeros(kind.shape, kind.dtype.numpy)
            made[:, :, :, target : target + count] = inputs[0][:, :, :, source : source + count]
        else:
            (made,) = op.operator.evaluate(tuple(inputs), tuple(types[name] for name in op.reads), (kind,))
            assert made.shape == kind.shape
        values[op.outputs[0]] = made
