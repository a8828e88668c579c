"""CenterCropPad: a slice of the axes that are too long and padding of those that are too short."""

from __future__ import annotations

from tinyc.errors import GraphError
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.pad import Pad
from tinyc.ops.slice import Slice


@from_onnx("CenterCropPad")
def center_crop_pad(node: Node, b: Builder) -> None:
    """Each axis becomes its wanted length about the middle; of an odd difference the larger half lies at the end."""
    shape = b.type_of(b.value(0)).shape
    rank = len(shape)
    wanted = [int(length) for length in b.constant(1, "shape").reshape(-1)]
    axes = node.ints("axes", range(rank)) or ()
    if len(axes) != len(wanted) or any(not -rank <= axis < rank for axis in axes) or min(wanted, default=1) < 1:
        raise GraphError(f"shape {wanted} and axes {list(axes)} do not go with {list(shape)}")
    target = list(shape)
    for axis, length in zip(axes, wanted, strict=True):
        target[axis] = length
    spare = [n - m for n, m in zip(shape, target, strict=True)]
    cut = b.emit(
        Slice(
            tuple(max(rest, 0) // 2 for rest in spare),
            tuple(min(n, m) for n, m in zip(shape, target, strict=True)),
            (1,) * rank,
        ),
        b.value(0),
    )
    lacking = [max(-rest, 0) for rest in spare]
    b.result(Pad(tuple(n // 2 for n in lacking), tuple(n - n // 2 for n in lacking)), cut)
