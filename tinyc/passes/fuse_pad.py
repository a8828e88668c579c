"""Let convolution and average pooling do the padding before them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tinyc.ir.graph import Graph, Op
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.pad import Pad, PadMode
from tinyc.ops.pool import AveragePool
from tinyc.ops.windows import Window
from tinyc.passes.base import Pass, PassContext, pass_
from tinyc.passes.drop_dead import live_ops


@pass_("fuse_pad")
@dataclass(frozen=True, slots=True)
class FusePad(Pass):
    """Move zero padding of the spatial axes into the window of the conv2d or average_pool that reads it.

    What: the window's own padding grows by that of the pad op, which goes if nobody else reads it. An average pool
    counts the padded zeros as before.
    When it is exact: always; padding by other values, in other modes or of other axes is left alone.
    Example: `pad, conv2d` as exporters of TensorFlow models write "same" padding for stride 2.
    Cost: linear in the ops.
    """

    selective = True

    def run(self, graph: Graph, context: PassContext) -> Graph:
        pads = {op.outputs[0]: op for op in graph.ops if _pads_zeros_around_image(op)}
        draft = graph.draft()
        draft.ops = [_padding_itself(op, pads) if context.selects(op) else op for op in graph.ops]
        fused = sum(old is not new for old, new in zip(graph.ops, draft.ops, strict=True))
        if not fused:
            return graph
        context.remarks.append(f"{fused} ops pad their input themselves")
        draft.ops = live_ops(draft.ops, graph.outputs)
        return draft.freeze()


def _pads_zeros_around_image(op: Op) -> bool:
    pad = op.operator
    if not isinstance(pad, Pad) or pad.mode is not PadMode.CONSTANT or pad.value != 0:
        return False
    return len(pad.begin) > 2 and not any(pad.begin[:2] + pad.end[:2])


def _padding_itself(op: Op, pads: dict[str, Op]) -> Op:
    """The op reading what the pad op reads, if it is one that can; else the op itself."""
    maker = pads.get(op.inputs[0] or "") if op.inputs else None
    if maker is None or not isinstance(op.operator, Conv2d | AveragePool):
        return op
    assert isinstance(maker.operator, Pad)
    begin, end = maker.operator.begin[2:], maker.operator.end[2:]
    operator = replace(op.operator, window=_wider(op.operator.window, begin, end))
    if isinstance(operator, AveragePool):
        counted = _sum(operator.counted_begin, begin), _sum(operator.counted_end, end)
        operator = replace(operator, counted_begin=counted[0], counted_end=counted[1])
    return replace(op, operator=operator, inputs=(maker.inputs[0], *op.inputs[1:]))


def _wider(window: Window, begin: tuple[int, ...], end: tuple[int, ...]) -> Window:
    return replace(window, begin=_sum(window.begin, begin), end=_sum(window.end, end))


def _sum(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))
