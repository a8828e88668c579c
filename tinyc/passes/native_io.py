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
        for name in graph.fed:
            step = _quantising(graph, consumers[name])
            if step is not None and name not in graph.outputs:
                _absorb_input(draft, name, step)
        producers = {output: op for op in draft.ops for output in op.outputs}
        for name in graph.given:
            op = producers.get(name)
            if op is not None and isinstance(op.operator, Dequantize) and not consumers[name]:
                _absorb_output(draft, name, op)
        for name, output in graph.states:
            _absorb_state(draft, graph, name, output)
        return graph if len(draft.ops) == len(graph.ops) else draft.freeze()


def _is_native(kind: TensorType) -> bool:
    """True if a caller can convert to and from this type with one scale: what the generated header offers."""
    return kind.quant is not None and kind.quant.is_per_tensor and kind.dtype in (DType.S8, DType.U8, DType.S16)


def _absorb_input(draft: Draft, name: str, step: Op) -> None:
    draft.ops = [op for op in draft.ops if op.name != step.name]
    draft.types[name] = draft.types[step.outputs[0]]
    draft.replace_uses(step.outputs[0], name)


def _quantising(graph: Graph, readers: list[Op]) -> Op | None:
    """The quantise step that alone reads a value."""
    if len(readers) != 1 or not isinstance(readers[0].operator, Quantize):
        return None
    return readers[0] if _is_native(graph.types[readers[0].outputs[0]]) else None


def _absorb_state(draft: Draft, graph: Graph, name: str, output: str) -> None:
    """A state that is dequantised at the end and quantised alike at the start stays integer in between."""
    consumers = graph.consumers()
    step, maker = _quantising(graph, consumers[name]), graph.producers().get(output)
    if step is None or maker is None or not isinstance(maker.operator, Dequantize) or consumers[output]:
        return
    same = graph.types[step.outputs[0]] == graph.types[maker.reads[0]]
    if same and _is_free(draft, maker.reads[0]) and draft.outputs.count(output) == 1 and name not in draft.outputs:
        _absorb_output(draft, output, maker)
        _absorb_input(draft, name, step)


def _is_free(draft: Draft, source: str) -> bool:
    """True if an op computes the value, and no output has it already."""
    return source not in draft.inputs and source not in draft.constants and source not in draft.outputs


def _absorb_output(draft: Draft, name: str, step: Op) -> None:
    """The integer value takes over the output's name, if an op computes it for this output alone."""
    source = step.reads[0]
    others = [op for op in draft.ops if source in op.reads and op.name != step.name]
    if not _is_free(draft, source) or not _is_native(draft.types[source]):
        return
    draft.ops = [op for op in draft.ops if op.name != step.name]
    draft.types[name] = draft.types[source]
    if others:
        draft.replace_uses(source, name)
    draft.ops = [
        replace(op, outputs=tuple(name if out == source else out for out in op.outputs)) for op in draft.ops
    ]
