"""Train the bundled digits CNN in plain numpy and write its two ONNX files and its held-out test images.

The net: conv 3x3x8, ReLU, max pool 2, conv 3x3x16, ReLU, max pool 2, dense 10; input [1, 1, 8, 8] with pixels in 0..1.
Everything is seeded, so a repetition on the same machine gives the same files.
Needs the `dev` extra (scikit-learn for the images, ONNX Runtime for the quantiser).
Run: python examples/digits/train.py
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Parameters = dict[str, Floats]

SEED = 7
EPOCHS = 40
BATCH = 32
LEARNING_RATE = 2e-3
WEIGHT_DECAY = 1e-4
TEST_FRACTION = 0.25
CALIBRATION_IMAGES = 200
OPSET = 17
IR_VERSION = 8


@dataclass(frozen=True, slots=True)
class Digits:
    """Images [N, 1, 8, 8] in 0..1 and their labels [N], split once by SEED."""

    train_x: Floats
    train_y: Integers
    test_x: Floats
    test_y: Integers


def load() -> Digits:
    pixels, labels = load_digits(return_X_y=True)
    images = (pixels / 16.0).astype(np.float32).reshape(-1, 1, 8, 8)
    train_x, test_x, train_y, test_y = train_test_split(
        images, labels.astype(np.int64), test_size=TEST_FRACTION, random_state=SEED, stratify=labels
    )
    return Digits(train_x, train_y, test_x, test_y)


def initial(rng: np.random.Generator) -> Parameters:
    """He initialisation; biases start at zero."""

    def normal(*shape: int) -> Floats:
        fan_in = int(np.prod(shape[1:]))
        return rng.normal(0.0, np.sqrt(2.0 / fan_in), shape).astype(np.float32)

    def zeros(count: int) -> Floats:
        return np.zeros(count, np.float32)

    return {
        "conv1_w": normal(8, 1, 3, 3), "conv1_b": zeros(8),
        "conv2_w": normal(16, 8, 3, 3), "conv2_b": zeros(16),
        "dense_w": normal(10, 64), "dense_b": zeros(10),
    }  # fmt: skip


def patches(x: Floats) -> Floats:
    """[N, C, H, W] to [N, H, W, C*9]: the 3x3 neighbourhood of each pixel, zero outside the image."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    count, channels, height, width = x.shape
    return np.ascontiguousarray(windows.transpose(0, 2, 3, 1, 4, 5)).reshape(count, height, width, channels * 9)


def conv(columns: Floats, w: Floats, b: Floats) -> Floats:
    return (columns @ w.reshape(len(w), -1).T + b).transpose(0, 3, 1, 2)


