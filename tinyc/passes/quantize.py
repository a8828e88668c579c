"""Float arithmetic becomes integer arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np

from tinyc.calibration.calibration import Calibration
from tinyc.calibration.gram import gram_matrices
from tinyc.calibration.ranges import RangeMethod, choose_range
from tinyc.calibration.rounding import Rounding
from tinyc.calibration.weights import bias_integers, weight_integers
from tinyc.errors import RecipeError
from tinyc.ir.graph import Draft, Graph, Op, Operator
from tinyc.ir.types import DENSE, Array, DType, Encoding, Quant, TensorType
from tinyc.ops import quantize as steps
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.passes.base import Pass, PassContext, pass_
from tinyc.passes.fold_qdq import FoldQdq

FEW_SAMPLES = 16


class WeightFormat(Enum):
    """Integers that weights become; symmetric, zero point 0."""

    INT8 = "int8"
    INT4 = "int4"
    INT2 = "int2"

    @property
    def largest(self) -> int:
        return {"int8": 127, "int4": 7, "int2": 1}[self.value]

    @property
    def encoding(self) -> Encoding:
        """How they are stored."""
        return {"int8": DENSE, "int4": Encoding("packed4"), "int2": Encoding("packed2")}[self.value]


class ActivationFormat(Enum):
    """What activations become: int8, or float32 as they are (weights alone are quantised)."""

    INT8 = "int8"
    FLOAT = "float"


@pass_("quantize")
@dataclass(frozen=True, slots=True)
class Quantize(Pass):
    """Quantise weights and activations after training.

    What: each selected op that has an integer meaning gets int8 activations (asymmetric, per tensor, ranges from
    calibration data), symmetric integer weights (scale by least squared error) and an int32 bias; what is not selected
    stays float between explicit steps. When it is exact: never; each value is rounded to 255 steps of its range.
    Example: `quantize(calibrate=mse) on conv*, dense*`. Cost: one run of the float graph for each calibration sample.

    `weights`: int8, int4 or int2, packed; `first`: the same for the graph's first layer with weights, which is
    sensitive and small. `activations`: int8, or float: then weights alone are quantised, for cores with an FPU, and
    data is needed for the rounding only. `per_channel`: one scale for each output channel, else one for each tensor.
    `calibrate`: minmax, percentile, mse or entropy. `rounding`: nearest, gptq or adaround (both weigh errors by the
    calibration data; they matter from 4 bits down).
    """

    weights: WeightFormat = WeightFormat.INT8
    activations: ActivationFormat = ActivationFormat.INT8
    per_channel: bool = True
    calibrate: RangeMethod = RangeMethod.MSE
    rounding: Rounding = Rounding.NEAREST
    first: WeightFormat = WeightFormat.INT8

    def run(self, graph: Graph, context: PassContext) -> Graph:
        if self.activations is ActivationFormat.FLOAT:
            return self._weights_alone(graph, context)
        return self._everything(graph, context)

    def _weights_alone(self, graph: Graph, context: PassContext) -> Graph:
        chosen = [op for op in graph.ops if context.selects(op) and _has_float_weights(graph, op)]
        if not chosen:
            return graph
        nearest = self.rounding is Rounding.NEAREST
        grams = {} if nearest else _grams(graph, chosen, _calibration(context))
        rewriter = _Rewriter(graph, {}, self, grams)
        rewriter.draft.ops = [rewriter.with_integer_weights(op) if op in chosen else op for op in graph.ops]
        context.remarks.append(f"weights of {len(chosen)} ops")
        return rewriter.draft.freeze()

    def _everything(self, graph: Graph, context: PassContext) -> Graph:
        chosen = [op for op in graph.ops if context.selects(op) and _can_be_integer(graph, op)]
        if not chosen:
            return graph
        calibration = _calibration(context)
        context.reference = context.reference or graph
        ranges = activation_ranges(graph, chosen, calibration, self.calibrate)
        if calibration.count < FEW_SAMPLES:
            context.remarks.append(f"only {calibration.count} calibration samples; ranges may be too narrow")
        grams = _grams(graph, chosen, calibration) if self.rounding is not Rounding.NEAREST else {}
        rewriter = _Rewriter(graph, ranges, self, grams)
        for op in graph.ops:
            rewriter.visit(op, op in chosen)
        context.remarks.append(f"{len(chosen)} ops, {calibration.count} samples")
        return FoldQdq().run(rewriter.draft.freeze(), context)


Quantize.selective = True
Quantize.establishes = frozenset({"quantized"})


def _grams(graph: Graph, ops: list[Op], calibration: Calibration) -> dict[str, Array]:
    weighted = [op for op in ops if isinstance(op.operator, Conv2d | Dense) and op.inputs[1] in graph.constants]
    return gram_matrices(graph, weighted, calibration)


def _has_float_weights(graph: Graph, op: Op) -> bool:
    if not isinstance(op.operator, Conv2d | Dense) or op.inputs[1] not in graph.constants:
        return False
    return all(kind.dtype is DType.F32 for kind in (*graph.in_types(op), *graph.out_types(op)) if kind is not None)


def _calibration(context: PassContext) -> Calibration:
    if context.calibration is None or context.calibration.count == 0:
        raise RecipeError("quantize needs calibration data", hint="give samples with --calib X.npz")
    return context.calibration


def _can_be_integer(graph: Graph, op: Op) -> bool:
    types = [kind for kind in (*graph.in_types(op), *graph.out_types(op)) if kind is not None]
    floats = all(kind.dtype is DType.F32 for kind in types)
    has_data = any(name not in graph.constants for name in op.reads)
    return op.operator.integer_ready and floats and has_data and len(op.outputs) == 1


FIXED_RANGES = {"softmax": (0.0, 255 / 256), "sigmoid": (0.0, 255 / 256), "hard_sigmoid": (0.0, 255 / 256),
                "tanh": (-1.0, 127 / 128)}  # fmt: skip
"""Results whose range mathematics gives; powers of two make their steps exact."""


def activation_ranges(
    graph: Graph, ops: list[Op], calibration: Calibration, method: RangeMethod
) -> dict[str, Quant]:
    """Scale and zero point of every value that the ops read or write. Ops that hand on their input's integers share."""
    names = {name for op in ops for name in (*op.reads, *op.outputs) if name not in graph.constants}
    shared = _Shared()
    for op in ops:
        if keeps_quant(graph, op):
            for name in op.reads:
                shared.join(name, op.outputs[0])
    histograms = calibration.histograms(graph, names)
    fixed = {op.outputs[0]: FIXED_RANGES[op.kind] for op in ops if op.kind in FIXED_RANGES}
    bounds: dict[str, tuple[float, float]] = {}
    for name in names:
        low, high = fixed.get(name) or choose_range(histograms[name], method)
        root = shared.root(name)
        have = bounds.get(root, (low, high))
        bounds[root] = (min(have[0], low), max(have[1], high))
    return {name: asymmetric(*bounds[shared.root(name)]) for name in names}


