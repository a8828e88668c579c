"""ONNX's MaxUnpool."""

from __future__ import annotations

from tinyc.errors import UnsupportedOp
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.pad import Pad, PadMode
from tinyc.ops.pool_indexed import MaxUnpool


@from_onnx("MaxUnpool")
def max_unpool(node: Node, b: Builder) -> None:
    """Indices count over the shape that kernel, strides and pads give; a larger output_shape adds zeros behind."""
    x = b.type_of(b.value(0))
    kernel = node.ints("kernel_shape") or ()
    rank = x.rank - 2
    if len(kernel) != rank:
        raise UnsupportedOp(f"kernel_shape {list(kernel)} for {rank} spatial axes")
    strides = node.ints("strides", (1,) * rank) or ()
    pads = node.ints("pads", (0,) * (2 * rank)) or ()
    spatial = tuple((x.shape[2 + i] - 1) * strides[i] + kernel[i] - pads[i] - pads[rank + i] for i in range(rank))
    inner = (*x.shape[:2], *spatial)
    wanted = b.optional_constant(2, "output_shape")
    target = inner if wanted is None else tuple(int(length) for length in wanted)
    if len(target) != x.rank or any(length < least for length, least in zip(target, inner, strict=True)):
        raise UnsupportedOp(f"output_shape {list(target)} is smaller than the unpooled shape {list(inner)}")
    value = b.emit(MaxUnpool(inner), b.value(0), b.value(1), stem=node.outputs[0])
    if target != inner:
        after = tuple(length - least for length, least in zip(target, inner, strict=True))
        value = b.emit(Pad((0,) * x.rank, after, PadMode.CONSTANT), value)
    b.alias(value)
