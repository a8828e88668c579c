"""Write scene_int8.onnx: a small CNN for 48x48 images with random weights (seed 5), quantised by ONNX Runtime.

It is untrained: it shows where a model's bytes lie on a board with two RAMs, not what a net can see.
"""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

SEED = 5
SHAPE = (1, 3, 48, 48)
# name, weights, stride, groups
LAYERS = [("stem", (8, 3, 3, 3), 1, 1), ("down", (16, 8, 3, 3), 2, 1), ("depth", (16, 1, 3, 3), 1, 16),
          ("point", (16, 16, 1, 1), 1, 1), ("last", (24, 16, 3, 3), 2, 1)]  # fmt: skip


class Images(CalibrationDataReader):
    """A few random images."""

    def __init__(self, generator: np.random.Generator) -> None:
        self.left = [generator.random(SHAPE, np.float32) for _ in range(8)]

    def get_next(self) -> dict[str, npt.NDArray[np.float32]] | None:
        return {"image": self.left.pop()} if self.left else None


def float_model(generator: np.random.Generator) -> onnx.ModelProto:
    """Convolutions with ReLU, a mean over the image, a dense layer."""
    nodes: list[onnx.NodeProto] = []
    weights: list[onnx.TensorProto] = []
    name = "image"

    def weight(label: str, shape: tuple[int, ...]) -> str:
        scale = math.sqrt(2.0 / math.prod(shape[1:]))
        weights.append(numpy_helper.from_array((generator.standard_normal(shape) * scale).astype(np.float32), label))
        return label

    for layer, shape, stride, groups in LAYERS:
        inputs = [name, weight(f"{layer}_w", shape), weight(f"{layer}_b", shape[:1])]
        border = shape[2] // 2
        nodes.append(helper.make_node("Conv", inputs, [f"{layer}_sum"], name=layer, pads=[border] * 4,
                                      strides=[stride] * 2, group=groups))  # fmt: skip
        nodes.append(helper.make_node("Relu", [f"{layer}_sum"], [layer]))
        name = layer
    nodes.append(helper.make_node("GlobalAveragePool", [name], ["mean"]))
    nodes.append(helper.make_node("Flatten", ["mean"], ["flat"]))
    nodes.append(helper.make_node("Gemm", ["flat", weight("head_w", (4, 24)), weight("head_b", (4,))], ["scores"],
                                  name="head", transB=1))  # fmt: skip
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, SHAPE)
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, (1, 4))
    graph = helper.make_graph(nodes, "scene", [image], [scores], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def main() -> None:
    generator = np.random.default_rng(SEED)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "scene.onnx"
        onnx.save(float_model(generator), plain)
        quantize_static(plain, Path(__file__).with_name("scene_int8.onnx"), Images(generator), per_channel=True,
                        quant_format=QuantFormat.QDQ, activation_type=QuantType.QInt8)  # fmt: skip


if __name__ == "__main__":
    main()
