"""Multipliers and biases of integer layers become numbers of few bits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor, log2

import numpy as np

from tinyc.errors import RecipeError
from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import Array, Quant
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.ops.integer import channel_factors
from tinyc.passes.base import Pass, PassContext, pass_


@pass_("round_constants")
@dataclass(frozen=True, slots=True)
class RoundConstants(Pass):
    """Round the factors and biases of integer layers, so that coded layers store them in fewer bits.

    What: the factor scale_x * scale_w / scale_y of each output channel is rounded to `bits` significant bits by moving
    scale_w, while the weights' integers stay; biases follow, and are rounded to multiples of a power of two that is at
    most `step` of the layer's output steps. Only coded layers (huffman, share_weights and the like) gain: they store
    what is left of each number. When it is exact: never; a factor moves by 2^-bits of itself at most, a bias by half of
    `step` of an output step. Example: `quantize`, then `round_constants(bits=8)`, then `huffman`. Cost: none to speak
    of.
    """

    bits: int = 8
    step: float = 0.125

    def __post_init__(self) -> None:
        if not 2 <= self.bits <= 24:
            raise RecipeError(f"bits={self.bits}: a factor keeps 2 to 24 bits", hint="bits=8 moves it by 0.2 % at most")
        if not 0.0 <= self.step <= 1.0:
            raise RecipeError(f"step={self.step}: biases are rounded to 0 (not at all) to 1 of an output step")

    def run(self, graph: Graph, context: PassContext) -> Graph:
        draft, count = graph.draft(), 0
        ops = []
        for op in graph.ops:
            if context.selects(op) and _is_integer(graph, op):
                op, count = self._rounded(draft, graph, op), count + 1
            ops.append(op)
        draft.ops = ops
        context.remarks.append(f"{count} layers")
        return draft.freeze() if count else graph

    def _rounded(self, draft: Draft, graph: Graph, op: Op) -> Op:
        x, w = graph.in_types(op)[:2]
        assert x is not None and w is not None and x.quant is not None and w.quant is not None
        y, weights = graph.types[op.outputs[0]], graph.constant(op.inputs[1])
        assert weights is not None and y.quant is not None
        factors = [self._factor(factor) for factor in channel_factors(x, w, y, len(w.quant.scale))]
        base = Fraction(y.quant.scale[0]) / Fraction(x.quant.scale[0])
        scales = tuple(float(factor * base) for factor in factors)
        kind = replace(w, quant=replace(w.quant, scale=scales))
        inputs = [op.inputs[0], draft.add_constant(f"{op.inputs[1]}.few", weights, kind)]
        if len(op.inputs) > 2 and op.inputs[2] is not None:
            inputs.append(self._bias(draft, graph, op, (x.quant, w.quant, kind.quant), max(factors)))
        return replace(op, inputs=tuple(inputs))

    def _factor(self, factor: Fraction) -> Fraction:
        """The nearest number of `bits` significant bits."""
        if factor <= 0:
            return factor
        unit = Fraction(2) ** (floor(log2(factor)) - self.bits + 1)
        return round(factor / unit) * unit

    def _bias(
        self, draft: Draft, graph: Graph, op: Op, quants: tuple[Quant, Quant, Quant | None], largest: Fraction
    ) -> str:
        name, (x, old, new) = op.inputs[2], quants
        assert name is not None and new is not None
        array, kind = draft.constants[name].array, draft.types[name]
        moved = array * (np.array(old.scale) / np.array(new.scale))
        unit = self._unit(largest)
        integers = np.rint(moved / unit) * unit
        scales = tuple((x.scale[0] * np.array(new.scale)).tolist())
        quant = Quant(scales, (0,) * len(scales), None if len(scales) == 1 else 0)
        few = replace(kind, quant=quant)
        return draft.add_constant(f"{name}.few", _held(integers, array), few)

    def _unit(self, largest: Fraction) -> int:
        """The power of two, in steps of the accumulator, that is at most `step` of an output step."""
        return 1 << max(0, floor(log2(self.step / largest))) if self.step and largest > 0 else 1


def _held(integers: Array, like: Array) -> Array:
    bounds = np.iinfo(like.dtype)
    return np.clip(integers, int(bounds.min), int(bounds.max)).astype(like.dtype)


def _is_integer(graph: Graph, op: Op) -> bool:
    """Whether it is a weighted sum of integers with constant, symmetric weights and one scale a tensor or channel."""
    if not isinstance(op.operator, Conv2d | Dense) or op.inputs[1] not in graph.constants:
        return False
    if len(op.inputs) > 2 and op.inputs[2] is not None and op.inputs[2] not in graph.constants:
        return False
    x, w = graph.in_types(op)[:2]
    y = graph.types[op.outputs[0]]
    if x is None or w is None or x.quant is None or w.quant is None or y.quant is None:
        return False
    rows = w.quant.is_per_tensor or (w.quant.axis == 0 and not w.quant.blocks)
    return rows and x.quant.is_per_tensor and y.quant.is_per_tensor and not any(w.quant.zero_point)


RoundConstants.selective = True
RoundConstants.requires = frozenset({"quantized"})
