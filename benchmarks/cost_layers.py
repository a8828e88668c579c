"""Layers of all sizes, each with an input of its own: what the prices of kernels are measured on.

Sizes come from a fixed seed, spread evenly over their logarithms, with odd and even channels, one row and many, borders
and none. No layer is one of the networks' of nets.py: these show what the prices are worth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import prod
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from benchmarks.nets import SAMPLES, Net

AT_ONCE = 24
"""Layers of one model."""

_FILTERS = ((1, 1), (1, 1), (3, 3), (3, 3), (3, 3), (5, 5), (2, 2), (7, 3), (10, 4), (1, 5))
_WINDOWS = ((3, 3), (3, 3), (3, 3), (5, 5), (7, 7), (1, 5), (5, 3))
_CHANNELS = (1, 3, 4, 6, 8, 12, 16, 19, 24, 32, 48, 64, 96)


@dataclass
class Layers(Net):
    """A model of layers side by side."""

    inputs: dict[str, tuple[int, ...]] = field(default_factory=dict)
    outputs: list[str] = field(default_factory=list)

    @property
    def has_weights(self) -> bool:
        return len(self.constants) > 0

    def begin(self, *shape: int) -> None:
        """The next layer reads a new input."""
        self.last, self.channels = f"x{len(self.inputs)}", shape[1]
        self.inputs[self.last] = shape

    def end(self) -> None:
        self.outputs.append(self.last)

    def model(self) -> onnx.ModelProto:
        values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in self.inputs.items()]
        results = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in self.outputs]
        graph = helper.make_graph(self.nodes, self.name, values, results, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        return onnx.shape_inference.infer_shapes(model)

    def write(self, folder: Path) -> tuple[Path, Path]:
        """The model and samples to calibrate it with; the paths of both."""
        model, samples = folder / f"{self.name}.onnx", folder / f"{self.name}_samples.npz"
        onnx.save(self.model(), model)
        arrays = {
            name: self.rng.standard_normal((SAMPLES, *shape[1:])).astype(np.float32)
            for name, shape in self.inputs.items()
        }
        np.savez(samples, **arrays)  # type: ignore[arg-type]  # numpy's stub takes the names for `allow_pickle`
        return model, samples


def _conv(net: Layers) -> None:
    taps = _FILTERS[net.rng.integers(len(_FILTERS))]
    channels, filters = _channels(net), max(2, _channels(net))
    macs = _between(net, 8e3, 2e6)
    pixels = macs / (channels * filters * prod(taps))
    side = int(np.clip(np.sqrt(pixels), 2, 48))
    stride = int(net.rng.choice([1, 1, 2]))
    net.begin(1, channels, stride * side, max(1, stride * int(np.clip(pixels / side, 1, 48))))
    net.conv(filters, taps, stride, relu=bool(net.rng.integers(2)))


def _depthwise(net: Layers) -> None:
    taps, channels = _WINDOWS[net.rng.integers(len(_WINDOWS))], _channels(net)
    elements = _between(net, 300, 3e4)
    side = int(np.clip(np.sqrt(elements / channels), 3, 56))
    stride = int(net.rng.choice([1, 1, 2]))
    net.begin(1, channels, stride * side, stride * int(np.clip(elements / channels / side, 3, 56)))
    net.conv(channels, taps, stride, depthwise=True)


def _pair(net: Layers) -> None:
    """A depthwise convolution and a 1x1 behind it, which one kernel may do together."""
    channels, elements = max(4, _channels(net)), _between(net, 600, 2e4)
    side = int(np.clip(np.sqrt(elements / channels), 3, 40))
    stride = int(net.rng.choice([1, 1, 2]))
    net.begin(1, channels, stride * side, stride * int(np.clip(elements / channels / side, 3, 40)))
    net.conv(channels, (3, 3), stride, depthwise=True)
    net.conv(max(4, _channels(net)), (1, 1))


def _dense(net: Layers) -> None:
    rows = int(net.rng.choice([1, 1, 1, 2, 7, 32]))
    inputs, outputs = int(_between(net, 6, 800)), int(_between(net, 2, 400))
    w = net.constant(net.rng.standard_normal((inputs, outputs)) / np.sqrt(inputs))
    shape = (1, rows, inputs) if rows > 1 else (1, inputs)
    net.begin(*shape)
    net.node("MatMul", net.last, w)


def _whole(net: Layers) -> None:
    """Poolings, sums, softmax and movements of an image."""
    channels, side = _channels(net), int(_between(net, 3, 28))
    net.begin(1, channels, side, int(_between(net, 3, 28)))
    name, attributes = _OTHERS[net.rng.integers(len(_OTHERS))]
    if name in ("Add", "Mul", "Concat"):
        first = net.last
        net.begin(*net.inputs[first])
        net.node(name, first, net.last, **attributes)
        return
    net.node(name, net.last, **attributes)


_OTHERS: tuple[tuple[str, dict[str, object]], ...] = (
    ("MaxPool", {"kernel_shape": [2, 2], "strides": [2, 2]}),
    ("MaxPool", {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}),
    ("AveragePool", {"kernel_shape": [2, 2], "strides": [2, 2]}),
    ("AveragePool", {"kernel_shape": [3, 3], "strides": [1, 1], "pads": [1, 1, 1, 1]}),
    ("GlobalAveragePool", {}),
    ("GlobalAveragePool", {}),
    ("Add", {}),
    ("Add", {}),
    ("Mul", {}),
    ("Concat", {"axis": 1}),
    ("Concat", {"axis": 2}),
    ("Softmax", {"axis": 1}),
    ("Softmax", {"axis": 3}),
    ("Sigmoid", {}),
    ("Relu", {}),
    ("Flatten", {}),
)


def _channels(net: Layers) -> int:
    return _CHANNELS[net.rng.integers(len(_CHANNELS))]


def _between(net: Layers, low: float, high: float) -> float:
    return float(np.exp(net.rng.uniform(np.log(low), np.log(high))))


FAMILIES: tuple[tuple[str, Callable[[Layers], None], int], ...] = (
    ("conv", _conv, 2),
    ("depthwise", _depthwise, 2),
    ("pair", _pair, 1),
    ("dense", _dense, 1),
    ("whole", _whole, 2),
)
"""Name, a layer, and how many models of them."""


def models(most: int) -> Iterator[Layers]:
    """At most so many of each family."""
    for name, add, count in FAMILIES:
        for number in range(min(most, count)):
            net = Layers(f"{name}_{number}", (1, 1), np.random.default_rng([len(name), number]))
            for _ in range(AT_ONCE):
                add(net)
                net.end()
            yield net
