"""int16 activations: whole networks are equal bit for bit between numpy, host and board, and nearer to float than int8;
what ONNX Runtime's quantiser writes with int16 runs on integers.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

from tests.cases.case import Array, Case
from tests.support.case_models import Variant, run_onnxruntime
from tests.support.case_program import Built, build_case, run_on_board, run_on_host
from tests.support.quantised_models import BATCH, Network, Reader, data, mlp
from tinyc.codegen.project import write
from tinyc.driver import Options, build
from tinyc.ir.interp import interpret
from tinyc.ir.types import DType
from tinyc.recipe import load_recipe, parse
from tinyc.targets import load_board

SEED = 21
RECIPES = {
    "int8": "quantize",
    "int16": "quantize(activations=int16)",
    "int16_packed": "quantize(activations=int16, weights=int4, first=int2, calibrate=percentile)",
    "int16_w16": "quantize(activations=int16, weights=int16, first=int16)",
    "mixed": "quantize(activations=int16) on conv2d_1, dense*\nquantize",
}


def network() -> onnx.ModelProto:
    """Convolution, depthwise, pointwise, a sum, activations with one bound and two, pooling, a dense head."""
    n = Network((BATCH, 3, 9, 9), seed=31)
    n.add("Conv", f"x {n.weight('w0', 8, 3, 3, 3)} {n.weight('b0', 8)}", "c0", pads=[1, 1, 1, 1])
    n.add("Relu", "c0", "r0")
    n.add("Conv", f"r0 {n.weight('w1', 8, 1, 3, 3)} {n.weight('b1', 8)}", "c1", pads=[1, 1, 1, 1], group=8)
    low, high = n.constant("low", np.float32(0)), n.constant("high", np.float32(6))
    n.add("Clip", f"c1 {low} {high}", "r1")
    n.add("Conv", f"r1 {n.weight('w2', 8, 8, 1, 1)}", "c2")
    n.add("Add", "c2 r0", "sum")
    n.add("Relu", "sum", "r2")
    n.add("Conv", f"r2 {n.weight('w3', 9, 8, 3, 3)} {n.weight('b3', 9)}", "c3", strides=[2, 2])
    n.add("Clip", f"c3 {low} {high}", "r3")
    n.add("MaxPool", "r3", "p", kernel_shape=[2, 2])
    n.add("GlobalAveragePool", "p", "g")
    n.add("Flatten", "g", "f")
    n.add("Gemm", f"f {n.weight('w4', 5, 9)} {n.weight('b4', 5)}", "y", transB=1)
    return n.model((BATCH, 5))


@cache
def built(recipe: str, folder: Path) -> Built:
    """The network by this recipe, calibrated on other samples than those of the variant."""
    model = network()
    path, calibration = folder / "network.onnx", folder / "calibration.npz"
    path.write_bytes(model.SerializeToString())
    np.savez(calibration, x=np.stack([data(model, seed) for seed in range(40, 48)]))
    steps = parse(f"include float\n{RECIPES[recipe]}", recipe, load_recipe)
    options = Options(name=f"net_{recipe}", native_io=False)
    result = build(path, load_board("cortex-m4"), steps, options, calibration)
    write(result.project, folder / options.name)
    variant = Variant(Case("network", recipe, ()), options.name, model, {"x": data(model, SEED)}, [], integer=True)
    return Built(variant, result, folder / options.name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("int16")


def meaning(item: Built) -> Array:
    graph = item.result.graph
    return interpret(graph, item.variant.samples)[graph.outputs[0]]


def signal_over_error(item: Built) -> float:
    """Decibels of the float model's output over its distance from this one's."""
    real = run_onnxruntime(item.variant.model, item.variant.samples)[0]
    return float(10 * np.log10((real**2).sum() / ((meaning(item) - real) ** 2).sum()))


@pytest.mark.parametrize(
    "recipes", [("int16",), pytest.param(("int16_packed", "int16_w16", "mixed"), marks=pytest.mark.slow)]
)
def test_numpy_host_and_board_are_equal(recipes: tuple[str, ...], folder: Path, tmp_path: Path) -> None:
    items = [built(recipe, folder) for recipe in recipes]
    for item, (host,) in zip(items, run_on_host(items, tmp_path), strict=True):
        np.testing.assert_array_equal(host, meaning(item), err_msg=item.variant.name)
    (tmp_path / "board").mkdir()
    for item, (board,) in zip(items, run_on_board(items, load_board("cortex-m4"), tmp_path / "board"), strict=True):
        np.testing.assert_array_equal(board, meaning(item), err_msg=item.variant.name)


def test_int16_is_nearer_to_float_than_int8(folder: Path) -> None:
    found = {recipe: signal_over_error(built(recipe, folder)) for recipe in ("int8", "int16", "int16_w16")}
    assert found["int16"] > found["int8"] + 4, found  # the weights of int8 are what is left
    assert found["int16_w16"] > found["int8"] + 35, found


def test_kernels_for_dsp_serve_int16(folder: Path) -> None:
    kernels = {call.kernel for call in built("int16", folder).result.program.calls}
    assert {"tc_conv2d_s16_dsp", "tc_conv2d_dw_s16_dsp", "tc_dense_rows_s16_dsp", "tc_sum_s16_dsp"} <= kernels


def test_formats_meet_in_steps_of_integers(folder: Path) -> None:
    graph = built("mixed", folder).result.graph
    steps = [op for op in graph.ops if op.kind == "requantize"]
    formats = {graph.types[op.reads[0]].dtype: graph.types[op.outputs[0]].dtype for op in steps}
    assert formats == {DType.S8: DType.S16, DType.S16: DType.S8}
    assert [op.kind for op in graph.ops if graph.types[op.outputs[0]].dtype.is_float] == ["dequantize"]


@pytest.mark.parametrize("opset, symmetric", [(17, True), (21, True), (17, False)])
def test_what_onnxruntime_quantises_to_int16(opset: int, symmetric: bool, tmp_path: Path) -> None:
    """Steps of its own domain, and of ONNX from opset 21 on."""
    model, path = mlp(), tmp_path / "static.onnx"
    model.opset_import[0].version = opset
    quantize_static(
        model, path, Reader(model), quant_format=QuantFormat.QDQ, activation_type=QuantType.QInt16,
        weight_type=QuantType.QInt8, extra_options={"ActivationSymmetric": symmetric},
    )  # fmt: skip
    quantised = onnx.load(path)
    samples = {"x": data(quantised, SEED)}
    expected = run_onnxruntime(quantised, samples)
    variant = Variant(Case("network", "static", ()), "written", quantised, samples, expected, integer=True)
    item = build_case(variant, load_board("cortex-m4"), tmp_path)
    graph = item.result.graph
    assert [op.kind for op in graph.ops if graph.types[op.outputs[0]].dtype.is_float] == ["dequantize"]
    last = graph.types[graph.producers()[graph.outputs[0]].reads[0]]
    assert last.dtype is DType.S16 and last.quant is not None
    assert np.abs(meaning(item) - expected[0]).max() <= 1.001 * last.quant.scale[0], f"seed {SEED}"
    ((host,),) = run_on_host([item], tmp_path)
    np.testing.assert_array_equal(host, meaning(item))
