"""Properties of the text form: every graph reads back as itself, and no text does worse than GraphError."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tests.toy_ops import TOYS, Mode, Steps, ToyAny
from tinyc.errors import GraphError
from tinyc.ir.blobs import Blob
from tinyc.ir.graph import Graph, Op, Operator
from tinyc.ir.literals import float_text, read_number
from tinyc.ir.text import parse, to_text
from tinyc.ir.types import DType, Encoding, Layout, Quant, TensorType
from tinyc.ir.verify import verify


@pytest.fixture(autouse=True, scope="module")
def _toy_ops() -> Iterator[None]:
    Operator.registry.update(TOYS)
    yield
    for kind in TOYS:
        del Operator.registry[kind]


numbers = st.floats(allow_nan=False)
ints = st.integers(-(2**40), 2**40)
names = st.text(max_size=8) | st.sampled_from(["input", "_", "inf", "x.1", "/a/b:0", "none", 'a"b\\', "\ud800", "#"])
scales = st.floats(2.0**-100, 2.0**100, width=32)
operators = st.builds(
    ToyAny,
    count=ints,
    scale=numbers,
    flag=st.booleans(),
    label=names,
    to=st.sampled_from(DType),
    mode=st.sampled_from(Mode),
    bounds=st.none() | st.tuples(numbers, numbers),
    axes=st.lists(ints, max_size=3).map(tuple),
    number=st.none() | ints | numbers,
    grid=st.lists(st.lists(ints, max_size=2).map(tuple), max_size=2).map(tuple),
    steps=st.none() | st.builds(Steps, size=st.lists(ints, max_size=3).map(tuple), offset=numbers),
)


@st.composite
def types(draw: st.DrawFn) -> TensorType:
    dtype = draw(st.sampled_from(DType))
    shape = tuple(draw(st.lists(st.integers(0, 4), max_size=4)))
    quant = draw(quants(shape)) if dtype.is_integer and draw(st.booleans()) else None
    encoding = draw(st.sampled_from([Encoding(), Encoding("packed", (("bits", 4),)), Encoding("huffman")]))
    return TensorType(dtype, shape, draw(st.sampled_from(Layout)), quant, encoding)


@st.composite
def quants(draw: st.DrawFn, shape: tuple[int, ...]) -> Quant:
    axis = draw(st.none() | st.integers(0, len(shape) - 1)) if shape else None
    blocks = () if axis is None else draw(st.just(()) | st.tuples(*[st.integers(1, 4)] * len(shape)))
    count = prod(Quant((), (), axis, blocks).grid(shape))
    scale = draw(st.lists(scales, min_size=count, max_size=count))
    zero_point = draw(st.lists(st.integers(-128, 127), min_size=count, max_size=count))
    return Quant(tuple(scale), tuple(zero_point), axis, blocks)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    values = draw(st.lists(names, min_size=1, max_size=6, unique=True))
    count = draw(st.integers(1, len(values)))
    known = {name: draw(types()) for name in values[:count]}
    constants = {
        name: Blob(draw(arrays.arrays(kind.dtype.numpy, kind.shape)))
        for name, kind in known.items()
        if draw(st.booleans())
    }
    ops: list[Op] = []
    for index, name in enumerate(values[count:]):
        read = draw(st.sampled_from(sorted(known)))
        ops.append(Op(f"{draw(names)}{index}", draw(operators), (read,), (name,), draw(names)))
        known[name] = known[read]
    inputs = tuple(name for name in values[:count] if name not in constants)
    outputs = tuple(draw(st.lists(st.sampled_from(sorted(known)), max_size=3)))
    return Graph(draw(names), inputs, outputs, known, constants, tuple(ops))


@given(graphs())
def test_graph_reads_back_as_itself(graph: Graph) -> None:
    verify(graph)
    written = to_text(graph)
    back = parse(written)
    assert back == graph
    assert to_text(back) == written


@given(st.floats(allow_nan=False))
def test_float_reads_back_exactly(value: float) -> None:
    back = read_number(float_text(value))
    assert isinstance(back, float)
    assert np.float64(back).tobytes() == np.float64(value).tobytes()


@given(graphs(), st.data())
def test_damaged_text_is_refused_or_read(graph: Graph, data: st.DataObject) -> None:
    written = to_text(graph)
    start = data.draw(st.integers(0, len(written)))
    end = data.draw(st.integers(start, min(start + 8, len(written))))
    damaged = written[:start] + data.draw(st.text(max_size=3) | st.sampled_from("[]{}(),=:_")) + written[end:]
    with suppress(GraphError):
        parse(damaged)
