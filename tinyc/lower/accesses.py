"""How often one inference reads and writes each buffer and constant: an estimate, by which regions are filled."""

from __future__ import annotations

from collections.abc import Iterator

from tinyc.ir.graph import Graph, Op
from tinyc.kernels.record import Params, Reference
from tinyc.lower.liveness import Liveness
from tinyc.lower.program import Call, Program


def buffer_accesses(liveness: Liveness) -> dict[str, int]:
    """Bytes that one inference reads and writes of each buffer, by name.

    An operand is read once, that of a convolution once for each tap of its windows; a result is written once. Scratch
    memory holds operands as they are multiplied: a byte of it is read for two multiply-accumulates, or written and read
    once where there are none.
    """
    graph = liveness.graph
    found = {live.name: 0 for live in liveness.buffers()}
    for op in liveness.calls:
        for slot, name in enumerate(op.inputs):
            if name is not None and name not in graph.constants:
                found[liveness.home[name].name] += _reads(graph, op, name) if slot == 0 else graph.types[name].bytes
        for name in op.outputs:
            found[liveness.home[name].name] += graph.types[name].bytes
        found[f"{op.name}.scratch"] = graph.macs(op) // 2
    return found


def _reads(graph: Graph, op: Op, name: str) -> int:
    """Of the first operand: the elements of all windows, which all output channels of a group share."""
    kind, macs = graph.types[name], graph.macs(op)
    weights = [graph.types[other] for other in op.reads[1:2] if other in graph.constants]
    if macs == 0 or not weights or len(weights[0].shape) < 3 or len(kind.shape) < 2:
        return kind.bytes
    out_channels, per_group = weights[0].shape[:2]
    groups = max(kind.shape[1] // max(per_group, 1), 1)
    return max(kind.bytes, macs * groups // max(out_channels, 1) * kind.dtype.bytes)


def weight_accesses(liveness: Liveness) -> list[tuple[int, int]]:
    """Bytes of the weights of each call as the graph stores them, and of them what one inference reads: all of them for
    each position of the output.
    """
    graph = liveness.graph
    found = []
    for op in liveness.calls:
        size = sum(graph.types[name].bytes for name in op.reads if name in graph.constants)
        if size and (macs := graph.macs(op)):
            found.append((size, max(size, macs)))
    return found


def constant_accesses(program: Program) -> dict[str, int]:
    """Bytes that one inference reads of each constant, by name: weights for every multiply-accumulate, tables of a
    number for each output channel with every output, others once.
    """
    sizes = {constant.name: constant for constant in program.constants}
    found = dict.fromkeys(sizes, 0)
    for call in program.calls:
        names = set(_constants(call))
        weights = sum(sizes[name].bytes for name in names if sizes[name].role == "weights")
        outputs = sum(tensor.type.elements for tensor in call.outputs)
        for name in names:
            constant = sizes[name]
            if constant.role == "weights" and call.macs:
                found[name] += max(constant.bytes, call.macs * constant.bytes // max(weights, 1))
            else:
                found[name] += max(constant.bytes, outputs * constant.blob.array.itemsize if call.macs else 0)
    return found


def _constants(call: Call) -> Iterator[str]:
    for argument in call.arguments:
        for one in argument if isinstance(argument, tuple) else (argument,):
            if one.constant is not None:
                yield one.constant
    yield from _of_params(call.params)


def _of_params(params: Params) -> Iterator[str]:
    for value in params.fields.values():
        if isinstance(value, Reference):
            yield value.constant
        elif isinstance(value, Params):
            yield from _of_params(value)
