"""Puts the steps of `quantize` around the chosen ops."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from tinyc.calibration.calibration import Calibration
from tinyc.calibration.grouped import grouped_integers
from tinyc.calibration.weights import bias_integers, weight_integers
from tinyc.ir.graph import Draft, Graph, Op, Operator
from tinyc.ir.types import DENSE, Array, DType, Encoding, Quant, TensorType
from tinyc.ops import quantize as steps
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.passes.quantize_dynamic import dynamic_form, weight_slots
from tinyc.passes.quantize_follower import Follower
from tinyc.passes.quantize_formats import ActivationFormat, QuantizeOptions, WeightFormat
from tinyc.passes.quantize_ranges import edges, quant_of_range
from tinyc.passes.quantize_weights import finite_weights, group_of


@dataclass(slots=True)
class Rewriter:
    """Puts quantise and dequantise steps around the chosen ops; folding makes integer ops of them."""

    graph: Graph
    ranges: dict[str, Quant]
    options: QuantizeOptions
    data: Calibration | None
    draft: Draft = field(init=False)
    follower: Follower | None = None
    real: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.draft = self.graph.draft()
        self.draft.ops = []
        if self.data is not None:
            self.follower = Follower(self.graph, self.draft, self.data)

    def visit(self, op: Op, is_chosen: bool) -> None:
        """Append the op, or its integer form: with integer weights alone where activations stay float."""
        if not is_chosen:
            self.draft.ops.append(op)
        elif self.options.activations is ActivationFormat.FLOAT:
            self.draft.ops.append(self._with_integer_weights(op))
        elif self.options.activations is ActivationFormat.DYNAMIC:
            self.draft.ops.append(self._dynamic(op))
        else:
            self._with_integers(op)
        if self.follower is not None:
            self.follower.leave(op, self.real)

    def _with_integers(self, op: Op) -> None:
        weighted = "w" in op.operator.slots and op.inputs[1] in self.graph.constants
        inputs = self._weighted_inputs(op) if weighted else tuple(self._operand(name) for name in op.inputs)
        out = op.outputs[0]
        raw = self.draft.fresh(f"{out}.real")
        self.draft.types[raw] = self.draft.types[out]
        operator = self._within_levels(op.operator, self.ranges[out])
        self.draft.ops.append(replace(op, operator=operator, inputs=inputs, outputs=(raw,)))
        self._steps(raw, out, self.ranges[out])
        self.real[out] = out

    def _within_levels(self, operator: Operator, quant: Quant) -> Operator:
        """With 16 levels: a weighted sum that clamps to them, so that kernels may rely on it."""
        if self.options.activations is not ActivationFormat.INT4 or not isinstance(operator, Conv2d | Dense):
            return operator
        if quant in edges(self.graph, self.ranges):
            return operator
        scale, zero_point = quant.scale[0], quant.zero_point[0]
        low, high = operator.clamp or (-math.inf, math.inf)
        return replace(operator, clamp=(max(low, scale * (-8 - zero_point)), min(high, scale * (7 - zero_point))))

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
        dtype = self.options.activations.dtype
        self.draft.types[integers] = self.draft.types[source].with_quant(dtype, quant)
        self._add("quantize", steps.Quantize(dtype, quant), source, integers)
        self._add("dequantize", steps.Dequantize(), integers, result)

    def _add(self, kind: str, operator: Operator, source: str, result: str) -> None:
        self.draft.ops.append(Op(self.draft.fresh_op(f"{kind}_step"), operator, (source,), (result,)))

    def _constant(self, name: str) -> str:
        array, dtype = self.graph.constants[name].array, self.options.activations.dtype
        quant = quant_of_range(dtype, float(array.min(initial=0.0)), float(array.max(initial=0.0)))
        integers = np.clip(np.rint(array / np.float32(quant.scale[0])) + quant.zero_point[0], *dtype.bounds)
        return self._dequantised(name, integers.astype(dtype.numpy), dtype, quant)

    def _dequantised(
        self, name: str, integers: Array, dtype: DType, quant: Quant, encoding: Encoding = DENSE
    ) -> str:
        kind = TensorType(dtype, integers.shape, quant=quant, encoding=encoding)
        source = self.draft.add_constant(f"{name}.{dtype.value}", integers, kind)
        result = self.draft.fresh(f"{name}.rounded")
        self.draft.types[result] = TensorType(DType.F32, integers.shape)
        self._add("dequantize", steps.Dequantize(), source, result)
        return result

    def _dynamic(self, op: Op) -> Op:
        """The op that turns its inputs into int8 at run time, reading quantised weights."""
        slots = weight_slots(op.operator)
        if slots == ("w",):
            op = self._with_integer_weights(op)
        for slot in slots if len(slots) > 1 else ():
            place = op.operator.slots.index(slot)
            op = replace(op, inputs=(*op.inputs[:place], self._matrices(op, op.inputs[place]), *op.inputs[place + 1 :]))
        return replace(op, operator=dynamic_form(op.operator))

    def _matrices(self, op: Op, name: str | None) -> str:
        """Weights [directions, rows, inputs] of a recurrent layer as integers, with scales of rows or of groups."""
        assert name is not None
        weights, weight_format, options = finite_weights(self.graph, op, name), self._format(op), self.options
        if options.per_channel:
            group = group_of(op, weights.shape[2], options.group) or weights.shape[2]
            integers, quant = grouped_integers(weights, 2, group, weight_format.largest, by=options.scales)
        else:
            integers, quant = weight_integers(weights, weight_format.largest, False, None, 1.0, by=options.scales)
        kind = TensorType(weight_format.dtype, integers.shape, quant=quant, encoding=weight_format.encoding)
        return self.draft.add_constant(f"{name}.{weight_format.value}", integers, kind)

    def _with_integer_weights(self, op: Op) -> Op:
        """The op reading quantised weights under float data."""
        w = op.inputs[1]
        assert w is not None
        bias = op.inputs[2] if len(op.inputs) > 2 else None
        bias_array = None if bias is None else self.graph.constant(bias)
        integers, quant, change = self._rounded(op, op.inputs[0] or "", None, 1.0)
        weight_format = self._format(op)
        kind = TensorType(weight_format.dtype, integers.shape, quant=quant, encoding=weight_format.encoding)
        name = self.draft.add_constant(f"{w}.{weight_format.value}", integers, kind)
        moved = _moved(bias, bias_array, change)
        if moved is None or change is None:
            return replace(op, inputs=(op.inputs[0], name, *op.inputs[2:]))
        bias = self.draft.add_constant(
            f"{bias or op.name}.moved", moved.astype(np.float32), TensorType(DType.F32, moved.shape)
        )
        return replace(op, inputs=(op.inputs[0], name, bias))

    def _rounded(self, op: Op, source: str, bias: Array | None, x_scale: float) -> tuple[Array, Quant, Array | None]:
        """Integer weights, their scales, and what the bias takes up of their error."""
        options, largest = self.options, self._format(op).largest
        weights = finite_weights(self.graph, op, op.inputs[1] or "")
        is_followed = self.follower is not None and isinstance(op.operator, Conv2d | Dense)
        seen = self.follower.moments(op, source) if self.follower is not None and is_followed else None
        group = group_of(op, weights.shape[1], options.group)
        if group is None:
            integers, quant = weight_integers(
                weights, largest, options.per_channel, bias, x_scale, seen, options.rounding, options.scales
            )
        else:
            integers, quant = grouped_integers(weights, 1, group, largest, seen, options.rounding, options.scales)
        if seen is None:
            return integers, quant, None
        real = integers.astype(np.float64) * quant.spread(quant.scale, integers.shape)
        flat = (seen.grouped(array.reshape(len(array), -1).astype(np.float64)) for array in (weights, real))
        return integers, quant, seen.bias_change(*flat)

    def _format(self, op: Op) -> WeightFormat:
        first = next(other for other in self.graph.ops if "w" in other.operator.slots)
        return self.options.first if op.name == first.name and self._narrow else self.options.weights

    @property
    def _narrow(self) -> bool:
        """True if the first layer may want more bits than the others."""
        return self.options.weights is not WeightFormat.INT16

    def _weighted_inputs(self, op: Op) -> tuple[str | None, ...]:
        x, w = op.inputs[0], op.inputs[1]
        bias = op.inputs[2] if len(op.inputs) > 2 else None
        assert x is not None and w is not None
        source = self._operand(x)
        bias_array = None if bias is None else self.graph.constant(bias)
        x_scale = self.ranges[x].scale[0]
        integers, quant, change = self._rounded(op, source or "", bias_array, x_scale)
        weights = self._dequantised(w, integers, self._format(op).dtype, quant, self._format(op).encoding)
        bias_array = _moved(bias, bias_array, change)
        if bias_array is None:
            return (source, weights, bias)[: len(op.inputs)]
        values, bias_quant = bias_integers(bias_array, x_scale, quant)
        return source, weights, self._dequantised(bias or f"{op.name}.bias", values, DType.S32, bias_quant)


def _moved(bias: str | None, array: Array | None, change: Array | None) -> Array | None:
    """The bias after a change; a layer without a bias gets one, a bias that is no constant stays."""
    if change is None or (bias is not None and array is None):
        return array
    return np.asarray(change if array is None else array + change)
