"""Text form of graphs: what it looks like, that it reads back, and what a mistake in it gets."""

from __future__ import annotations

import numpy as np
import pytest

from tests.toy_ops import TOYS, Mode, Steps, ToyAny
from tinyc.errors import GraphError
from tinyc.ir.blobs import Blob
from tinyc.ir.graph import Graph, Op, Operator
from tinyc.ir.literals import RESERVED, float_text, name_text, read_number
from tinyc.ir.text import parse, parse_spelled, to_text
from tinyc.ir.tree import grammar
from tinyc.ir.types import Array, DType, Encoding, Quant, TensorType
from tinyc.ir.verify import verify


@pytest.fixture(autouse=True)
def _toy_ops(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, toy in TOYS.items():
        monkeypatch.setitem(Operator.registry, kind, toy)


SAMPLE = """\
graph sample

input x: s8[4,2] in channels_last quant(0.1f, -3)
const w: s8[2,2] quant([0.5, 0.25], 0, axis=0) stored packed(bits=4) = [[1, 2], [3, -4]]

a: s8[2,2], "b c": s8[2,2] = toy_split(x, _) as toy_split_0 from "/split"
y: s8[2,2] = toy_any(a, count=3, mode="none", bounds=[-inf, 6.0], steps={size=[1, 2]}) as toy_any_0

output y, "b c"
note "made by hand"
"""


def test_looks_like_this() -> None:
    graph = parse(SAMPLE)
    assert to_text(graph) == SAMPLE
    assert graph.types["w"] == TensorType(
        DType.S8, (2, 2), quant=Quant((0.5, 0.25), (0, 0), 0), encoding=Encoding("packed", (("bits", 4),))
    )
    assert graph.ops[0] == Op("toy_split_0", TOYS["toy_split"](), ("x", None), ("a", "b c"), "/split")
    assert graph.ops[1].operator == ToyAny(3, mode=Mode.NONE, bounds=(float("-inf"), 6.0), steps=Steps((1, 2)))
    assert graph.notes == ("made by hand",)


def test_types_and_names_of_ops_may_be_left_out() -> None:
    graph = parse("graph g input x: f32[4] y, z = toy_split(x, _) v = toy_any(y) u = toy_any(z) output u, v")
    verify(graph)
    assert graph.types["z"] == TensorType(DType.F32, (2,))
    assert [op.name for op in graph.ops] == ["toy_split_0", "toy_any_0", "toy_any_1"]


@pytest.mark.parametrize(
    "array",
    [
        np.float32(-0.0),
        np.array([np.nan, np.inf, -np.inf, 1e-45, 3.4028235e38, 0.1, -0.0], np.float32),
        np.array([0x7FC00001, 0x7FC00000, 0xFFC00000], np.uint32).view(np.float32),
        np.zeros((0, 3), np.float32),
        np.zeros((2, 2), np.int8),
        np.full((2, 2), 2**62 + 1),
        np.array([False, False]),
        np.array([True, False]),
        np.array([-(2**63), 2**63 - 1]),
        np.arange(-600, 600, dtype=np.int16).reshape(3, 400),
        np.random.default_rng(1).normal(size=(5, 40)).astype(np.float32),
    ],
    ids=lambda array: f"{array.dtype}{list(array.shape)}",
)
def test_constant_reads_back_bit_for_bit(array: Array) -> None:
    array = np.asarray(array)
    graph = Graph("g", (), ("c",), {"c": TensorType(DType.of(array.dtype), array.shape)}, {"c": Blob(array)}, ())
    assert parse(to_text(graph)) == graph


@pytest.mark.parametrize(
    "data, expected",
    [
        ("full(2)", [2, 2, 2, 2]),
        ("zeros()", [0, 0, 0, 0]),
        ("ramp()", [0, 1, 2, 3]),
        ("ramp(start=-1, step=2)", [-1, 1, 3, 5]),
        ("uniform(seed=1, low=300, high=400)", [127, 127, 127, 127]),
        ("[1, 2, 3, 4]", [1, 2, 3, 4]),
        ("[[1, 2], [3, 4]]", [1, 2, 3, 4]),
    ],
)
def test_spellings_of_a_constant(data: str, expected: list[int]) -> None:
    graph, spelled = parse_spelled(f"graph g const c: s8[2,2] = {data} output c")
    assert graph.constants["c"].array.reshape(-1).tolist() == expected
    assert spelled[graph.constants["c"]] == data
    assert f"= {data}\n" in to_text(graph, spelled)


def test_seed_repeats() -> None:
    source = "graph g const c: f32[9] = {} output c"
    assert parse(source.format("normal(seed=3)")) == parse(source.format("normal(3)"))
    assert parse(source.format("normal(seed=3)")) != parse(source.format("normal(seed=4)"))


def test_text_is_canonical() -> None:
    """Equal graphs give equal text: constants come in the order of use, not of the mapping."""
    one = parse("graph g const b: f32[2] = ramp() const a: f32[2] = zeros() y = toy_any(a) z = toy_any(b) output y, z")
    two = parse("graph g const a: f32[2] = zeros() const b: f32[2] = ramp() y = toy_any(a) z = toy_any(b) output y, z")
    assert one == two
    assert to_text(one) == to_text(two)


def test_keywords_are_reserved() -> None:
    """A name spelled like a word of the grammar must be written in quotes."""
    words = {str(terminal.pattern.value) for terminal in grammar().terminals}
    assert {word for word in words if word.isidentifier()} <= RESERVED
    assert name_text("input") == '"input"'
    assert name_text("/conv1/Conv_output_0.1") == "/conv1/Conv_output_0.1"


@pytest.mark.parametrize("value", [0.0, -0.0, 0.1, float(np.float32(0.1)), 1e300, 5e-324, float("inf"), 16777217.0])
def test_float_reads_back(value: float) -> None:
    back = read_number(float_text(value))
    assert isinstance(back, float)
    assert (back, str(back)) == (value, str(value))


@pytest.mark.parametrize(
    "source, message",
    [
        ("", "line 1: the text ends too early; expected graph"),
        ("graph g\ninput x f32[1]", 'line 2, column 9: "f32" where : was expected'),
        ("graph g\ninput x: f33[1]", 'line 2, column 10: no dtype is called "f33"'),
        ("graph g\ninput x: f32[-1]", "line 2, column 10: a negative dimension"),
        ("graph g\ninput x: f32[1] in channel_last", "did you mean channels_last?"),
        ("graph g\ninput x: f32[1] quant(none, 0)", "line 2, column 17: expected quant(SCALE, ZERO_POINT)"),
        ("graph g\ninput x: s8[1] quant(0.5, 0, block=[1])", "line 2, column 30: expected axis=N or blocks=[N, ...]"),
        ("graph g\ninput x: s8[1] quant(0.5, 0, axis=0, blocks=[0])", "column 38: expected axis=N or blocks=[N, ...]"),
        ("graph g\ninput x: f32[1]\ninput x: f32[1]", 'line 3, column 7: "x" exists already'),
        ("graph g\ninput xyz: f32[1]\noutput xy", 'line 3, column 8: "xy" is not known here\nHint: did you mean xyz?'),
        ("graph g\ninput x: f32[1]\ny = toy_ani(x)", 'unknown operator "toy_ani"\nHint: did you mean toy_any'),
        ("graph g\ninput x: f32[1]\ny = toy_any(x, cont=1)", 'no attribute "cont"; did you mean count?'),
        ("graph g\ninput x: f32[1]\ny = toy_any(x, count=1.5)", "count=1.5: expected a whole number"),
        ("graph g\ninput x: f32[1]\ny = toy_any(x, bounds=[1])", "expected 2 values, got 1 or none"),
        ("graph g\ninput x: f32[1]\ny = toy_any(x, mode=far)", "mode=far: expected one of nearest, none"),
        ("graph g\ninput x: f32[1]\ny = toy_any(x, steps={offset=1})", 'attribute "size" is missing'),
        ("graph g\ninput x: f32[1]\ny = toy_any(x, count=1, count=2)", 'attribute "count" is given twice'),
        ("graph g\ninput x: f32[2]\na, b, c = toy_split(x, _)", "toy_split makes 2 outputs, 3 are named"),
        ("graph g\ninput x: f32[2]\na, b = toy_split(x)", "(toy_split): takes x, hint; 1 inputs are given"),
        ("graph g\nconst c: f32[2] = [1]", "line 2, column 19: 1 numbers for f32[2], which has 2"),
        ("graph g\nconst c: s8[1] = [128]", "128 is not in s8"),
        ("graph g\nconst c: s8[1] = [0.5]", "0.5 is not in s8"),
        ("graph g\nconst c: bool[1] = [1]", "numbers for bool"),
        ("graph g\nconst c: f32[1] = normal(sed=1)", 'normal has no "sed"\nHint: did you mean seed'),
        ("graph g\nconst c: f32[1] = normal(seed=-1)", "a seed is a whole number from 0"),
        ("graph g\nconst c: f32[1] = norml()", 'unknown generator "norml"\nHint: did you mean normal'),
        ("graph g\nconst c: f32[99999999,99999999] = zeros()", "elements"),
        ('graph g\nconst c: f32[1] = zlib("AAAA")', "damaged data"),
        ('graph g\nconst c: f32[9] = zlib("eJwDAAAAAAE=")', "data does not have the 36 bytes of f32[9]"),
        ('graph g\ninput "\\x": f32[1]', "line 2, column 7: text in quotes is written as in JSON"),
        (f"graph g\ninput x: f32[{'9' * 5000}]", "a number too long"),
    ],
)
def test_mistake(source: str, message: str) -> None:
    with pytest.raises(GraphError) as caught:
        parse(source)
    assert message in str(caught.value)
