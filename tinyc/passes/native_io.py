"""Let the model take and give its integers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import DType, TensorType
from tinyc.ops.quantize import Dequantize, Quantize
from tinyc.passes.base import Pass, PassContext, pass_


@pass_("native_io")
@dataclass(frozen=True, slots=True)
class NativeIo(Pass):
    """Drop quantise steps at the inputs and dequantise steps at the outputs.

    What: an input whose only reader is a quantise step, and an output that is made by a dequantise step, change to the
    integer type; the names stay. When it is exact: always; the caller does the conversion, and the generated header
    says how. Example: `x: f32 -> quantize -> conv2d` becomes `x: s8 -> conv2d`. Cost: linear in the ops.
    """

    def run(self, graph: Graph, context: PassContext) -> Graph:
        draft = graph.draft()
        consumers = graph.consumers()
        for name in graph.inputs:
            readers = consumers[name]
            step = readers[0] if len(readers) == 1 and isinstance(readers[0].operator, Quantize) else None
            if step is not None and _is_native(graph.types[step.outputs[0]]) and name not in graph.outputs:
                _absorb_input(draft, name, step)
        producers = {output: op for op in draft.ops for output in op.outputs}
        for name in graph.outputs:
            op = producers.get(name)
            if op is not None and isinstance(op.operator, Dequantize) and not consumers[name]:
                _absorb_output(draft, name, op)
        return graph if len(draft.ops) == len(graph.ops) else draft.freeze()


def _is_native(kind: TensorType) -> bool:
    """True if a caller can convert to and from this type with one scale: what the generated header offers."""
    return kind.quant is not None and kind.quant.is_per_tensor and kind.dtype in (DType.S8, DType.U8, DType.S16)


def _absorb_input(draft: Draft, name: str, step: Op) -> None:
    draft.ops = [op for op in draft.ops if op.name != step.name]
    draft.types[name] = draft.types[step.outputs[0]]
    draft.replace_uses(step.outputs[0], name)


def _absorb_output(draft: Draft, name: str, step: Op) -> None:
    """The integer value takes over the output's name, if an op computes it for this output alone."""
    source = step.reads[0]
    others = [op for op in draft.ops if source in op.reads and op.name != step.name]
    if source in draft.inputs or source in draft.constants or source in draft.outputs:
        return
    if not _is_native(draft.types[source]):
        return
    draft.ops = [op for op in draft.ops if op.name != step.name]
    draft.types[name] = draft.types[source]
    if others:
        draft.replace_uses(source, name)
    draft.ops = [
        replace(op, outputs=tuple(name if out == source else out for out in op.outputs)) for op in draft.ops
    ]
