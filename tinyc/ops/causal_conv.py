"""ONNX's CausalConvWithState: the cache before the input, a depthwise convolution, the end as the new cache."""

from __future__ import annotations

import numpy as np

from tinyc.errors import UnsupportedOp
from tinyc.ops.concat import Concat
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.slice import sliced
from tinyc.ops.unary import Swish
from tinyc.ops.windows import Window

ACTIVATIONS = ("none", "silu", "swish")


@from_onnx("CausalConvWithState")
def causal_conv_with_state(node: Node, b: Builder) -> None:
    activation = node.string("activation", "none")
    if activation not in ACTIVATIONS:
        raise UnsupportedOp(f'activation "{activation}" is not one of {", ".join(ACTIVATIONS)}')
    taps = b.type_of(b.value(1)).shape[2]
    past = b.optional(3) if taps > 1 else None
    whole = b.value(0) if past is None else b.emit(Concat(2), past, b.value(0))
    zeros = 0 if past is not None else taps - 1
    conv = Conv2d(Window((taps,), (1,), (1,), (zeros,), (0,)), groups=b.type_of(whole).shape[1])
    name = node.outputs[0]
    y = b.emit(conv, whole, b.value(1), b.optional(2), stem=name if activation == "none" else "")
    b.alias(y if activation == "none" else b.emit(Swish(), y, stem=name))
    if node.wants(1):
        b.alias(_end(node, b, whole, taps - 1), 1)


def _end(node: Node, b: Builder, whole: str, count: int) -> str:
    """The last `count` positions; zeros stand before the first."""
    batch, channels, length = b.type_of(whole).shape
    if length < count:
        zeros = np.zeros((batch, channels, count - length), np.float32)
        return b.emit(Concat(2), b.add_constant(f"{node.outputs[0]}.zeros", zeros), whole, stem=node.outputs[1])
    shape = (batch, channels, length)
    return b.emit(sliced(shape, (length - count,), (length,), (2,), (1,)), whole, stem=node.outputs[1])
