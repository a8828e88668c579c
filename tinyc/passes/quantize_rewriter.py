"""Puts the steps of `quantize` around the chosen ops."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from tinyc.calibration.weights import bias_integers, weight_integers
from tinyc.ir.graph import Draft, Graph, Op, Operator
from tinyc.ir.types import DENSE, Array, DType, Encoding, Quant, TensorType
from tinyc.ops import quantize as steps
from tinyc.passes.quantize_formats import QuantizeOptions, WeightFormat
from tinyc.passes.quantize_ranges import asymmetric


@dataclass(slots=True)
class Rewriter:
    """Puts quantise and dequantise steps around the chosen ops; folding makes integer ops of them."""

    graph: Graph
    ranges: dict[str, Quant]
    options: QuantizeOptions
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
