"""Choose the order of axes in memory for every value."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tinyc.ir.graph import Graph, Op
from tinyc.ops.relayout import Relayout
from tinyc.ops.transpose import Transpose
from tinyc.passes.base import Pass, PassContext, Price, pass_
from tinyc.passes.flatten_order import flatten_in_memory_order
from tinyc.passes.layout_cut import cheapest_layouts
from tinyc.passes.layout_walk import is_view, laid_out


@pass_("assign_layout")
@dataclass(frozen=True, slots=True)
class AssignLayout(Pass):
    """Lay out images channels-last or in declared order, so that kernels and conversions together cost least.

    What: spatial ops read and write channels-last, ops that know one order have the declared one; elementwise ops and
    their like take either, and transposes write either. At first these follow their inputs. Where values have to be
    copied then, a minimal cut of the graph decides for all of them at once, by the prices of the kernels that the board
    gets and of the copies (without a board: by the bytes that are copied); it is taken where it costs less. `relayout`
    ops convert (views where an axis of length 1 makes both orders equal).
    A flattened image that only dense layers read is flattened in memory order, and the columns of their weights are
    permuted instead. A reduction that drops axes of an image keeps them first; a reshape drops them.
    When it is exact: always; no value changes. Example: `conv2d, relu, flatten, dense` on NCHW needs
    one relayout at the input and none behind; a sum of a convolution and an input, reshaped behind, converts the
    convolution and not the input and the sum. Cost: linear in the ops, with a cut the square of those that may choose.

    A state lies channels-last where that costs less.

    `channels_last_inputs`: the model's inputs of rank 3 and more are delivered channels-last, as cameras do.
    """

    channels_last_inputs: bool = False

    def run(self, graph: Graph, context: PassContext) -> Graph:
        graph, price = flatten_in_memory_order(graph), context.price or copied_bytes
        turned = frozenset(graph.fed if self.channels_last_inputs else ())
        result = laid_out(graph, turned)
        for name, _ in graph.states:
            other = laid_out(graph, turned | {name})
            if _cost(other, price) < _cost(result, price):
                turned, result = turned | {name}, other
        if copied_bytes(result) > 0:
            other = laid_out(graph, turned, cheapest_layouts(graph, result, turned, price))
            result = other if _cost(other, price) < _cost(result, price) else result
        return graph if result == graph else result


def _cost(graph: Graph, price: Price) -> float:
    """Of the ops that do not cost the same in all assignments."""
    return price(replace(graph, ops=tuple(op for op in graph.ops if not op.operator.wants_channels_last)))


def copied_bytes(graph: Graph) -> float:
    """Bytes that relayouts and transposes copy: what a graph costs where no board is known."""
    return sum(graph.types[op.outputs[0]].bytes for op in graph.ops if _copies(graph, op))


def _copies(graph: Graph, op: Op) -> bool:
    source, result = (graph.types[name] for name in (op.reads[0], op.outputs[0])) if op.reads else (None, None)
    if source is None or result is None:
        return False
    if isinstance(op.operator, Transpose):
        return not is_view(source, result, op.operator.perm)
    return isinstance(op.operator, Relayout) and not source.same_memory(result)
