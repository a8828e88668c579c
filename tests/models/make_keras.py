"""What tf2onnx and Keras' own exporter write for small channels-last networks, and what Keras computes.

Run from the checkout's root with tensorflow-cpu 2.21.0 (Keras 3.15.1), tf2onnx 1.17.0 and onnx 1.23.2:

    python tests/models/make_keras.py
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import onnx
import tensorflow as tf
import tf2onnx
from keras import layers

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.models.samples import Array, keep, keep_samples, say

SEED = 4
OPSETS = (9, 18)


def image() -> keras.Model:
    """MobileNet's parts, a residual, global pooling."""
    x = start = keras.Input((9, 9, 3), batch_size=1, name="x")
    x = layers.ReLU(6.0)(layers.BatchNormalization()(layers.Conv2D(6, 3, strides=2, padding="same", use_bias=False)(x)))
    inner = layers.ReLU()(layers.BatchNormalization()(layers.DepthwiseConv2D(3, padding="same")(x)))
    x = layers.Add()([layers.Conv2D(6, 1)(inner), x])
    x = layers.MaxPooling2D(2)(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(start, layers.Dense(4, activation="softmax")(x))


def flattened() -> keras.Model:
    """As small keyword spotters: unequal padding, average pooling, a flatten in channels-last order, two layers."""
    x = start = keras.Input((10, 7, 1), batch_size=1, name="x")
    x = layers.Conv2D(4, (5, 3), strides=(2, 2), padding="same", activation="relu")(x)
    x = layers.AveragePooling2D((2, 2), padding="same")(layers.Dropout(0.2)(x))
    x = layers.Dense(6, activation="tanh")(layers.Flatten()(x))
    return keras.Model(start, layers.Dense(3)(x))


def excite() -> keras.Model:
    """Squeeze-and-excite, channels glued together, upsampling, a transposed convolution; an image comes out."""
    x = start = keras.Input((6, 6, 4), batch_size=1, name="x")
    scale = layers.GlobalAveragePooling2D(keepdims=True)(x)
    scale = layers.Conv2D(4, 1, activation="sigmoid")(layers.Conv2D(2, 1, activation="relu")(scale))
    x = layers.Concatenate()([layers.Multiply()([x, scale]), x])
    x = layers.Conv2D(3, 3, activation="leaky_relu")(layers.ZeroPadding2D(1)(x))
    x = layers.UpSampling2D(2)(x)
    return keras.Model(start, layers.Conv2DTranspose(2, 3, strides=2, padding="same")(x))


def sound() -> keras.Model:
    """Convolution in one dimension, depthwise separable, causal, dilated."""
    x = start = keras.Input((16, 3), batch_size=1, name="x")
    x = layers.Conv1D(4, 3, padding="causal", dilation_rate=2, activation="relu")(x)
    x = layers.SeparableConv1D(5, 3, padding="same")(x)
    x = layers.MaxPooling1D(2)(layers.LayerNormalization()(x))
    return keras.Model(start, layers.Dense(3)(layers.GlobalAveragePooling1D()(x)))


def recurrent() -> keras.Model:
    """GRU over a short sequence, unrolled: otherwise the exporters write loops."""
    x = start = keras.Input((3, 3), batch_size=1, name="x")
    return keras.Model(start, layers.Dense(2)(layers.GRU(4, unroll=True)(x)))


def attention() -> keras.Model:
    """Multi-head attention and a residual."""
    x = start = keras.Input((5, 6), batch_size=1, name="x")
    x = layers.LayerNormalization()(layers.Add()([x, layers.MultiHeadAttention(2, 3)(x, x)]))
    return keras.Model(start, layers.Dense(2, activation="swish")(x))


NETWORKS: dict[str, Callable[[], keras.Model]] = {
    function.__name__: function for function in (image, flattened, excite, sound, recurrent, attention)
}


def made(name: str) -> tuple[keras.Model, Array]:
    """The network with seeded weights and moving averages, and an input."""
    keras.utils.set_random_seed(SEED)
    network, generator = NETWORKS[name](), np.random.default_rng(SEED)
    for weight in network.weights:
        if weight.path.rsplit("/", 1)[-1] in ("gamma", "beta", "moving_mean", "moving_variance", "bias"):
            weight.assign(generator.uniform(0.1, 0.9, weight.shape))
    return network, generator.standard_normal(network.inputs[0].shape).astype(np.float32)


def by_tf2onnx(network: keras.Model, opset: int) -> onnx.ModelProto:
    signature = [tf.TensorSpec(network.inputs[0].shape, tf.float32, name="x")]
    function = tf.function(lambda x: network(x, training=False), input_signature=signature)
    model, _ = tf2onnx.convert.from_function(function, input_signature=signature, opset=opset)
    return model


def by_keras(network: keras.Model) -> onnx.ModelProto:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        network.export(path, format="onnx", verbose=False)
        return onnx.load(path)


def keep_valid(name: str, model: onnx.ModelProto) -> None:
    """Keep the model, unless it holds operators that its opset lacks: tf2onnx writes Einsum into opset 9."""
    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        say(f"{name}: {error}")
    else:
        keep(name, model)


def main() -> None:
    for name in NETWORKS:
        network, x = made(name)
        keep_samples(f"keras_{name}", [x], [np.asarray(network(x, training=False))])
        keep(f"keras_{name}_export", by_keras(network))
        for opset in OPSETS:
            keep_valid(f"keras_{name}_tf2onnx_{opset}", by_tf2onnx(network, opset))


if __name__ == "__main__":
    main()
