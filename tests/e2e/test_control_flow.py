"""If: inlined where the condition is known, a branch in C where it is not. Loop and Scan are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.cases.case import Array, Case
from tests.support.case_models import Variant, run_onnxruntime
from tests.support.case_program import Built, build_case, run_on_host
from tinyc.errors import UnsupportedOp
from tinyc.frontend.load import load
from tinyc.ir.interp import interpret
from tinyc.ir.types import Shape
from tinyc.targets import load_board

SHAPE = (2, 3, 4, 5)
MATRIX = np.random.default_rng(3).standard_normal((5, 6)).astype(np.float32)


def real(name: str, shape: Shape | None = None) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def graph_of(
    nodes: list[onnx.NodeProto], outputs: list[str], constants: dict[str, Array] | None = None
) -> onnx.GraphProto:
    values = [real(name) for name in outputs]
    tensors = [numpy_helper.from_array(array, name) for name, array in (constants or {}).items()]
    return helper.make_graph(nodes, "branch", [], values, tensors)


def model_of(
    nodes: list[onnx.NodeProto], inputs: dict[str, Array], outputs: list[Shape], constants: dict[str, Array]
) -> onnx.ModelProto:
    """A model whose float outputs y0, y1, ... have these shapes."""
    infos = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
        for name, array in inputs.items()
    ]
    tensors = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    results = [real(f"y{index}", shape) for index, shape in enumerate(outputs)]
    graph = helper.make_graph(nodes, "main", infos, results, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return onnx.shape_inference.infer_shapes(model, strict_mode=True)


def two_branches() -> list[onnx.NodeProto]:
    """Both branches use x from outside, the same names inside, and constants of their own; two outputs."""
    then = graph_of(
        [helper.make_node("MatMul", ["x", "w"], ["h"]), helper.make_node("Relu", ["h"], ["r"]),
         helper.make_node("ReduceSum", ["r"], ["s"], keepdims=0)],
        ["r", "s"], {"w": MATRIX},
    )  # fmt: skip
    other = graph_of(
        [helper.make_node("MatMul", ["x", "w"], ["h"]), helper.make_node("Neg", ["h"], ["r"])], ["r", "t"],
        {"w": MATRIX * 2, "t": np.array(7.0, np.float32)},
    )  # fmt: skip
    return [helper.make_node("If", ["c"], ["y0", "y1"], then_branch=then, else_branch=other)]


def nested() -> list[onnx.NodeProto]:
    """An If in a branch; its condition is computed in that branch."""
    inner = helper.make_node(
        "If", ["positive"], ["z"],
        then_branch=graph_of([helper.make_node("Exp", ["m"], ["e"])], ["e"]),
        else_branch=graph_of([helper.make_node("Abs", ["m"], ["a"])], ["a"]),
    )  # fmt: skip
    then = graph_of(
        [helper.make_node("ReduceMean", ["x"], ["m"], axes=[3], keepdims=1),
         helper.make_node("ReduceSum", ["x"], ["total"], keepdims=0),
         helper.make_node("Greater", ["total", "zero"], ["positive"]), inner],
        ["z"], {"zero": np.array(0.0, np.float32)},
    )  # fmt: skip
    other = graph_of([helper.make_node("ReduceMax", ["x"], ["m"], axes=[3], keepdims=1)], ["m"])
    return [helper.make_node("If", ["c"], ["y0"], then_branch=then, else_branch=other)]


def samples() -> dict[str, dict[str, Array]]:
    x = np.random.default_rng(1).standard_normal(SHAPE).astype(np.float32)
    shift = np.float32(abs(x.mean()) + 1.0)
    return {
        "yes_high": {"x": x + shift, "c": np.array(True)},
        "yes_low": {"x": x - shift, "c": np.array(True)},
        "no": {"x": x, "c": np.array(False)},
    }


TWO: list[Shape] = [(2, 3, 4, 6), ()]
MODELS: dict[str, tuple[Callable[[], list[onnx.NodeProto]], list[Shape]]] = {
    "two": (two_branches, TWO),
    "nested": (nested, [(2, 3, 4, 1)]),
}
NAMES = [f"{model}_{sample}" for model in MODELS for sample in samples()]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Built, list[Array]]]:
    folder, built = tmp_path_factory.mktemp("control_flow"), []
    for model_name, (nodes, outputs) in MODELS.items():
        for sample_name, feeds in samples().items():
            model = model_of(nodes(), feeds, outputs, {})
            name = f"{model_name}_{sample_name}"
            expected = run_onnxruntime(model, feeds)
            variant = Variant(Case("If", name, ()), name, model, feeds, expected, integer=False)
            built.append(build_case(variant, load_board("cortex-m4"), folder))
    hosts = run_on_host(built, folder)
    return {item.variant.name: (item, host) for item, host in zip(built, hosts, strict=True)}


@pytest.mark.parametrize("name", NAMES)
def test_numpy_and_c_equal_onnxruntime(name: str, runs: dict[str, tuple[Built, list[Array]]]) -> None:
    built, host = runs[name]
    graph = built.result.graph
    values = interpret(graph, built.variant.samples)
    for output, ours, theirs in zip(graph.outputs, host, built.variant.expected, strict=True):
        np.testing.assert_allclose(values[output], theirs, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


def test_each_branch_is_guarded_and_the_choice_is_not(runs: dict[str, tuple[Built, list[Array]]]) -> None:
    calls = runs["two_no"][0].result.program.calls
    guarded = {call.kind: {guard.wanted for guard in call.guards} for call in calls}
    assert guarded["neg"] == {False}
    assert guarded["reduce"] == {True}
    assert guarded["where"] == set()
    assert [len(call.guards) for call in calls if call.kind == "dense"] == [1, 1]


def test_nested_conditions_are_asked_in_order(runs: dict[str, tuple[Built, list[Array]]]) -> None:
    calls = {call.kind: call for call in runs["nested_no"][0].result.program.calls}
    assert [guard.wanted for guard in calls["exp"].guards] == [True, True]
    assert [guard.wanted for guard in calls["abs"].guards] == [True, False]
    assert calls["exp"].guards[0].value == "c"
    assert len(calls["less"].guards) == 1


def test_c_skips_the_branch_that_is_not_taken(runs: dict[str, tuple[Built, list[Array]]]) -> None:
    text = (runs["two_no"][0].folder / "src" / "two_no.c").read_text()
    assert text.count("if (TINYC_TAKEN((arena[") == len([c for c in runs["two_no"][0].result.program.calls if c.guards])


@pytest.mark.parametrize("condition, kinds", [(True, {"dense", "relu", "reduce"}), (False, {"dense", "neg", "copy"})])
def test_a_known_condition_leaves_one_branch(condition: bool, kinds: set[str], tmp_path: Path) -> None:
    feeds = {"x": samples()["no"]["x"]}
    model = model_of(two_branches(), feeds, TWO, {"c": np.array([condition])})
    path = tmp_path / "known.onnx"
    path.write_bytes(model.SerializeToString())
    graph = load(path).graph
    assert {op.kind for op in graph.ops} <= kinds
    values = interpret(graph, feeds)
    for output, theirs in zip(graph.outputs, run_onnxruntime(model, feeds), strict=True):
        np.testing.assert_allclose(values[output], theirs, rtol=1e-5, atol=1e-5)


def test_branches_of_different_shapes_are_refused(tmp_path: Path) -> None:
    branches = [graph_of([helper.make_node(op, ["x"], ["r"], **more)], ["r"]) for op, more in
                (("Relu", {}), ("ReduceMean", {"axes": [3], "keepdims": 1}))]  # fmt: skip
    node = helper.make_node("If", ["c"], ["y0"], name="choice", then_branch=branches[0], else_branch=branches[1])
    path = tmp_path / "shapes.onnx"
    path.write_bytes(model_of([node], samples()["no"], [SHAPE], {}).SerializeToString())
    with pytest.raises(UnsupportedOp, match=r'"choice" \(If\): output "y0" is f32\[2,3,4,5\] in one branch and f32'):
        load(path)


def test_nodes_inside_branches_are_named_in_errors(tmp_path: Path) -> None:
    strange = graph_of([helper.make_node("Bernoulli", ["x"], ["r"], name="coin")], ["r"])
    plain = graph_of([helper.make_node("Relu", ["x"], ["r"])], ["r"])
    node = helper.make_node("If", ["c"], ["y0"], then_branch=strange, else_branch=plain)
    path = tmp_path / "strange.onnx"
    path.write_bytes(model_of([node], samples()["no"], [SHAPE], {}).SerializeToString())
    with pytest.raises(UnsupportedOp, match='node "coin"'):
        load(path)


def test_loops_are_refused_in_words(tmp_path: Path) -> None:
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["again"]), helper.make_node("Relu", ["v"], ["w"])], "body",
        [helper.make_tensor_value_info("i", TensorProto.INT64, []),
         helper.make_tensor_value_info("go", TensorProto.BOOL, []), real("v", SHAPE)],
        [helper.make_tensor_value_info("again", TensorProto.BOOL, []), real("w", SHAPE)],
    )  # fmt: skip
    node = helper.make_node("Loop", ["n", "", "x"], ["y0"], name="repeat", body=body)
    feeds = {"x": samples()["no"]["x"]}
    path = tmp_path / "loop.onnx"
    model = model_of([node], feeds, [SHAPE], {"n": np.array(3, np.int64)})
    path.write_bytes(model.SerializeToString())
    with pytest.raises(UnsupportedOp, match='"repeat" \\(Loop\\): Loop repeats a graph'):
        load(path)