def conv_gradients(columns: Floats, w: Floats, grad: Floats) -> tuple[Floats, Floats, Floats]:
    """Gradients of weights, bias and input, from the gradient [N, O, H, W] of the output."""
    rows = grad.transpose(0, 2, 3, 1)
    flat = rows.reshape(-1, len(w))
    grad_w = (flat.T @ columns.reshape(len(flat), -1)).reshape(w.shape)
    # The input's gradient is a convolution of the output's with the kernel turned by 180 degrees.
    turned = w[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    return grad_w, flat.sum(axis=0), conv(patches(grad), turned, np.zeros(turned.shape[0], np.float32))


def max_pool(x: Floats) -> tuple[Floats, Floats]:
    """Pooled [N, C, H/2, W/2], and a mask [N, C, H, W] that sends the gradient back to the maxima."""
    count, channels, height, width = x.shape
    blocks = x.reshape(count, channels, height // 2, 2, width // 2, 2)
    pooled = blocks.max(axis=(3, 5), keepdims=True)
    winners = (blocks == pooled).astype(np.float32)
    winners /= winners.sum(axis=(3, 5), keepdims=True)
    return pooled[:, :, :, 0, :, 0], winners.reshape(x.shape)


def unpool(grad: Floats, winners: Floats) -> Floats:
    return grad.repeat(2, axis=2).repeat(2, axis=3) * winners


def gradients(p: Parameters, x: Floats, y: Integers) -> Parameters:
    """Gradient of the mean cross entropy for one batch."""
    columns1 = patches(x)
    active1 = np.maximum(conv(columns1, p["conv1_w"], p["conv1_b"]), 0.0)
    pooled1, winners1 = max_pool(active1)
    columns2 = patches(pooled1)
    active2 = np.maximum(conv(columns2, p["conv2_w"], p["conv2_b"]), 0.0)
    pooled2, winners2 = max_pool(active2)
    flat = pooled2.reshape(len(x), -1)
    logits = flat @ p["dense_w"].T + p["dense_b"]

    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    grad = odds / odds.sum(axis=1, keepdims=True)
    grad[np.arange(len(y)), y] -= 1.0
    grad /= len(y)

    back2 = unpool((grad @ p["dense_w"]).reshape(pooled2.shape), winners2) * (active2 > 0.0)
    conv2_w, conv2_b, grad_pooled1 = conv_gradients(columns2, p["conv2_w"], back2)
    back1 = unpool(grad_pooled1, winners1) * (active1 > 0.0)
    conv1_w, conv1_b, _ = conv_gradients(columns1, p["conv1_w"], back1)
    return {
        "conv1_w": conv1_w, "conv1_b": conv1_b, "conv2_w": conv2_w, "conv2_b": conv2_b,
        "dense_w": grad.T @ flat, "dense_b": grad.sum(axis=0),
    }  # fmt: skip


def train(x: Floats, y: Integers, rng: np.random.Generator) -> Parameters:
    """Adam with a cosine learning rate."""
    p = initial(rng)
    mean = {name: np.zeros_like(value) for name, value in p.items()}
    square = {name: np.zeros_like(value) for name, value in p.items()}
    steps = EPOCHS * (len(x) // BATCH)
    step = 0
    for _ in range(EPOCHS):
        for batch in np.array_split(rng.permutation(len(x))[: len(x) // BATCH * BATCH], len(x) // BATCH):
            step += 1
            rate = LEARNING_RATE * 0.5 * (1.0 + np.cos(np.pi * step / steps))
            for name, grad in gradients(p, x[batch], y[batch]).items():
                mean[name] = 0.9 * mean[name] + 0.1 * grad
                square[name] = 0.999 * square[name] + 0.001 * grad * grad
                update = (mean[name] / (1 - 0.9**step)) / (np.sqrt(square[name] / (1 - 0.999**step)) + 1e-8)
                p[name] = (p[name] - rate * (update + WEIGHT_DECAY * p[name])).astype(np.float32)
    return p


def to_onnx(p: Parameters) -> onnx.ModelProto:
    nodes = [
        helper.make_node("Conv", ["image", "conv1_w", "conv1_b"], ["c1"], "conv_1", kernel_shape=[3, 3], pads=[1] * 4),
        helper.make_node("Relu", ["c1"], ["r1"], "relu_1"),
        helper.make_node("MaxPool", ["r1"], ["p1"], "pool_1", kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["p1", "conv2_w", "conv2_b"], ["c2"], "conv_2", kernel_shape=[3, 3], pads=[1] * 4),
        helper.make_node("Relu", ["c2"], ["r2"], "relu_2"),
        helper.make_node("MaxPool", ["r2"], ["p2"], "pool_2", kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["p2"], ["f"], "flatten"),
        helper.make_node("Gemm", ["f", "dense_w", "dense_b"], ["logits"], "dense", transB=1),
    ]
    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 1, 8, 8])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 10])],
        [numpy_helper.from_array(value, name) for name, value in p.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="tinyc-digits")
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model, full_check=True)
    return model


class Images(CalibrationDataReader):
    """Hands training images to the quantiser, one at a time."""

    def __init__(self, images: Floats) -> None:
        self._images = iter(images)

    def get_next(self) -> dict[str, Floats] | None:
        image = next(self._images, None)
        return None if image is None else {"image": image[None]}


def quantize(float_path: Path, int8_path: Path, images: Floats) -> None:
    """QDQ, int8 activations, int8 weights per output channel, ranges from `images`."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.onnx"
        quantize_static(
            str(float_path), str(raw), Images(images), quant_format=QuantFormat.QDQ, per_channel=True,
            activation_type=QuantType.QInt8, weight_type=QuantType.QInt8,
        )  # fmt: skip
        model = onnx.load(raw)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, int8_path)


def accuracy(path: Path, x: Floats, y: Integers) -> float:
    session = InferenceSession(str(path), providers=["CPUExecutionProvider"])
    guesses = [int(np.argmax(session.run(None, {"image": image[None]})[0])) for image in x]
    return float(np.mean(np.array(guesses) == y))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).parent, help="folder for the three files")
    folder: Path = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    float_path, int8_path = folder / "digits_float.onnx", folder / "digits_int8.onnx"

    digits = load()
    parameters = train(digits.train_x, digits.train_y, np.random.default_rng(SEED))
    onnx.save(to_onnx(parameters), float_path)
    quantize(float_path, int8_path, digits.train_x[:CALIBRATION_IMAGES])
    np.savez_compressed(folder / "digits_test.npz", x=digits.test_x, y=digits.test_y)

    for path in (float_path, int8_path):
        top1 = accuracy(path, digits.test_x, digits.test_y)
        print(f"{path.name}: {path.stat().st_size} bytes, top-1 {top1:.4f} on {len(digits.test_y)} held-out images")


if __name__ == "__main__":
    main()
