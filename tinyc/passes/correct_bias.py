"""Biases make up for the mean error that rounding leaves in each channel."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from tinyc.calibration.calibration import Calibration
from tinyc.calibration.lockstep import drop, first_samples, run_op, starts
from tinyc.calibration.moments import input_columns
from tinyc.calibration.weights import BIAS_REACH
from tinyc.errors import RecipeError
from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import Array, DType, Quant, TensorType
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.ops.integer import centred
from tinyc.passes.base import Pass, PassContext, pass_


@pass_("correct_bias")
@dataclass(frozen=True, slots=True)
class CorrectBias(Pass):
    """Correct biases for the mean error of quantisation.

    What: for each quantised conv2d and dense the mean of each output channel before its clamp is held against that of
    the float op of the same name, over calibration data; the difference goes into the int32 bias. Layers are corrected
    in order, each with inputs from the layers corrected before it. Nagel et al., "Data-Free Quantization Through Weight
    Equalization and Bias Correction", 2019 (the variant with data). It needs a quantize before it.
    When it is exact: never; means over the data become those of the float graph, up to half a step of the bias.
    Example: `quantize(weights=int4)`, then `correct_bias`.
    Cost: one run of the float graph and one of the quantised graph for each of `samples` samples, whose values are all
    held at once; a second run of the quantised graph where it has states.
    """

    samples: int = 64

    def __post_init__(self) -> None:
        if self.samples < 1:
            raise RecipeError(f"samples={self.samples}: at least one is needed")

    def run(self, graph: Graph, context: PassContext) -> Graph:
        if context.reference is None:
            raise RecipeError("correct_bias needs the float graph", hint="put quantize before it")
        if context.calibration is None or context.calibration.count == 0:
            raise RecipeError("correct_bias needs calibration data", hint="give samples with --calib X.npz")
        data = first_samples(context.calibration, self.samples)
        floats = {op.name: op for op in context.reference.ops if isinstance(op.operator, Conv2d | Dense)}
        chosen = [op for op in graph.ops if op.name in floats and context.selects(op) and _is_quantised(graph, op)]
        wanted = _float_means(context.reference, [floats[op.name] for op in chosen], data)
        runner = _Runner(graph, wanted, starts(graph, data))
        for op in graph.ops:
            runner.visit(op)
        if not runner.corrected:
            return graph
        context.remarks.append(f"{runner.corrected} layers, {data.count} samples")
        return runner.draft.freeze()


CorrectBias.selective = True
CorrectBias.requires = frozenset({"quantized"})


def _is_quantised(graph: Graph, op: Op) -> bool:
    if not isinstance(op.operator, Conv2d | Dense) or op.inputs[1] not in graph.constants:
        return False
    types = [graph.types[name] for name in (*op.reads[:2], *op.outputs)]
    bias = op.inputs[2] if len(op.inputs) > 2 else None
    return all(kind.quant is not None for kind in types) and (bias is None or bias in graph.constants)


def _float_means(graph: Graph, ops: list[Op], data: Calibration) -> dict[str, Array]:
    """Mean of each output channel of the ops before their clamps, by op name, float64 [M]."""
    columns: dict[str, Array] = {}
    for values in data.runs(graph, "means of the float graph"):
        for op in ops:
            mean = input_columns(op, values[op.reads[0]]).mean(axis=1) / data.count
            columns[op.name] = columns[op.name] + mean if op.name in columns else mean
    found = {}
    for op in ops:
        weights, bias = graph.constant(op.inputs[1]), graph.constant(op.inputs[2]) if len(op.inputs) > 2 else None
        assert weights is not None
        found[op.name] = _products(weights, columns[op.name]) + (0.0 if bias is None else bias.astype(np.float64))
    return found


def _products(weights: Array, columns: Array) -> Array:
    """Output [M] of weights [M, ...] for one column of inputs for each group, [groups, K]."""
    rows = weights.reshape(len(columns), len(weights) // len(columns), -1).astype(np.float64)
    return np.asarray((rows @ columns[:, :, None]).reshape(-1))


@dataclass(slots=True)
class _Runner:
    """Runs all samples op by op, so that each layer sees its inputs as corrected layers leave them."""

    graph: Graph
    wanted: dict[str, Array]
    samples: list[dict[str, Array]]
    corrected: int = 0
    draft: Draft = field(init=False)
    last: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.draft = self.graph.draft()
        self.draft.ops = []
        self.last = {name: op.name for op in self.graph.ops for name in op.reads}

    def visit(self, op: Op) -> None:
        """Correct the op, then compute its results and drop the values that nobody reads behind it."""
        if op.name in self.wanted:
            op = self._corrected(op)
        self.draft.ops.append(op)
        run_op(op, self.draft.types, self.draft.constants, self.samples)
        drop({name for name in (*op.reads, *op.outputs) if self.last.get(name, op.name) == op.name}, self.samples)

    def _corrected(self, op: Op) -> Op:
        """The op with a bias that moves the mean of each channel to the wanted one."""
        x, w = op.reads[:2]
        kind, weights = self.draft.types[x], self.draft.types[w]
        assert kind.quant is not None and weights.quant is not None
        columns = sum(input_columns(op, centred(values[x], kind)).mean(axis=1) for values in self.samples)
        mean = _products(centred(self.draft.constants[w].array, weights), np.asarray(columns) / len(self.samples))
        scales = kind.quant.scale[0] * np.array(weights.quant.scale, np.float64)
        wanted = self.wanted[op.name] / scales - mean
        integers = np.clip(np.rint(wanted), -BIAS_REACH, BIAS_REACH).astype(np.int32)
        quant = Quant(tuple(np.broadcast_to(scales, integers.shape).tolist()), (0,) * len(integers), 0)
        bias = TensorType(DType.S32, integers.shape, quant=quant)
        self.corrected += 1
        stem = op.inputs[2] if len(op.inputs) > 2 and op.inputs[2] else f"{op.name}.bias"
        return replace(op, inputs=(x, w, self.draft.add_constant(f"{stem}.corrected", integers, bias)))
