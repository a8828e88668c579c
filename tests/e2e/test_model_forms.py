"""Forms of ONNX files besides a flat graph of the newest operators: functions, old opsets, data in other places."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from tests.cases.case import Array, Case
from tests.support.case_models import Variant, run_onnxruntime
from tests.support.case_program import build_case, run_on_host
from tinyc.driver import Options, build
from tinyc.ir.interp import interpret
from tinyc.targets import load_board

SEED = 11

FUNCTIONS = """
<ir_version: 8, opset_import: ["" : 17, "mine" : 1]>
net (float[1,4] x) => (float[1,4] y) <float[4] w = {0.5, -1.0, 2.0, 0.25}> {
    h = mine.twice <slope = 0.2> (x, w)
    y = mine.leaky <slope = 0.5> (h)
}
<domain: "mine", opset_import: ["" : 17]>
leaky <slope> (a) => (b) { b = LeakyRelu <alpha: float = @slope> (a) }
<domain: "mine", opset_import: ["" : 17, "mine" : 1]>
twice <slope> (a, w) => (c) {
    scaled = Mul(a, w)
    first = mine.leaky <slope: float = @slope> (scaled)
    two = Constant <value = float {2.0}> ()
    c = Mul(first, two)
}
"""
OPSET_6 = """
<ir_version: 3, opset_import: ["" : 6]>
net (float[1,2,3,3] x, float[2] s, float[2] b, float[2] m, float[2] v) => (float[1,2,3,3] y)
<float[2] s = {1.5, 0.5}, float[2] b = {0.1, -0.2}, float[2] m = {0.3, -0.1}, float[2] v = {0.9, 1.1}> {
    n = BatchNormalization <is_test = 1, epsilon = 0.001> (x, s, b, m, v)
    d, mask = Dropout <is_test = 1, ratio = 0.4> (n)
    y = Clip <min = -0.5, max = 0.75> (d)
}
"""
OPSET_7 = """
<ir_version: 3, opset_import: ["" : 7]>
net (float[1,2,4,3] x, float[2,2,1,1] w) => (float[4,3] y) <float[2,2,1,1] w = {0.5, -1.0, 0.25, 2.0}> {
    u = Upsample <mode = "nearest", scales = [1.0, 1.0, 2.0, 2.0]> (x)
    p = Pad <mode = "constant", pads = [0, 0, 0, 1, 0, 0, 0, 1], value = 0.5> (u)
    c = Conv <kernel_shape = [1, 1]> (p, w)
    d = Dropout <ratio = 0.3> (c)
    s = Slice <axes = [1, 2, 3], starts = [0, -5, 1], ends = [1, -1, 4]> (d)
    q = Squeeze <axes = [0, 1]> (s)
    k = Clip <max = 1.0> (q)
    y = Softmax <axis = 1> (k)
}
"""
OPSET_9 = """
<ir_version: 4, opset_import: ["" : 9]>
net (float[1,1,4] x) => (float[1,1,8] y, float[1,2] top) <float[3] scales = {1.0, 1.0, 2.0}> {
    y = Upsample <mode = "linear"> (x, scales)
    flat = Flatten <axis = 1> (x)
    top, places = TopK <axis = 1, k = 2> (flat)
}
"""
OPSET_12 = """
<ir_version: 7, opset_import: ["" : 12]>
net (float[1,6] x) => (float[1,2] y, float[1,1,6] z) <float ratio = {0.5}, int64[2] parts = {2, 4}> {
    d = Dropout (x, ratio)
    a, b = Split <axis = 1, split = [2, 4]> (d)
    y = ReduceSum <axes = [0], keepdims = 1> (a)
    z = Unsqueeze <axes = [0]> (x)
}
"""
FORMS = {"functions": FUNCTIONS, "opset_6": OPSET_6, "opset_7": OPSET_7, "opset_9": OPSET_9, "opset_12": OPSET_12}


def parsed(name: str) -> onnx.ModelProto:
    model = onnx.parser.parse_model(FORMS[name])
    onnx.checker.check_model(model)
    return model


def sample(model: onnx.ModelProto) -> dict[str, Array]:
    value = model.graph.input[0]
    shape = [dim.dim_value for dim in value.type.tensor_type.shape.dim]
    return {value.name: np.random.default_rng(SEED).standard_normal(shape).astype(np.float32)}


def expected(name: str, model: onnx.ModelProto, samples: dict[str, Array]) -> list[Array]:
    """By ONNX Runtime, which does not know opset 6: there, by hand."""
    if name != "opset_6":
        return run_onnxruntime(model, samples)
    scale, bias, mean, variance = (numpy_helper.to_array(t).reshape(-1, 1, 1) for t in model.graph.initializer)
    normal = (samples["x"] - mean) / np.sqrt(variance + np.float32(0.001)) * scale + bias
    return [np.clip(normal, -0.5, 0.75).astype(np.float32)]


@pytest.mark.parametrize("name", FORMS)
def test_c_computes_what_the_model_says(name: str, tmp_path: Path) -> None:
    model = parsed(name)
    samples = sample(model)
    variant = Variant(Case("form", name, ()), name, model, samples, expected(name, model, samples), integer=False)
    built = build_case(variant, load_board("cortex-m4"), tmp_path)
    values = interpret(built.result.graph, samples)
    for output, host, theirs in zip(
        built.result.graph.outputs, run_on_host([built], tmp_path)[0], variant.expected, strict=True
    ):
        np.testing.assert_allclose(host, values[output], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(host, theirs, rtol=1e-5, atol=1e-6, strict=True)


def test_constants_of_old_models_are_no_inputs(tmp_path: Path) -> None:
    path = tmp_path / "old.onnx"
    onnx.save(parsed("opset_6"), path)
    graph = build(path, load_board("cortex-m4")).imported
    assert graph.inputs == ("x",)


def test_function_bodies_are_dissolved(tmp_path: Path) -> None:
    path = tmp_path / "functions.onnx"
    onnx.save(parsed("functions"), path)
    kinds = [op.kind for op in build(path, load_board("cortex-m4")).graph.ops]
    assert kinds == ["mul", "leaky_relu", "mul", "leaky_relu"]


def test_external_data_is_read(tmp_path: Path) -> None:
    weights = np.random.default_rng(SEED).standard_normal((16, 24)).astype(np.float32)
    model = onnx.parser.parse_model(
        '<ir_version: 8, opset_import: ["" : 17]> net (float[1,16] x) => (float[1,24] y) { y = MatMul(x, w) }'
    )
    model.graph.initializer.append(numpy_helper.from_array(weights, "w"))
    path = tmp_path / "apart.onnx"
    onnx.save(model, path, save_as_external_data=True, location="apart.data", size_threshold=0)
    assert (tmp_path / "apart.data").stat().st_size == weights.nbytes
    graph = build(path, load_board("cortex-m4"), options=Options(name="apart")).graph
    x = np.random.default_rng(SEED).standard_normal((1, 16)).astype(np.float32)
    np.testing.assert_allclose(interpret(graph, {"x": x})["y"], x @ weights, rtol=1e-5, atol=1e-6)
