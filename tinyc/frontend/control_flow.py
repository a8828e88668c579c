"""If, Loop and Scan: a condition that is known is resolved, one that is not becomes a choice, repetition is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tinyc.errors import UnsupportedOp
from tinyc.ir.types import DType
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.reshape import Reshape
from tinyc.ops.where import Where

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto


@from_onnx("Loop", "Scan")
def repetition(node: Node, b: Builder) -> None:
    raise UnsupportedOp(
        f"{node.op_type} repeats a graph; tinyc compiles graphs without repetition",
        hint="unroll it in the exporter, with a fixed number of steps (Keras: LSTM(..., unroll=True)); "
        "streaming models: one step, and --state input=output",
    )


@from_onnx("SequenceConstruct", "SequenceEmpty", "SequenceInsert", "SequenceErase", "SequenceAt", "SequenceLength",
           "SequenceMap", "SplitToSequence", "ConcatFromSequence", "Optional", "OptionalGetElement",
           "OptionalHasElement")  # fmt: skip
def no_tensor(node: Node, b: Builder) -> None:
    raise UnsupportedOp(
        "sequences and optional values are no tensors",
        hint="Split, Concat and Gather do the same with fixed numbers of tensors",
    )


def import_if(b: Builder, node: Node, proto: NodeProto, import_nodes: Callable[[GraphProto], None]) -> None:
    """Add what an If node means. With a known condition that is its branch, inlined. Otherwise both branches are added,
    and a `where` chooses for each output; lowering makes a C branch of that (tinyc/lower/guards.py).
    """
    condition = b.value(0)
    branches = {attribute.name: attribute.g for attribute in proto.attribute}
    known = b.draft.constants.get(condition)
    if known is not None:
        word = "then_branch" if bool(known.array.reshape(-1)[0]) else "else_branch"
        results = _inlined(b, branches[word], import_nodes)
        if results is not None:
            b.values.update(zip(node.outputs, results, strict=True))
        return
    if b.type_of(condition).elements != 1 or b.type_of(condition).dtype is not DType.BOOL:
        raise UnsupportedOp(
            f"the condition is {b.type_of(condition)}; it must be one bool", hint="Where chooses element by element"
        )
    first = _inlined(b, branches["then_branch"], import_nodes)
    second = _inlined(b, branches["else_branch"], import_nodes)
    b.node = node
    if first is not None and second is not None:
        scalar = condition if b.type_of(condition).rank == 0 else b.emit(Reshape(()), condition)
        for name, *sides in zip(node.outputs, first, second, strict=True):
            b.values[name] = _chosen(b, name, scalar, *sides)


def _chosen(b: Builder, name: str, condition: str, first: str, second: str) -> str:
    if first == second:
        return first
    kinds = b.type_of(first), b.type_of(second)
    if kinds[0].shape != kinds[1].shape or kinds[0].dtype is not kinds[1].dtype:
        raise UnsupportedOp(
            f'output "{name}" is {kinds[0]} in one branch and {kinds[1]} in the other',
            hint="give both branches results of one shape and format",
        )
    return b.emit(Where(), condition, first, second, stem=name)


def _inlined(b: Builder, graph: GraphProto, import_nodes: Callable[[GraphProto], None]) -> list[str] | None:
    """The values of a branch's outputs; None if some of its nodes are not supported. Names inside stay inside."""
    outside = dict(b.values)
    import_nodes(graph)
    results = [b.values.get(output.name) for output in graph.output]
    b.values.clear()
    b.values.update(outside)
    return None if None in results else [value for value in results if value is not None]
