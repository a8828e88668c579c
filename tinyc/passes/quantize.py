"""Float arithmetic becomes integer arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tinyc.calibration.calibration import Calibration
from tinyc.calibration.rounding import Rounding
from tinyc.errors import RecipeError
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import DType
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.passes.base import Pass, PassContext, pass_
from tinyc.passes.fold_qdq import FoldQdq
from tinyc.passes.quantize_dynamic import TAKEN, can_be_dynamic
from tinyc.passes.quantize_formats import ActivationFormat, QuantizeOptions
from tinyc.passes.quantize_quotients import with_products
from tinyc.passes.quantize_ranges import activation_ranges
from tinyc.passes.quantize_rewriter import Rewriter

FEW_SAMPLES = 16


@pass_("quantize")
@dataclass(frozen=True, slots=True)
class Quantize(QuantizeOptions, Pass):
    """Quantise weights and activations after training.

    What: each selected op that has an integer meaning gets int8 activations (asymmetric, per tensor, ranges from
    calibration data) or int16 ones (symmetric), symmetric integer weights (scale by least squared error) and an int32
    bias; what is not selected stays float between explicit steps, or goes on to another `quantize`: values change their
    scale where int8 and int16 meet. A quotient by a constant becomes a product. When it is exact: never; each value is
    rounded to 255 steps of its range, or 65534. Example: `quantize(calibrate=mse) on conv*, dense*`. Cost: one run of
    the float graph for each calibration sample.

    `weights`: int8, int4 or int2, packed; `first`: the same for the graph's first layer with weights, which is
    sensitive and small; int16 under int16 or float data. `activations`: int8; or int4: 16 levels, held as int8, of all
    values but the graph's inputs and outputs, for products of int4 by int4, four in one multiplication on cores with
    DSP, where a layer before clamps to them; or int16, for layers that int8 costs too much, at twice the RAM; or float:
    then weights alone are quantised, for cores with an FPU; or dynamic: layers turn what they read into int8 at run
    time, each row by its own scale (dense, conv2d, matmul, gru, lstm). Float and dynamic need data for the rounding
    only, which leaves the weights of gru and lstm nearest. `per_channel`: one scale for each output channel, else one
    for each tensor. `group`: one scale for each N inputs of each output channel (input channels of a convolution); for
    float and dynamic activations; layers with N inputs or fewer have one group. `calibrate`: minmax, percentile, mse or
    entropy (int16: the last two are minmax). `rounding`: nearest; gptq or adaround, which measure errors of weights by
    what they do to the layer's outputs on calibration data (256 samples at most, whose values are held at once), layer
    after layer with inputs as the quantised layers before leave them; they choose the scales with them, and let biases
    take up the mean error. GPTQ's cost for K inputs and M outputs of a layer: about 50 M K^2 multiplications,
    AdaRound's 1000 M K^2. `scales`: of weights, of least error (mse), or as large as the largest weight needs (max).
    """

    def run(self, graph: Graph, context: PassContext) -> Graph:
        if self.activations is ActivationFormat.FLOAT:
            return self._weights_alone(graph, context, _has_float_weights)
        if self.activations is ActivationFormat.DYNAMIC:
            return self._weights_alone(graph, context, can_be_dynamic)
        return self._everything(graph, context)

    def _weights_alone(self, graph: Graph, context: PassContext, takes: Callable[[Graph, Op], bool]) -> Graph:
        chosen = [op for op in graph.ops if context.selects(op) and takes(graph, op)]
        if not chosen and context.selection is not None:
            raise _nothing_taken(self.activations, [op for op in graph.ops if context.selects(op)])
        if not chosen:
            return graph
        nearest = self.rounding is Rounding.NEAREST
        rewriter = Rewriter(graph, {}, self, None if nearest else _calibration(context))
        for op in graph.ops:
            rewriter.visit(op, op in chosen)
        context.remarks.append(f"{'weights of ' * (self.activations is ActivationFormat.FLOAT)}{len(chosen)} ops")
        return rewriter.draft.freeze()

    def _everything(self, graph: Graph, context: PassContext) -> Graph:
        context.reference = context.reference or graph
        graph = with_products(graph, context.selects)
        ready = [op for op in graph.ops if context.selects(op) and _can_be_integer(graph, op)]
        chosen = [op for op in ready if self.activations is not ActivationFormat.INT16 or op.operator.int16_ready]
        if not chosen:
            return graph
        calibration = _calibration(context)
        dtype = self.activations.dtype
        few_levels = self.activations is ActivationFormat.INT4
        ranges = activation_ranges(graph, chosen, calibration, self.calibrate, dtype, context.histograms, few_levels)
        if calibration.count < FEW_SAMPLES:
            context.warnings.append(
                f"quantize: only {calibration.count} calibration samples; ranges may be too narrow "
                f"({FEW_SAMPLES} or more are better)"
            )
        rewriter = Rewriter(graph, ranges, self, None if self.rounding is Rounding.NEAREST else calibration)
        for op in graph.ops:
            rewriter.visit(op, op in chosen)
        context.remarks.append(f"{len(chosen)} ops, {calibration.count} samples")
        if left := [f"{op.name} ({op.kind})" for op in ready if op not in chosen]:
            context.remarks.append(f"no int16 meaning, in float: {', '.join(left)}")
        return FoldQdq().run(rewriter.draft.freeze(), context)


Quantize.selective = True
Quantize.establishes = frozenset({"quantized"})


def _nothing_taken(activations: ActivationFormat, selected: list[Op]) -> RecipeError:
    names = ", ".join(f"{op.name} ({op.kind})" for op in selected[:3])
    taken = TAKEN if activations is ActivationFormat.DYNAMIC else "float dense and conv2d layers with constant weights"
    return RecipeError(f"activations={activations.value} has no form of {names}", hint=f"it takes {taken}")


def _has_float_weights(graph: Graph, op: Op) -> bool:
    if not isinstance(op.operator, Conv2d | Dense) or op.inputs[1] not in graph.constants:
        return False
    x = graph.in_types(op)[0]
    plane = isinstance(op.operator, Dense) or (x is not None and x.rank <= 4)
    kinds = (*graph.in_types(op), *graph.out_types(op))
    return plane and all(kind.dtype is DType.F32 for kind in kinds if kind is not None)


def _calibration(context: PassContext) -> Calibration:
    if context.calibration is None or context.calibration.count == 0:
        raise RecipeError("quantize needs calibration data", hint="give samples with --calib X.npz")
    return context.calibration


def _can_be_integer(graph: Graph, op: Op) -> bool:
    types = [kind for kind in (*graph.in_types(op), *graph.out_types(op)) if kind is not None]
    floats = all(kind.dtype is DType.F32 for kind in types)
    has_data = any(name not in graph.constants for name in op.reads)
    return op.operator.integer_ready and floats and has_data and len(op.outputs) == 1
