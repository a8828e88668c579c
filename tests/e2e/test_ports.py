"""Models with unusual inputs and outputs: through the C on the host and on an emulated board."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from tests.cases.case import Array, Case
from tests.support.case_models import Variant
from tests.support.case_program import Built, build_case, run_on_board, run_on_host
from tinyc.ir.interp import interpret
from tinyc.targets import load_board
from tinyc.toolchain import Compiler, compile_objects, host_cc

SEED = 17
STRICT = ("-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-pedantic")

MODELS = {
    "mixed_formats": """
        (float[2,3] f, int8[4] a, uint8[4] b, int32[3] c, int64[2] d, bool[2,1] e)
        => (float[2,3] fy, int8[4] ay, uint8[4] by, int32[3] cy, int64[2] dy, bool[2,1] ey)
        { fy = Neg(f)  ay = Identity(a)  by = Max(b, b)  cy = Add(c, c)  dy = Mul(d, d)  ey = Not(e) }""",
    "odd_sizes": """
        (uint8[3] b, float[1] f, bool[5] e, int64[1] d, int8[7] a)
        => (bool[5] ey, float[1] fy, int64[1] dy, uint8[3] by, int8[7] ay)
        { ey = Not(e)  fy = Abs(f)  dy = Abs(d)  by = Min(b, b)  ay = Max(a, a) }""",
    "scalars": """
        (float x, int32 n, bool flag) => (float y, int32 m, float chosen)
        { y = Exp(x)  m = Add(n, n)  chosen = Where(flag, x, y) }""",
    "scalar_from_vector": "(float[5] x) => (float y) { y = ReduceSum <keepdims = 0> (x) }",
    "constant_output": """
        (float[2] x) => (float[2] y, float[3] version, int64 number)
        <float[3] version = {1.0, 2.5, -3.0}, int64 number = {7}> { y = Neg(x) }""",
    "computed_constant_output": """
        (float[2] x) => (float[2] y, float[3] c) <float[3] k = {1.0, 4.0, 9.0}> { y = Neg(x)  c = Sqrt(k) }""",
    "input_passed_through": """
        (float[2,2] x, int8[3] z) => (float[2,2] y, float[2,2] x2, int8[3] z2)
        { y = Relu(x)  x2 = Identity(x)  z2 = Identity(z) }""",
    "only_passed_through": "(float[4] x) => (float[4] y) { y = Identity(x) }",
    "reshaped_only": "(float[4] x) => (float[2,2] y) <int64[2] s = {2, 2}> { y = Reshape(x, s) }",
    "one_value_twice": "(float[3] x) => (float[3] y, float[3] z) { y = Neg(x)  z = Identity(y) }",
    "one_value_twice_the_other_way": "(float[3] x) => (float[3] z, float[3] y) { y = Neg(x)  z = Identity(y) }",
    "aliases_and_constants": """
        (float[3] x) => (float[3] a, float[2] b, float[3] c, float[3] d) <float[2] k = {1.0, 2.0}>
        { h = Neg(x)  a = Identity(h)  b = Identity(k)  c = Identity(h)  g = Exp(h)  d = Identity(g) }""",
    "one_value_in_two_shapes": """
        (float[4] x) => (float[4] y, float[2,2] z) <int64[2] s = {2, 2}> { y = Neg(x)  z = Reshape(y, s) }""",
    "inner_value_as_output": """
        (float[3] x) => (float[3] z, float[3] h) { h = Neg(x)  y = Exp(h)  z = Relu(y) }""",
    "unused_input": "(float[2] x, float[64] spare, int64[3] other) => (float[2] y) { y = Neg(x) }",
    "no_input": "() => (float[3] y) <float[3] k = {1.0, 4.0, 9.0}> { y = Sqrt(k) }",
    "same_input_twice": "(float[3] x) => (float[3] y) { y = Mul(x, x) }",
    "outputs_out_of_order": """
        (float[3] x, float[3] w) => (float[3] c, float[3] a, float[3] b)
        { a = Add(x, w)  b = Mul(a, w)  c = Sub(b, x) }""",
    "index_output": """
        (float[2,5] x) => (float[2,5] p, int64[2] k)
        { p = Softmax <axis = 1> (x)  k = ArgMax <axis = 1, keepdims = 0> (x) }""",
    "images": """
        (float[1,2,3,4] x, float[1,2,3,4] z) => (float[1,3,3,4] y, float[1,2,3,4] x2, float[1,2,3,4] s)
        <float[3,2,1,1] w = {1.0, -1.0, 0.5, 2.0, 0.25, -0.75}>
        { y = Conv(x, w)  x2 = Identity(x)  s = Add(x, z) }""",
    "names_of_c": """
        (float[2] int, float[2] "a.b/c:0", float[2] "a_b_c_0") => (float[2] while, float[2] "y y")
        { while = Add(int, "a.b/c:0")  "y y" = Mul("a_b_c_0", int) }""",
}
RENAMED = {"names_of_c": {"v0": "int", "v1": "a.b/c:0", "v2": "a_b_c_0", "v3": "while", "v4": "y y"}}


def parsed(name: str) -> onnx.ModelProto:
    """The model; names that the text syntax does not know stand as v0, v1, ... in it."""
    text = MODELS[name]
    for alias, real in RENAMED.get(name, {}).items():
        text = text.replace(f'"{real}"', alias).replace(f" {real}", f" {alias}").replace(f"({real},", f"({alias},")
    model = onnx.parser.parse_model(f'<ir_version: 8, opset_import: ["" : 17]> net {text}')
    rename(model.graph, RENAMED.get(name, {}))
    onnx.checker.check_model(model)
    return model


def rename(graph: onnx.GraphProto, names: dict[str, str]) -> None:
    for value in (*graph.input, *graph.output):
        value.name = names.get(value.name, value.name)
    for node in graph.node:
        node.input[:] = [names.get(item, item) for item in node.input]
        node.output[:] = [names.get(item, item) for item in node.output]


def samples_for(model: onnx.ModelProto) -> dict[str, Array]:
    generator, found = np.random.default_rng(SEED), {}
    for value in model.graph.input:
        dtype = helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
        shape = [dim.dim_value for dim in value.type.tensor_type.shape.dim]
        real, whole = generator.standard_normal(shape), generator.integers(0, 100, shape)
        found[value.name] = np.asarray(real if dtype.kind == "f" else whole > 50 if dtype.kind == "b" else whole, dtype)
    return found


def expected(model: onnx.ModelProto, samples: dict[str, Array]) -> list[Array]:
    """By the ONNX reference; it does not know that an output may be an initialiser."""
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    names = [value.name for value in model.graph.output]
    computed = [name for name in names if name not in constants]
    results = dict(zip(computed, ReferenceEvaluator(model).run(computed, samples), strict=True)) | constants
    return [np.asarray(results[name]) for name in names]


def built_models(folder: Path) -> list[Built]:
    found = []
    for name in MODELS:
        model = parsed(name)
        samples = samples_for(model)
        variant = Variant(Case("ports", name, ()), name, model, samples, expected(model, samples), integer=False)
        found.append(build_case(variant, load_board("cortex-m4"), folder))
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Built]:
    return built_models(tmp_path_factory.mktemp("ports"))


def check(item: Built, outputs: list[Array]) -> None:
    values = interpret(item.result.graph, item.variant.samples)
    assert len(outputs) == len(item.variant.expected)
    for name, ours, theirs in zip(item.result.graph.outputs, outputs, item.variant.expected, strict=True):
        place = f"{item.variant.name}, seed {SEED}, output {name}"
        np.testing.assert_allclose(ours, values[name], rtol=1e-6, atol=1e-7, strict=True, err_msg=place)
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6, strict=True, err_msg=place)


def test_host(built: list[Built], tmp_path: Path) -> None:
    for item, outputs in zip(built, run_on_host(built, tmp_path), strict=True):
        check(item, outputs)


def test_board(built: list[Built], tmp_path: Path) -> None:
    for item, outputs in zip(built, run_on_board(built, load_board("cortex-m4"), tmp_path), strict=True):
        check(item, outputs)


def test_declared_formats_and_names_are_kept(built: list[Built]) -> None:
    for item in built:
        outputs = item.variant.model.graph.output
        declared = [(v.name, helper.tensor_dtype_to_np_dtype(v.type.tensor_type.elem_type)) for v in outputs]
        made = [(tensor.name, tensor.type.dtype.numpy) for tensor in item.result.program.outputs]
        assert made == declared, item.variant.name


@pytest.mark.parametrize("name", MODELS)
def test_header_stands_alone(name: str, built: list[Built], tmp_path: Path) -> None:
    """Its own includes are enough for it, in C and as a second include, and it has an accessor for each port."""
    item = next(item for item in built if item.variant.name == name)
    unit = tmp_path / "unit.c"
    unit.write_text(f'#include "{name}.h"\n#include "{name}.h"\nint unit(void);\nint unit(void) {{ return 0; }}\n')
    compile_objects(Compiler(tuple(host_cc()), STRICT, (item.folder / "include",)), [unit], tmp_path)
    header = (item.folder / "include" / f"{name}.h").read_text(encoding="utf-8")
    graph = item.variant.model.graph
    assert f"#define {name.upper()}_INPUT_COUNT {len(graph.input)}u" in header
    assert f"#define {name.upper()}_OUTPUT_COUNT {len(graph.output)}u" in header
