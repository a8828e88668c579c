"""Float networks of the shapes that small devices run, with random weights: what the committed baseline measures.

    python -m benchmarks.nets build/nets        writes NAME.onnx and NAME_samples.npz

The shapes are those of the MLPerf Tiny benchmark (Banbury et al., 2021). Weights and samples come from a fixed seed:
the cost of a network does not depend on what it has learnt.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

SAMPLES = 16


@dataclass
class Net:
    """A model under construction: `last` is the value that the next layer reads, `channels` its channels."""

    name: str
    input_shape: tuple[int, ...]
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)
    last: str = "x"
    channels: int = 0

    def __post_init__(self) -> None:
        self.channels = self.input_shape[1]

    def constant(self, array: npt.NDArray[np.float32]) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array.astype(np.float32), name))
        return name

    def weights(self, *shape: int) -> tuple[str, str]:
        """He-normal weights, and small biases."""
        weights = self.rng.standard_normal(shape) * np.sqrt(2 / prod(shape[1:]))
        return self.constant(weights), self.constant(self.rng.standard_normal(shape[0]) * 0.1)

    def node(self, op: str, *operands: str, **attributes: Any) -> str:
        result = f"v{len(self.nodes)}"
        name = f"{op.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, operands, [result], name=name, **attributes))
        self.last = result
        return result

    def conv(
        self, channels: int, kernel: tuple[int, int], stride: int = 1, *, depthwise: bool = False, relu: bool = True
    ) -> str:
        """A convolution with padding SAME, by default with a ReLU."""
        groups = self.channels if depthwise else 1
        w, b = self.weights(channels, self.channels // groups, *kernel)
        self.node("Conv", self.last, w, b, strides=[stride, stride], group=groups, auto_pad="SAME_UPPER")
        self.channels = channels
        return self.node("Relu", self.last) if relu else self.last

    def dense(self, channels: int, *, relu: bool = False) -> str:
        w, b = self.weights(channels, self.channels)
        self.node("Gemm", self.last, w, b, transB=1)
        self.channels = channels
        return self.node("Relu", self.last) if relu else self.last

    def pooled(self) -> str:
        self.node("GlobalAveragePool", self.last)
        return self.node("Flatten", self.last)

    def model(self) -> onnx.ModelProto:
        inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.input_shape)]
        outputs = [helper.make_tensor_value_info(self.last, TensorProto.FLOAT, (1, self.channels))]
        graph = helper.make_graph(self.nodes, self.name, inputs, outputs, self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def autoencoder() -> Net:
    """Anomaly detection: ten dense layers."""
    net = Net("autoencoder", (1, 640))
    for width in (128, 128, 128, 128, 8, 128, 128, 128, 128):
        net.dense(width, relu=True)
    net.dense(640)
    return net


def dscnn() -> Net:
    """Keyword spotting: depthwise separable convolutions."""
    net = Net("dscnn", (1, 1, 49, 10))
    net.conv(64, (10, 4), 2)
    for _ in range(4):
        net.conv(64, (3, 3), depthwise=True)
        net.conv(64, (1, 1))
    net.pooled()
    net.dense(12)
    return net


def resnet() -> Net:
    """Image classification: three residual blocks."""
    net = Net("resnet", (1, 3, 32, 32))
    net.conv(16, (3, 3))
    for channels, stride in ((16, 1), (32, 2), (64, 2)):
        before, width = net.last, net.channels
        net.conv(channels, (3, 3), stride)
        inner = net.conv(channels, (3, 3), relu=False)
        if stride != 1:
            net.last, net.channels = before, width
            before = net.conv(channels, (1, 1), stride, relu=False)
        net.node("Add", inner, before)
        net.node("Relu", net.last)
    net.pooled()
    net.dense(10)
    return net


def mobilenet() -> Net:
    """Visual wake words: MobileNet of a quarter of the width."""
    net = Net("mobilenet", (1, 3, 96, 96))
    net.conv(8, (3, 3), 2)
    layers = ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), *((128, 1),) * 5, (256, 2), (256, 1))
    for channels, stride in layers:
        net.conv(net.channels, (3, 3), stride, depthwise=True)
        net.conv(channels, (1, 1))
    net.pooled()
    net.dense(2)
    return net


def sweep() -> Net:
    """Convolutions of many sizes, for measuring kernels: odd and even channels, strides, kernels."""
    net = Net("sweep", (1, 3, 25, 25))
    net.conv(8, (3, 3))
    net.conv(8, (3, 3), depthwise=True)
    net.conv(19, (1, 1))
    net.conv(19, (5, 5), depthwise=True)
    net.conv(24, (3, 3), 2)
    net.conv(24, (3, 3), 2, depthwise=True)
    net.conv(64, (1, 1))
    net.conv(64, (3, 3), depthwise=True)
    inner = net.last
    net.conv(64, (3, 3), relu=False)
    net.node("Add", net.last, inner)
    net.node("MaxPool", net.last, kernel_shape=[2, 2], strides=[2, 2])
    net.conv(128, (1, 1))
    net.node("AveragePool", net.last, kernel_shape=[2, 2], strides=[1, 1])
    net.pooled()
    for width in (37, 64, 256, 10):
        net.dense(width, relu=width > 10)
    net.node("Softmax", net.last)
    return net


def thin() -> Net:
    """Few channels on larger images."""
    net = Net("thin", (1, 1, 40, 32))
    net.conv(5, (7, 3))
    net.conv(5, (3, 3), 2, depthwise=True)
    net.conv(4, (1, 1))
    net.conv(16, (1, 1))
    net.conv(16, (3, 3), depthwise=True)
    net.node("MaxPool", net.last, kernel_shape=[3, 3], strides=[2, 2])
    net.conv(12, (2, 2), 2)
    net.pooled()
    net.dense(3)
    return net


NETS: tuple[Callable[[], Net], ...] = (autoencoder, dscnn, resnet, mobilenet)
SWEEPS: tuple[Callable[[], Net], ...] = (sweep, thin)


def write(make: Callable[[], Net], folder: Path) -> tuple[Path, Path]:
    """Write a network and samples to calibrate it with; the paths of both."""
    net = make()
    folder.mkdir(parents=True, exist_ok=True)
    model, samples = folder / f"{net.name}.onnx", folder / f"{net.name}_samples.npz"
    onnx.save(net.model(), model)
    np.savez(samples, x=net.rng.standard_normal((SAMPLES, *net.input_shape[1:])).astype(np.float32))
    return model, samples


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for make in (*NETS, *SWEEPS):
        print(*write(make, folder))


if __name__ == "__main__":
    main()
