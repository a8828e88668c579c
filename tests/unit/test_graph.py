"""Graph, draft and verifier: values compare by content, and every broken rule is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import tinyc.ops  # noqa: F401  (registers every operator)
from tinyc.errors import DataError, GraphError
from tinyc.ir.blobs import Blob
from tinyc.ir.graph import Draft, Graph, Op, Operator
from tinyc.ir.interp import interpret
from tinyc.ir.text import parse
from tinyc.ir.types import DType, Layout, Quant, TensorType
from tinyc.ir.verify import verify
from tinyc.ops.reshape import Reshape

SOURCE = """
graph g
input x: f32[1,4]
const w: f32[2,4] = ramp()
const b: f32[2] = [1.0, -1.0]
h = dense(x, w, b)
y = relu(h)
output y
"""


@pytest.fixture
def graph() -> Graph:
    return parse(SOURCE)


def test_graphs_compare_by_content(graph: Graph) -> None:
    assert graph == parse(SOURCE)
    assert graph != parse(SOURCE.replace("-1.0", "-2.0"))
    assert replace(graph, notes=("a note",)) == graph
    assert graph.draft().freeze() == graph


def test_blob_is_read_only_and_keeps_its_own_data() -> None:
    array = np.zeros(3, np.float32)
    blob = Blob(array)
    array[0] = 1
    assert blob.array[0] == 0
    with pytest.raises(ValueError):
        blob.array[0] = 1


def test_blobs_compare_by_bits() -> None:
    nan = Blob(np.array([np.nan], np.float32))
    assert nan == Blob(np.array([np.nan], np.float32))
    assert Blob(np.array([0.0])) != Blob(np.array([-0.0]))
    assert Blob(np.zeros(2, np.int8)) != Blob(np.zeros((2, 1), np.int8))
    assert hash(nan) == hash(Blob(np.array([np.nan], np.float32)))


def test_producers_and_consumers(graph: Graph) -> None:
    assert graph.producers()["h"].name == "dense_0"
    assert {name: [op.name for op in ops] for name, ops in graph.consumers().items()} == {
        "x": ["dense_0"], "w": ["dense_0"], "b": ["dense_0"], "h": ["relu_0"], "y": [],
    }  # fmt: skip
    assert graph.macs(graph.ops[0]) == 8


def test_draft_finds_fresh_names_and_replaces_uses(graph: Graph) -> None:
    draft = graph.draft()
    assert draft.fresh("z") == "z"
    name = draft.add_constant("w", np.zeros((2, 4), np.float32), graph.types["w"])
    assert name == "w.1"
    assert draft.fresh("w") == "w.2"
    draft.replace_uses("w", name)
    draft.replace_uses("y", "h")
    result = draft.freeze()
    assert result.ops[0].inputs == ("x", "w.1", "b")
    assert result.outputs == ("h",)
    assert "w" not in result.types


def relu_of(name: str) -> Op:
    return Op("relu_1", Operator.registry["relu"](), (name,), ("z",))


def retyped(name: str, kind: TensorType) -> Callable[[Draft], None]:
    return lambda draft: draft.types.update({name: kind})


def two_outputs(draft: Draft) -> None:
    draft.types["spare"] = F32
    draft.ops[0] = replace(draft.ops[0], outputs=("h", "spare"))


F32 = TensorType(DType.F32, (1, 2))
S8 = TensorType(DType.S8, (2, 4))


@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda d: d.ops.append(relu_of("nothing")), 'op "relu_1" (relu): reads "nothing" before it is computed'),
        (lambda d: d.ops.append(relu_of("h")), 'op "relu_1" (relu): output "z" has no type'),
        (lambda d: d.ops.append(d.ops[0]), 'graph "g": two ops are called "dense_0"'),
        (lambda d: d.ops.append(replace(d.ops[0], name="other")), 'computes "h", which exists already'),
        (lambda d: d.ops.reverse(), 'reads "h" before it is computed'),
        (lambda d: d.outputs.append("lost"), 'graph "g": output "lost" is never computed'),
        (lambda d: d.inputs.append("x"), 'graph "g": input "x" is declared twice'),
        (lambda d: d.inputs.append("z"), 'graph "g": input "z" has no type'),
        (lambda d: d.types.pop("w"), 'graph "g": constant "w" has no type'),
        (retyped("w", F32), 'constant "w": data is float32[2, 4], type says f32[1,2]'),
        (retyped("h", TensorType(DType.F32, (1, 3))), 'output "h" is declared f32[1,3], computed f32[1,2]'),
        (retyped("h", TensorType(DType.S8, (1, 2))), 'output "h" is declared s8[1,2], computed f32[1,2]'),
        (retyped("h", replace(F32, quant=Quant.per_tensor(1.0, 0))), 'value "h": f32 cannot be quantised'),
        (retyped("w", replace(S8, quant=Quant((1.0,), (0,), 0))), "type says s8[2,4]"),
        (lambda d: d.ops.__setitem__(1, replace(d.ops[1], operator=Reshape((3,)))), "other number of elements"),
        (lambda d: d.ops.__setitem__(0, replace(d.ops[0], inputs=("x", "w"))), "takes x, w, b; 2 inputs are given"),
        (two_outputs, "has 2 outputs, makes 1"),
    ],
)
def test_broken_rule_is_named(damage: Callable[[Draft], None], message: str, graph: Graph) -> None:
    verify(graph)
    draft = graph.draft()
    damage(draft)
    inputs, outputs, ops = tuple(draft.inputs), tuple(draft.outputs), tuple(draft.ops)
    broken = Graph(draft.name, inputs, outputs, draft.types, draft.constants, ops)
    if message.endswith("has no type") and "op" in message:
        broken = replace(broken, outputs=())
    with pytest.raises(GraphError) as caught:
        verify(broken)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "quant, message",
    [
        ("quant([0.5, 0.5], 0)", "2 scales for 1 channels"),
        ("quant([0.5], 0, axis=0)", "1 scales for 2 channels"),
        ("quant([0.5, 0.5], [0], axis=0)", "2 scales for 2 channels"),
        ("quant(0.0, 0)", "a scale is not above zero"),
        ("quant(nan, 0)", "a scale is not above zero"),
    ],
)
def test_broken_quantisation_is_named(quant: str, message: str) -> None:
    with pytest.raises(GraphError, match=message):
        verify(parse(f"graph g input x: s8[2,4] {quant} output x"))


def test_interpreter_computes_every_value(graph: Graph) -> None:
    values = interpret(graph, {"x": np.ones((1, 4), np.float32)})
    assert values["h"].tolist() == [[7.0, 21.0]]
    assert values["y"].tolist() == [[7.0, 21.0]]


@pytest.mark.parametrize(
    "inputs, message",
    [
        ({}, 'input "x" is missing; given are none'),
        ({"x": np.ones((1, 4))}, 'input "x": data is float64[1, 4], the model takes f32[1,4]'),
        ({"x": np.ones((4,), np.float32)}, 'input "x": data is float32[4], the model takes f32[1,4]'),
    ],
)
def test_interpreter_refuses_other_data(inputs: dict[str, object], message: str, graph: Graph) -> None:
    with pytest.raises(DataError) as caught:
        interpret(graph, inputs)  # type: ignore[arg-type]
    assert caught.value.reason == message


def test_layout_is_an_order_of_axes_in_memory() -> None:
    kind = TensorType(DType.F32, (1, 2, 3, 4), Layout.CHANNELS_LAST)
    array = np.arange(24, dtype=np.float32).reshape(kind.shape)
    assert kind.physical_shape == (1, 3, 4, 2)
    assert kind.physical_axis(1) == 3
    assert kind.to_memory(array).reshape(-1)[:4].tolist() == [0, 12, 1, 13]
    assert np.array_equal(kind.from_memory(kind.to_memory(array)), array)
    assert not kind.same_memory(kind.with_layout(Layout.LINEAR))
    single = kind.with_shape((1, 1, 3, 4))
    assert single.same_memory(single.with_layout(Layout.LINEAR))