def asymmetric(low: float, high: float) -> Quant:
    """int8 scale and zero point of [low, high], zero included exactly; scale 1/255 where all values are zero."""
    low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-12:
        return Quant.per_tensor(1 / 255, -128)
    scale = np.float32((high - low) / 255)
    return Quant.per_tensor(float(scale), int(np.clip(np.rint(-128 - low / scale), -128, 127)))


def keeps_quant(graph: Graph, op: Op) -> bool:
    """True if the op's result has its inputs' scale and zero point: it moves or compares integers."""
    probe = Quant.per_tensor(0.5, 3)
    types = tuple(None if n is None else graph.types[n].with_quant(DType.S8, probe) for n in op.inputs)
    return op.operator.infer(types)[0].quant == probe


@dataclass(slots=True)
class _Shared:
    """Disjoint sets of values that have one scale."""

    parent: dict[str, str] = field(default_factory=dict)

    def root(self, name: str) -> str:
        while self.parent.get(name, name) != name:
            name = self.parent[name]
        return name

    def join(self, first: str, second: str) -> None:
        self.parent[self.root(first)] = self.root(second)


@dataclass(slots=True)
class _Rewriter:
    """Puts quantise and dequantise steps around the chosen ops; folding makes integer ops of them."""

    graph: Graph
    ranges: dict[str, Quant]
    options: Quantize
    grams: dict[str, Array]
    draft: Draft = field(init=False)
    real: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.draft = self.graph.draft()
        self.draft.ops = []

    def visit(self, op: Op, is_chosen: bool) -> None:
        if not is_chosen:
            self.draft.ops.append(op)
            return
        weighted = "w" in op.operator.slots and op.inputs[1] in self.graph.constants
        inputs = self._weighted_inputs(op) if weighted else tuple(self._operand(name) for name in op.inputs)
        out = op.outputs[0]
        raw = self.draft.fresh(f"{out}.real")
        self.draft.types[raw] = self.draft.types[out]
        self.draft.ops.append(replace(op, inputs=inputs, outputs=(raw,)))
        self._steps(raw, out, self.ranges[out])
        self.real[out] = out

    def _operand(self, name: str | None) -> str | None:
        if name is None:
            return None
        if name in self.graph.constants:
            return self._constant(name)
        if name not in self.real:
            rounded = self.draft.fresh(f"{name}.rounded")
            self.draft.types[rounded] = self.draft.types[name]
            self._steps(name, rounded, self.ranges[name])
            self.real[name] = rounded
        return self.real[name]

    def _steps(self, source: str, result: str, quant: Quant) -> None:
        integers = self.draft.fresh(f"{result}.integers")
        self.draft.types[integers] = self.draft.types[source].with_quant(DType.S8, quant)
        self._add("quantize", steps.Quantize(DType.S8, quant), source, integers)
        self._add("dequantize", steps.Dequantize(), integers, result)

    def _add(self, kind: str, operator: Operator, source: str, result: str) -> None:
        self.draft.ops.append(Op(self.draft.fresh_op(f"{kind}_step"), operator, (source,), (result,)))

    def _constant(self, name: str) -> str:
        array = self.graph.constants[name].array
        quant = asymmetric(float(array.min(initial=0.0)), float(array.max(initial=0.0)))
        integers = np.clip(np.rint(array / np.float32(quant.scale[0])) + quant.zero_point[0], -128, 127)
        return self._dequantised(name, integers.astype(np.int8), DType.S8, quant)

    def _dequantised(
        self, name: str, integers: Array, dtype: DType, quant: Quant, encoding: Encoding = DENSE
    ) -> str:
        kind = TensorType(dtype, integers.shape, quant=quant, encoding=encoding)
        source = self.draft.add_constant(f"{name}.{dtype.value}", integers, kind)
        result = self.draft.fresh(f"{name}.rounded")
        self.draft.types[result] = self.graph.types[name]
        self._add("dequantize", steps.Dequantize(), source, result)
        return result

    def with_integer_weights(self, op: Op) -> Op:
        """The op reading quantised weights under float data."""
        w = op.inputs[1]
        assert w is not None
        weight_format, options = self._format(op), self.options
        integers, quant = weight_integers(
            self.graph.constants[w].array, weight_format.largest, options.per_channel, None, 1.0,
            self.grams.get(op.name), options.rounding,
        )  # fmt: skip
        kind = TensorType(DType.S8, integers.shape, quant=quant, encoding=weight_format.encoding)
        name = self.draft.add_constant(f"{w}.{weight_format.value}", integers, kind)
        return replace(op, inputs=(op.inputs[0], name, *op.inputs[2:]))

    def _format(self, op: Op) -> WeightFormat:
        first = next(other for other in self.graph.ops if "w" in other.operator.slots)
        return self.options.first if op.name == first.name else self.options.weights

    def _weighted_inputs(self, op: Op) -> tuple[str | None, ...]:
        x, w = op.inputs[0], op.inputs[1]
        bias = op.inputs[2] if len(op.inputs) > 2 else None
        assert x is not None and w is not None
        source = self._operand(x)
        bias_array = None if bias is None else self.graph.constant(bias)
        x_scale = self.ranges[x].scale[0]
        options = self.options
        weight_format = self._format(op)
        integers, quant = weight_integers(
            self.graph.constants[w].array, weight_format.largest, options.per_channel, bias_array, x_scale,
            self.grams.get(op.name), options.rounding,
        )  # fmt: skip
        weights = self._dequantised(w, integers, DType.S8, quant, weight_format.encoding)
        if bias is None or bias_array is None:
            return (source, weights, bias)[: len(op.inputs)]
        values, bias_quant = bias_integers(bias_array, x_scale, quant)
        return source, weights, self._dequantised(bias, values, DType.S32, bias_quant)
