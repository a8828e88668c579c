"""Sizes around the tiles of the fast integer kernels: four channels, two pixels, inputs by four, loops by 32 inputs."""

from itertools import product

import numpy as np

from tests.cases.case import Case, given, x


def _pointwise(inputs: int, outputs: int, height: int, width: int) -> Case:
    tensors = (x(1, inputs, height, width), x(outputs, inputs, 1, 1), x(outputs))
    return Case("Conv", f"1x1_{inputs}_to_{outputs}_at_{height}x{width}", tensors, constants=(1, 2), int8=True)


def _square(inputs: int, outputs: int, side: int, stride: int) -> Case:
    tensors = (x(1, inputs, side, side), x(outputs, inputs, 3, 3), x(outputs))
    attributes = {"pads": [1, 1, 1, 1], "strides": [stride, stride]}
    return Case("Conv", f"3x3_{inputs}_to_{outputs}_at_{side}_by_{stride}", tensors, attributes, (1, 2), int8=True)


def _dense(rows: int, inputs: int, outputs: int) -> Case:
    tensors = (x(rows, inputs), x(outputs, inputs), x(outputs))
    return Case("Gemm", f"{rows}x{inputs}_to_{outputs}", tensors, {"transB": 1}, (1, 2), int8=True)


def _first(outputs: int, height: int, width: int, pads: list[int], batch: int = 1, stride: int = 2) -> Case:
    """Of three channels, two columns apart: of even width, and quads of channels, where the kernel of rows serves."""
    name = f"first_{batch}_{outputs}_at_{height}x{width}_{stride}_{'_'.join(map(str, pads))}"
    tensors = (x(batch, 3, height, width), x(outputs, 3, 3, 3), x(outputs))
    return Case("Conv", name, tensors, {"pads": pads, "strides": [stride, 2]}, (1, 2), int8=True)


def _silent(channels: int) -> Case:
    """Channels without weights, the first and the last: their constants are bias alone."""
    random = np.random.default_rng(channels)
    weights = random.uniform(-1.0, 1.0, (channels, 8, 1, 1))
    weights[[0, -1]] = 0.0
    tensors = (x(1, 8, 3, 3), given(weights, "float32"), given(random.uniform(-2.0, 2.0, channels), "float32"))
    return Case("Conv", f"silent_{channels}", tensors, constants=(1, 2), int8=True)


def _coarse(taps: int) -> Case:
    """Steps of the output are small beside those of the input: its last channel, which sets them, has no weights."""
    random = np.random.default_rng(taps)
    image, weights = random.uniform(-0.15, 0.15, (1, 4, 5, 5)), random.uniform(-1.0, 1.0, (5, 4, taps, taps))
    image[:, 3] *= 20.0
    weights[:, 3] = 0.0
    tensors = (given(image, "float32"), given(weights, "float32"))
    return Case("Conv", f"coarse_{taps}x{taps}", tensors, {"pads": [taps // 2] * 4}, (1,), int8=True)


CASES = [
    _first(4, 3, 4, [1, 1, 1, 1]),
    _first(4, 1, 3, [1, 1, 1, 1]),
    _first(8, 9, 12, [0, 0, 1, 1], batch=2),
    _first(12, 7, 8, [2, 0, 0, 2], stride=1),
    _first(4, 15, 64, [3, 1, 1, 0]),
    _silent(5),
    _silent(8),
    _coarse(1),
    _coarse(3),
    *(_pointwise(inputs, outputs, 3, 3) for inputs, outputs in product((1, 3, 4, 5, 8, 17), (1, 4, 5))),
    _pointwise(64, 8, 1, 1),
    _pointwise(36, 17, 1, 2),
    _pointwise(65, 70, 3, 3),
    _pointwise(100, 102, 1, 5),
    _pointwise(129, 6, 2, 3),
    *(_square(inputs, 5, side, stride) for inputs, side, stride in product((1, 3, 4, 8), (1, 5), (1, 2))),
    _square(16, 8, 6, 1),
    _square(3, 5, 9, 1),
    _square(3, 8, 14, 2),
    _square(64, 4, 3, 1),
    *(_dense(rows, inputs, 7) for rows, inputs in product((1, 2, 3), (1, 4, 31, 32, 33))),
    _dense(1, 640, 128),
    *(_dense(rows, inputs, outputs) for rows, inputs, outputs in ((1, 149, 7), (3, 1031, 1), (1, 33, 34), (1, 32, 32))),
    _dense(1, 3, 16),
    _dense(2, 6, 17),
    Case("Conv", "first_layer_10x4", (x(1, 1, 13, 8), x(8, 1, 10, 4), x(8)), {"pads": [4, 1, 5, 1], "strides": [2, 2]}, (1, 2), int8=True),
    Case("Conv", "dilated_4_channels", (x(1, 4, 9, 9), x(6, 4, 3, 3), x(6)), {"dilations": [2, 3], "pads": [2, 1, 2, 1]}, (1, 2), int8=True),
    Case("Conv", "batch2_5x5_3_channels", (x(2, 3, 9, 11), x(5, 3, 5, 5), x(5)), {"pads": [2, 1, 1, 2], "strides": [2, 1]}, (1, 2), int8=True),
    Case("Conv", "dilated_rows_3_channels", (x(1, 3, 9, 8), x(4, 3, 3, 3), x(4)), {"dilations": [2, 1], "pads": [1, 0, 2, 1]}, (1, 2), int8=True),
    Case("Conv", "dilated_3_channels", (x(1, 3, 9, 9), x(6, 3, 3, 3), x(6)), {"dilations": [2, 3], "pads": [2, 1, 2, 1]}, (1, 2), int8=True),
    Case("Conv", "batch3_4_channels", (x(3, 4, 3, 3), x(4, 4, 3, 3)), {"pads": [1, 1, 1, 1]}, (1,), int8=True),
    Case("Conv", "kernel_beyond_4_channels", (x(1, 4, 2, 3), x(3, 4, 5, 5), x(3)), {"pads": [4, 4, 4, 4]}, (1, 2), int8=True),
]  # fmt: skip
