"""What layers get in a quantised graph while its weights change, and in the float graph that it came from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np

from tinyc.calibration.calibration import Calibration
from tinyc.calibration.lockstep import drop, first_samples, run_op, starts
from tinyc.calibration.moments import Moments, moments
from tinyc.calibration.shrinkage import shrunk
from tinyc.errors import RecipeError
from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import Array
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.ops.dynamic_conv2d import DynamicConv2d
from tinyc.ops.dynamic_dense import DynamicDense
from tinyc.passes.quantize_follower import SAMPLES


@dataclass(frozen=True, slots=True)
class Seen:
    """Of one layer: real weights [M, K] and bias [M] that are wanted, moments of its inputs, the scale of its data (1
    for float data), and whether the weights are those of the float graph.
    """

    rows: Array
    bias: Array
    moments: Moments
    x_scale: float
    is_float: bool


class ShareFollower:
    """Runs the quantised graph op after op, and its float graph, where there is one, just as far."""

    def __init__(self, graph: Graph, reference: Graph | None, data: Calibration, layers: Collection[str]) -> None:
        few = first_samples(data, SAMPLES)
        self.graph, self.samples = graph, starts(graph, few)
        self.last = {name: op.name for op in graph.ops for name in op.reads}
        self.floats = None if reference is None else _Floats(reference, few, layers)

    def seen(self, op: Op) -> Seen:
        """What the op gets, and what is wanted of it: RecipeError if its inputs are not finite."""
        x, w = op.reads[:2]
        kind, weights = self.graph.types[x], self.graph.types[w]
        assert weights.quant is not None
        given = [kind.real(values[x]) for values in self.samples]
        rows = weights.real(self.graph.constants[w].array).reshape(weights.shape[0], -1)
        bias_name = op.inputs[2] if len(op.inputs) > 2 else None
        bias = np.zeros(len(rows))
        if bias_name is not None:
            bias = self.graph.types[bias_name].real(self.graph.constants[bias_name].array)
        found = None if self.floats is None else self.floats.reached(op, weights.shape, kind.shape)
        wanted = given
        if found is not None:
            wanted, rows, bias = found
        with np.errstate(all="ignore"):
            seen = moments(_plain(op), zip(wanted, given, strict=True))
            places = len(given) * self.graph.types[op.outputs[0]].elements // len(rows)
            seen = replace(seen, gram=shrunk(seen.gram, places))
        if not np.isfinite(seen.gram).all() or not np.isfinite(seen.shift).all():
            raise RecipeError(
                f'op "{op.name}": on calibration data the model computes NaN, Inf or numbers whose squares are',
                hint="check data and checkpoint",
            )
        return Seen(rows, bias, seen, 1.0 if kind.quant is None else kind.quant.scale[0], found is not None)

    def leave(self, op: Op, draft: Draft) -> None:
        """Run the op, which stands in the draft, and forget what nobody reads behind it."""
        run_op(op, draft.types, draft.constants, self.samples)
        drop({name for name in (*op.reads, *op.outputs) if self.last.get(name, op.name) == op.name}, self.samples)


class _Floats:
    """The float graph, run up to the layer that is asked for."""

    def __init__(self, graph: Graph, data: Calibration, layers: Collection[str]) -> None:
        self.graph, self.samples = graph, starts(graph, data)
        self.wanted = {op.reads[0] for op in graph.ops if op.name in layers}
        self.last = {name: op.name for op in graph.ops for name in op.reads}
        self.rest: Iterator[Op] = iter(graph.ops)
        self.by_name = {op.name: op for op in graph.ops}
        self.done: set[str] = set()

    def reached(
        self, op: Op, weights: tuple[int, ...], x: tuple[int, ...]
    ) -> tuple[list[Array], Array, Array] | None:
        """Inputs, weights [M, K] and bias [M] of the float op of this name; None if there is none of these shapes."""
        own = self.by_name.get(op.name)
        if own is None or own.kind != op.kind or own.name in self.done:
            return None
        array = self.graph.constant(own.inputs[1])
        bias_name = own.inputs[2] if len(own.inputs) > 2 else None
        bias = np.zeros(weights[0]) if bias_name is None else self.graph.constant(bias_name)
        if array is None or array.shape != weights or bias is None or self.graph.types[own.reads[0]].shape != x:
            return None
        self._run_up_to(own)
        given = [values[own.reads[0]] for values in self.samples]
        return given, array.reshape(len(array), -1).astype(np.float64), bias.astype(np.float64)

    def _run_up_to(self, stop: Op) -> None:
        available = self.samples[0]
        while stop.reads[0] not in available:
            op = next(self.rest)
            run_op(op, self.graph.types, self.graph.constants, self.samples)
            self.done.add(op.name)
            drop({name for name in (*op.reads, *op.outputs) if self.last.get(name, op.name) in self.done}, self.samples)


def _plain(op: Op) -> Op:
    """The op without its turning of inputs into int8 at run time."""
    if isinstance(op.operator, DynamicConv2d):
        return replace(op, operator=Conv2d(op.operator.window, op.operator.groups))
    return replace(op, operator=Dense()) if isinstance(op.operator, DynamicDense) else op
