"""The rules that every graph obeys; run after each pass."""

from __future__ import annotations

from math import prod

from tinyc.errors import GraphError
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import DType, TensorType


def verify(graph: Graph) -> None:
    """Raise GraphError naming the op or value that breaks a rule; return nothing if all hold."""
    known = _check_sources(graph)
    names: set[str] = set()
    for op in graph.ops:
        if op.name in names:
            raise GraphError(f'graph "{graph.name}": two ops are called "{op.name}"')
        names.add(op.name)
        _check_op(graph, op, known)
        known.update(op.outputs)
    for name in graph.outputs:
        if name not in known:
            raise GraphError(f'graph "{graph.name}": output "{name}" is never computed')
    _check_states(graph)


def _check_states(graph: Graph) -> None:
    outputs = list(graph.outputs)
    if twice := [name for name, _ in graph.states if [i for i, _ in graph.states].count(name) > 1]:
        raise GraphError(f'graph "{graph.name}": state "{twice[0]}" is declared twice')
    for name, output in graph.states:
        if name not in graph.inputs or output not in outputs:
            raise GraphError(f'state "{name}" = "{output}" does not pair an input with an output')
        outputs.remove(output)
        if graph.types[name] != graph.types[output]:
            before, after = graph.types[name], graph.types[output]
            raise GraphError(f'state "{name}" is {before} before and {after} after an execution, in "{output}"')


def _check_sources(graph: Graph) -> set[str]:
    if twice := [name for name in set(graph.inputs) if graph.inputs.count(name) > 1]:
        raise GraphError(f'graph "{graph.name}": input "{twice[0]}" is declared twice')
    for name in graph.inputs:
        if name not in graph.types:
            raise GraphError(f'graph "{graph.name}": input "{name}" has no type')
    for name, blob in graph.constants.items():
        declared = graph.types.get(name)
        if declared is None:
            raise GraphError(f'graph "{graph.name}": constant "{name}" has no type')
        if blob.array.shape != declared.shape or blob.array.dtype != declared.dtype.numpy:
            raise GraphError(
                f'constant "{name}": data is {blob.array.dtype}{list(blob.array.shape)}, type says {declared}'
            )
    for name, declared in graph.types.items():
        _check_quant(name, declared)
    return {*graph.inputs, *graph.constants}


def _check_quant(name: str, declared: TensorType) -> None:
    quant = declared.quant
    if quant is None:
        return
    if not declared.dtype.is_integer:
        raise GraphError(f'value "{name}": {declared.dtype.value} cannot be quantised')
    if quant.blocks and len(quant.blocks) != declared.rank:
        raise GraphError(f'value "{name}": blocks of rank {len(quant.blocks)} in {declared}')
    count = prod(quant.grid(declared.shape))
    if len(quant.scale) != count or len(quant.zero_point) != count:
        raise GraphError(f'value "{name}": {len(quant.scale)} scales for {count} channels')
    if any(not scale > 0 for scale in quant.scale):
        raise GraphError(f'value "{name}": a scale is not above zero')


def check_operands(op: Op) -> None:
    """GraphError if the op has fewer inputs than its operator names; missing optional ones are there as None."""
    named = [slot for slot in op.operator.slots if not slot.endswith("*")]
    if len(op.inputs) < len(named):
        reason = f'op "{op.name}" ({op.kind}): takes {", ".join(named)}; {len(op.inputs)} inputs are given'
        raise GraphError(reason, hint="an optional input that is missing is written _")


def _check_op(graph: Graph, op: Op, known: set[str]) -> None:
    place = f'op "{op.name}" ({op.kind})'
    check_operands(op)
    for name in op.reads:
        if name not in known:
            raise GraphError(f'{place}: reads "{name}" before it is computed')
    for name in op.outputs:
        if name in known:
            raise GraphError(f'{place}: computes "{name}", which exists already')
        if name not in graph.types:
            raise GraphError(f'{place}: output "{name}" has no type')
    expected = op.operator.infer(graph.in_types(op))
    if len(expected) != len(op.outputs):
        raise GraphError(f"{place}: has {len(op.outputs)} outputs, makes {len(expected)}")
    for want, name in zip(expected, op.outputs, strict=True):
        have = graph.types[name]
        if have.shape != want.shape or not _formats_agree(want.dtype, have):
            raise GraphError(f'{place}: output "{name}" is declared {have}, computed {want}')


def _formats_agree(want: DType, have: TensorType) -> bool:
    return have.dtype is want or have.quant is not None
