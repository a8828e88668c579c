"""Fold dequantise - float op - quantise into integer operators, as numerics.md says. Never a silent change of meaning:
an op that cannot be folded stays a float op between explicit steps, and a note says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tinyc.ir.graph import Draft, Graph, Op, Operator
from tinyc.ir.types import DType, Quant, TensorType
from tinyc.ops.movement import Movement
from tinyc.ops.quantize import Dequantize, Quantize, Recentre, Requantize
from tinyc.passes.base import Pass, PassContext, pass_
from tinyc.passes.hoist_quantise import hoist_quantise
from tinyc.passes.integer_weights import centred_weights, integer_bias

ACTIVATIONS = (DType.S8, DType.S16)


@pass_("fold_qdq")
@dataclass(frozen=True, slots=True)
class FoldQdq(Pass):
    """Compute on integers what stands between dequantise and quantise steps.

    What: an op with an integer meaning whose inputs are dequantised int8 or int16 values (weights: constants) and whose
    result is quantised reads and writes the integers itself; where the result is int16, int8 inputs are widened first;
    steps move through reshapes and transposes where that helps.
    When it is exact: up to the rounding of the result, which numerics.md fixes (half up instead of half even).
    Example: `dequantize, conv2d, quantize` becomes `conv2d` on s8. Cost: linear in the ops.
    """

    def run(self, graph: Graph, context: PassContext) -> Graph:
        if not any(isinstance(op.operator, Quantize | Dequantize) for op in graph.ops):
            return graph
        folder = _Folder(hoist_quantise(graph))
        for op in folder.graph.ops:
            folder.visit(op)
        draft = folder.draft
        draft.outputs = [folder.alias.get(name, name) for name in draft.outputs]
        draft.ops = _without_dead(draft)
        return draft.freeze()


@dataclass(slots=True)
class _Folder:
    """Walks the ops in order. `integer` maps a float value to the integer value that it is the dequantisation of,
    `signed` a uint8 value to the int8 value that it is the twin of, `alias` a value to the equal one that replaces it.
    """

    graph: Graph
    draft: Draft = field(init=False)
    integer: dict[str, str] = field(default_factory=dict)
    signed: dict[str, str] = field(default_factory=dict)
    alias: dict[str, str] = field(default_factory=dict)
    consumers: Mapping[str, list[Op]] = field(init=False)

    def __post_init__(self) -> None:
        self.draft = self.graph.draft()
        self.draft.ops = []
        self.consumers = self.graph.consumers()

    def visit(self, op: Op) -> None:
        op = replace(op, inputs=tuple(self.alias.get(name, name) if name else None for name in op.inputs))
        if isinstance(op.operator, Dequantize):
            self.integer[op.outputs[0]] = op.reads[0]
        elif isinstance(op.operator, Recentre):
            if self._returns(op):
                return
        elif self._sink_recentre(op) or self._absorbed(op) or self._fold(op):
            return
        self.draft.ops.append(op)

    def _returns(self, op: Op) -> bool:
        """A step to int8 from the uint8 twin of an int8 value; notes a step to uint8."""
        source, result = op.reads[0], op.outputs[0]
        if self.draft.types[result].dtype is DType.U8:
            self.signed[result] = source
            return False
        twin = self.signed.get(source)
        if twin is None or self.draft.types[twin].quant != self.draft.types[result].quant:
            return False
        self.alias[result] = twin
        return True

    def _sink_recentre(self, op: Op) -> bool:
        """Operators that hand on their input's scale work on int8 twins rather than on uint8 values."""
        unsigned = [name for name in op.reads if self.draft.types[name].dtype is DType.U8]
        twins = [self.signed[name] for name in unsigned if name in self.signed]
        if not twins or len(twins) != len(unsigned) or len({self.draft.types[name].quant for name in twins}) != 1:
            return False
        out = op.outputs[0]
        kind, twin_kind = self.draft.types[out], self.draft.types[twins[0]]
        if len(op.outputs) != 1 or kind.quant != self.draft.types[unsigned[0]].quant or kind.dtype is not DType.U8:
            return False
        assert kind.quant is not None
        recentred = self.draft.fresh(f"{out}.uint8")
        self.draft.types[recentred] = kind
        self.draft.types[out] = kind.with_quant(DType.S8, twin_kind.quant)
        self._add(op, op.operator, tuple(self.signed.get(name or "", name) for name in op.inputs), out)
        self._add(op, Recentre(DType.U8, kind.quant), (out,), recentred, "recentre")
        self.signed[recentred], self.alias[out] = out, recentred
        return True

    def _absorbed(self, op: Op) -> bool:
        """A quantise step after a folded op or after a dequantise step."""
        known = self.integer.get(op.reads[0]) if isinstance(op.operator, Quantize) else None
        if known is None:
            return False
        target, have = self.draft.types[op.outputs[0]], self.draft.types[known]
        if (have.dtype, have.quant) == (target.dtype, target.quant):
            if known != op.outputs[0]:
                self.alias[op.outputs[0]] = known
            return True
        if have.quant is None or not have.quant.is_per_tensor or target.quant is None:
            return False
        if target.dtype not in ACTIVATIONS or have.dtype not in ACTIVATIONS:
            return False
        changed = target.dtype if target.dtype is not have.dtype else None
        self._add(op, Requantize(target.quant, changed), (known,), op.outputs[0])
        return True

    def _fold(self, op: Op) -> bool:
        """An op with an integer meaning between dequantise and quantise steps."""
        if not op.operator.integer_ready:
            return False
        step = self._only_quantise(op.outputs[0])
        if step is None:
            return isinstance(op.operator, Movement) and self._sink_dequantise(op)
        target = self.draft.types[step.outputs[0]]
        if target.quant is None or not target.quant.is_per_tensor or target.dtype not in ACTIVATIONS:
            return self._note(op, f"its output is {target.dtype.value}")
        if target.dtype is DType.S16 and not op.operator.int16_ready:
            return self._note(op, "it has no meaning on int16")
        slots = op.operator.slots
        if "w" in slots:
            return self._fold_weighted(op, step, target)
        values = tuple(self.integer.get(name) if name and self._is_real(name) else name for name in op.inputs)
        if any(name and self._is_real(name) and not self._is_activation(value)
               for name, value in zip(op.inputs, values, strict=True)):  # fmt: skip
            return self._note(op, "an input is not quantised per tensor to int8 or int16")
        narrow = [value for value in values if self._differs(value, target)]
        if narrow and target.dtype is DType.S8:
            return self._note(op, "an input is int16 and its output int8")
        values = tuple(self._widened(value) if value in narrow else value for value in values)
        if self._keeps_quant(op, target):
            self._fold_moving(op, values, step.outputs[0], target)
        else:
            self._add(op, op.operator, values, step.outputs[0])
        self.integer[op.outputs[0]] = step.outputs[0]
        return True

    def _differs(self, value: str | None, target: TensorType) -> bool:
        """True for an activation of another format than the target's."""
        return self._is_activation(value) and value is not None and self.draft.types[value].dtype is not target.dtype

    def _widened(self, value: str | None) -> str:
        """The same real numbers as int16, exactly: int8 steps of 128 each, around a zero point of 0."""
        assert value is not None
        kind = self.draft.types[value]
        assert kind.quant is not None
        quant, result = Quant.per_tensor(kind.quant.scale[0] / 128, 0), self.draft.fresh(f"{value}.int16")
        self.draft.types[result] = kind.with_quant(DType.S16, quant)
        name = self.draft.fresh_op("widen")
        self.draft.ops.append(Op(name, Requantize(quant, DType.S16), (value,), (result,)))
        return result

    def _keeps_quant(self, op: Op, target: TensorType) -> bool:
        """True if the op hands on its input's scale and zero point."""
        kinds = [None if name is None else self.draft.types[name] for name in op.inputs]
        moved = tuple(k.with_quant(target.dtype, target.quant) if k and k.dtype.is_float else k for k in kinds)
        return op.operator.infer(moved)[0].quant == target.quant

    def _is_real(self, name: str) -> bool:
        """False for indices and conditions, which have no scale."""
        return self.draft.types[name].dtype.is_float

    def _fold_moving(self, op: Op, values: tuple[str | None, ...], result: str, target: TensorType) -> None:
        """Move integers; differing scales are requantised once, before if there are several inputs, else after."""
        assert target.quant is not None
        step = Requantize(target.quant)
        scaled = [value for value in values if value is not None and self._is_activation(value)]
        differing = [value for value in scaled if self.draft.types[value].quant != target.quant]
        if differing and len(scaled) == 1:
            moved = self.draft.fresh(f"{result}.moved")
            self.draft.types[moved] = target.with_quant(target.dtype, self.draft.types[scaled[0]].quant)
            self._add(op, op.operator, values, moved)
            self._add(op, step, (moved,), result, "requantize")
            return
        ready: dict[str | None, str] = {}
        for value in dict.fromkeys(differing):
            ready[value] = self.draft.fresh(f"{value}.rescaled")
            self.draft.types[ready[value]] = self.draft.types[value].with_quant(target.dtype, target.quant)
            self._add(op, step, (value,), ready[value], "requantize")
        self._add(op, op.operator, tuple(ready.get(value, value) for value in values), result)

    def _sink_dequantise(self, op: Op) -> bool:
        """Move integers first and dequantise later: elements keep their scale wherever they lie."""
        source = self.integer.get(op.reads[0])
        if len(op.reads) != 1 or not self._is_activation(source):
            return False
        assert source is not None
        kind, out = self.draft.types[source], op.outputs[0]
        moved = self.draft.fresh(f"{out}.integers")
        self.draft.types[moved] = self.draft.types[out].with_quant(kind.dtype, kind.quant)
        self._add(op, op.operator, (source,), moved)
        self._add(op, Dequantize(), (moved,), out, "dequantize")
        self.integer[out] = moved
        return True

    def _fold_weighted(self, op: Op, step: Op, target: TensorType) -> bool:
        x, w = (self.integer.get(name or "") for name in op.inputs[:2])
        if not self._is_activation(x) or w is None or w not in self.draft.constants:
            return self._note(op, "its input is not quantised, or its weights are not quantised constants")
        assert x is not None
        if self._differs(x, target) and target.dtype is DType.S8:
            return self._note(op, "its input is int16 and its output int8")
        kind = self.draft.types[w]
        formats = (DType.S8, target.dtype)
        if kind.quant is None or kind.quant.axis not in (None, 0) or kind.dtype not in formats:
            return self._note(op, "its weights are not int8 per tensor or per output channel")
        x = self._widened(x) if self._differs(x, target) else x
        weights = centred_weights(self.draft, w)
        bias = op.inputs[2] if len(op.inputs) > 2 else None
        if bias is not None:
            bias = integer_bias(self.draft, bias, self.integer.get(bias, bias), x, weights)
            if bias is None:
                return self._note(op, "its bias is not constant, or does not fit int32 at scale_x * scale_w")
        self._add(op, op.operator, (x, weights, bias)[: len(op.inputs)], step.outputs[0])
        self.integer[op.outputs[0]] = step.outputs[0]
        return True

    def _is_activation(self, value: str | None) -> bool:
        if value is None:
            return False
        kind = self.draft.types[value]
        return kind.dtype in ACTIVATIONS and kind.quant is not None and kind.quant.is_per_tensor

    def _only_quantise(self, value: str) -> Op | None:
        """The quantise step behind a value, if all its readers are such steps with the same target."""
        readers = self.consumers[value]
        if not readers or value in self.graph.outputs:
            return None
        operators = {reader.operator for reader in readers}
        alike = len(operators) == 1 and isinstance(readers[0].operator, Quantize)
        return readers[0] if alike else None

    def _note(self, op: Op, reason: str) -> bool:
        if any(name in self.integer for name in op.reads):
            self.draft.notes.append(f"{op.name} ({op.kind}, {op.source}) runs in float: {reason}")
        return False

    def _add(self, op: Op, operator: Operator, inputs: tuple[str | None, ...], output: str, suffix: str = "") -> None:
        name = self.draft.fresh_op(f"{op.name}_{suffix}" if suffix else op.name)
        self.draft.ops.append(replace(op, name=name, operator=operator, inputs=inputs, outputs=(output,)))


def _without_dead(draft: Draft) -> list[Op]:
    needed = set(draft.outputs)
    kept: list[Op] = []
    for op in reversed(draft.ops):
        if needed.intersection(op.outputs):
            kept.append(op)
            needed.update(op.reads)
    return kept[::-1]

