"""Models that the end-to-end tests share: built in code, small, with every kind of layer of a CNN."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

SEED = 7


def small_cnn() -> onnx.ModelProto:
    """Convolution, depthwise, pooling, a residual branch, flatten, dense, softmax; input [1, 3, 9, 8]."""
    generator = np.random.default_rng(SEED)
    shapes = {"w0": (8, 3, 3, 3), "b0": (8,), "w1": (8, 1, 3, 3), "b1": (8,), "w2": (8, 8, 1, 1), "b2": (8,),
              "w3": (5, 8 * 4 * 4), "b3": (5,)}  # fmt: skip
    weights = [
        numpy_helper.from_array((generator.standard_normal(shape) * 0.3).astype(np.float32), name)
        for name, shape in shapes.items()
    ]
    nodes = [
        helper.make_node("Conv", ["image", "w0", "b0"], ["c0"], name="stem", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c0"], ["r0"]),
        helper.make_node("Conv", ["r0", "w1", "b1"], ["c1"], name="depthwise", pads=[1, 1, 1, 1], group=8),
        helper.make_node("Clip", ["c1", "zero", "six"], ["r1"]),
        helper.make_node("Conv", ["r1", "w2", "b2"], ["c2"], name="pointwise"),
        helper.make_node("Add", ["c2", "r0"], ["sum"], name="residual"),
        helper.make_node("MaxPool", ["sum"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["p"], ["f"]),
        helper.make_node("Gemm", ["f", "w3", "b3"], ["logits"], name="head", transB=1),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    bounds = [numpy_helper.from_array(np.float32(v), n) for n, v in (("zero", 0.0), ("six", 6.0))]
    graph = helper.make_graph(
        nodes,
        "small_cnn",
        [helper.make_tensor_value_info("image", onnx.TensorProto.FLOAT, [1, 3, 9, 8])],
        [helper.make_tensor_value_info("probabilities", onnx.TensorProto.FLOAT, [1, 5])],
        weights + bounds,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.fixture(scope="session")
def cnn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "small_cnn.onnx"
    path.write_bytes(small_cnn().SerializeToString())
    return path


@pytest.fixture(scope="session", params=["digits_float", "digits_int8", "small_cnn"])
def model(request: pytest.FixtureRequest, digits: Path, cnn: Path) -> Path:
    return cnn if request.param == "small_cnn" else digits / f"{request.param}.onnx"
