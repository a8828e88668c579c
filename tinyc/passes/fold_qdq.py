"""Fold dequantise - float op - quantise into integer operators, as numerics.md says. Never a silent change of meaning:
an op that cannot be folded stays a float op between explicit steps, and a note says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from tinyc.ir.graph import Draft, Graph, Op, Operator
from tinyc.ir.types import Array, DType, Quant, TensorType
from tinyc.ops.movement import Movement
from tinyc.ops.quantize import Dequantize, Quantize, Recentre, Requantize
from tinyc.ops.reshape import Reshape
from tinyc.ops.transpose import Transpose
from tinyc.passes.base import Pass, PassContext, pass_


@pass_("fold_qdq")
@dataclass(frozen=True, slots=True)
class FoldQdq(Pass):
    """Compute on integers what stands between dequantise and quantise steps.

    What: an op with an integer meaning whose inputs are dequantised int8 values (weights: constants) and whose result
    is quantised reads and writes the integers itself; steps move through reshapes and transposes where that helps.
    When it is exact: up to the rounding of the result, which numerics.md fixes (half up instead of half even).
    Example: `dequantize, conv2d, quantize` becomes `conv2d` on s8. Cost: linear in the ops.
    """

    def run(self, graph: Graph, context: PassContext) -> Graph:
        if not any(isinstance(op.operator, Quantize | Dequantize) for op in graph.ops):
            return graph
        folder = _Folder(_hoist_quantise(graph))
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
        self._add(op, Requantize(target.quant), (known,), op.outputs[0])
        return True

    def _fold(self, op: Op) -> bool:
        """An op with an integer meaning between dequantise and quantise steps."""
        if not op.operator.integer_ready:
            return False
        step = self._only_quantise(op.outputs[0])
        if step is None:
            return isinstance(op.operator, Movement) and self._sink_dequantise(op)
        target = self.draft.types[step.outputs[0]]
        if target.quant is None or not target.quant.is_per_tensor or target.dtype is not DType.S8:
            return self._note(op, f"its output is {target.dtype.value}")
        slots = op.operator.slots
        if "w" in slots:
            return self._fold_weighted(op, step, target)
        values = tuple(self.integer.get(name) if name and self._is_real(name) else name for name in op.inputs)
        if any(name and self._is_real(name) and not self._is_activation(value)
               for name, value in zip(op.inputs, values, strict=True)):  # fmt: skip
            return self._note(op, "an input is not quantised to int8 per tensor")
        if self._keeps_quant(op, target):
            self._fold_moving(op, values, step.outputs[0], target)
        else:
            self._add(op, op.operator, values, step.outputs[0])
        self.integer[op.outputs[0]] = step.outputs[0]
        return True

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
            return self._note(op, "its input is not quantised to int8, or its weights are not quantised constants")
        assert x is not None
        kind = self.draft.types[w]
        if kind.quant is None or kind.quant.axis not in (None, 0) or kind.dtype is not DType.S8:
            return self._note(op, "its weights are not int8 per tensor or per output channel")
        weights = self._centred_weights(w)
        bias = op.inputs[2] if len(op.inputs) > 2 else None
        if bias is not None:
            bias = self._bias(bias, x, weights)
            if bias is None:
                return self._note(op, "its bias is not constant")
        self._add(op, op.operator, (x, weights, bias)[: len(op.inputs)], step.outputs[0])
        self.integer[op.outputs[0]] = step.outputs[0]
        return True

    def _centred_weights(self, name: str) -> str:
        """Weights with zero point 0: as they are, or widened to int16 after subtracting the zero points."""
        kind = self.draft.types[name]
        assert kind.quant is not None
        if not any(kind.quant.zero_point):
            return name
        centred = self.draft.constants[name].array.astype(np.int64) - kind.quant.zero_points(kind.rank)
        dtype = DType.S8 if np.abs(centred).max(initial=0) <= 127 else DType.S16
        quant = replace(kind.quant, zero_point=(0,) * len(kind.quant.zero_point))
        return self.draft.add_constant(f"{name}.centred", centred.astype(dtype.numpy), kind.with_quant(dtype, quant))

    def _bias(self, name: str, x: str, w: str) -> str | None:
        """The bias as int32 at scale_x * scale_w; taken over bit for bit where it has that scale already."""
        x_quant, w_quant = self.draft.types[x].quant, self.draft.types[w].quant
        assert x_quant is not None and w_quant is not None
        source = self.integer.get(name, name)
        blob, kind = self.draft.constants.get(source), self.draft.types[source]
        if blob is None:
            return None
        scales = np.float64(x_quant.scale[0]) * np.array(w_quant.scale, dtype=np.float64)
        scales = np.broadcast_to(scales, kind.shape)
        if kind.quant is not None and _close(kind.quant, scales) and kind.dtype is DType.S32:
            integers = blob.array
        else:
            integers = _to_int32(_real(blob.array, kind) / scales)
        quant = Quant(tuple(scales.tolist()), (0,) * kind.shape[0], 0)
        return self.draft.add_constant(f"{name}.int32", integers, TensorType(DType.S32, kind.shape, quant=quant))

    def _is_activation(self, value: str | None) -> bool:
        if value is None:
            return False
        kind = self.draft.types[value]
        return kind.dtype is DType.S8 and kind.quant is not None and kind.quant.is_per_tensor

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


def _hoist_quantise(graph: Graph) -> Graph:
    """Quantise before a reshape or transpose rather than after it, so that the op before can be folded."""
    changed = True
    while changed:
        changed = False
        producers, consumers = graph.producers(), graph.consumers()
        for step in graph.ops:
            mover = producers.get(step.reads[0]) if isinstance(step.operator, Quantize) else None
            if mover is not None and _can_swap(graph, mover, step, producers, consumers):
                graph, changed = _swap(graph, mover, step), True
                break
    return graph


def _can_swap(
    graph: Graph, mover: Op, step: Op, producers: Mapping[str, Op], consumers: Mapping[str, list[Op]]
) -> bool:
    quant = graph.types[step.outputs[0]].quant
    maker = producers.get(mover.reads[0])
    return (
        isinstance(mover.operator, Reshape | Transpose)
        and maker is not None
        and not isinstance(maker.operator, Dequantize)
        and quant is not None
        and quant.is_per_tensor
        and len(consumers[mover.outputs[0]]) == 1
        and len(consumers[mover.reads[0]]) == 1
        and not {mover.outputs[0], mover.reads[0]}.intersection(graph.outputs)
    )


def _swap(graph: Graph, mover: Op, step: Op) -> Graph:
    draft = graph.draft()
    source, result = mover.reads[0], step.outputs[0]
    early = draft.fresh(f"{source}.quantized")
    draft.types[early] = draft.types[source].with_quant(draft.types[result].dtype, draft.types[result].quant)
    swapped = {
        mover.name: replace(step, inputs=(source, *step.inputs[1:]), outputs=(early,)),
        step.name: replace(mover, inputs=(early,), outputs=(result,)),
    }
    draft.ops = [swapped.get(op.name, op) for op in draft.ops]
    return draft.freeze()


def _close(quant: Quant, scales: Array) -> bool:
    return bool(np.allclose(np.array(quant.scale), scales, rtol=1e-5, atol=0.0)) and not any(quant.zero_point)


def _real(array: Array, kind: TensorType) -> Array:
    if kind.quant is None:
        return array.astype(np.float64)
    return (array.astype(np.float64) - kind.quant.zero_points(kind.rank)) * kind.quant.scales(kind.rank)


def _to_int32(real: Array) -> Array:
    return np.clip(np.rint(real), -(2**31) + 1, 2**31 - 1).astype(np.int32)


def _without_dead(draft: Draft) -> list[Op]:
    needed = set(draft.outputs)
    kept: list[Op] = []
    for op in reversed(draft.ops):
        if needed.intersection(op.outputs):
            kept.append(op)
            needed.update(op.reads)
    return kept[::-1]

