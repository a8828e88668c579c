"""Weights of a layer become a few integers that share a codebook."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np

from tinyc.calibration.levels import best_levels, nearest_level
from tinyc.calibration.sharing import Layer, shared
from tinyc.calibration.supported import held_zeros
from tinyc.calibration.weights import BIAS_REACH
from tinyc.errors import RecipeError
from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import Array, DType, Quant, TensorType
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.ops.dynamic_conv2d import DynamicConv2d
from tinyc.ops.dynamic_dense import DynamicDense
from tinyc.passes.base import Pass, PassContext, pass_
from tinyc.passes.share_follower import Seen, ShareFollower

PRUNED = 1 / 8
"""Share of zeros from which integer weights count as pruned where there are no float weights to tell."""


class Scope(Enum):
    """What has one codebook: a layer, an output channel, or a number of neighbouring output channels."""

    LAYER = "layer"
    CHANNEL = "channel"
    GROUP = "group"


class Measure(Enum):
    """What is kept small: the error of the integers, or that of the layer's outputs."""

    KMEANS = "kmeans"
    HESSIAN = "hessian"


@pass_("share_weights")
@dataclass(frozen=True, slots=True)
class ShareWeights(Pass):
    """Let the weights of a layer be a few integers, so that each can be stored as a number of few bits.

    What: quantised weights of conv2d and dense are replaced by 2^bits different integers at most (2 to 6 bits), the
    codebook. How they are stored is chosen elsewhere; a tensor has one codebook in flash, of 64 integers at most: where
    those of its channels or groups hold more together, huffman stores it, or it stays as it is. `scope`: what shares a
    codebook: all weights of a layer, of one output channel, or of `group` neighbouring output channels. `by`: kmeans
    takes the integers nearest to the weights (exactly the best ones; no data). hessian takes those that keep the
    outputs of the layer: k-means weighted by the Hessian's diagonal, then each weight after the other goes to a level
    and the rest make up for its error, then levels, scales of channels and choices are fitted to each other; layer
    after layer, with inputs as the layers before leave them, against the float graph of `quantize`; biases take up the
    mean error. Where weights were pruned (more than 1 % of the float weights are 0; without them an eighth of the
    integers), zeros stay zero and each codebook holds 0. A layer is left where indices and codebooks take no fewer
    bytes, or few integers are there already. Layers with scales of groups of inputs, and those that read the same
    weights, are shared by kmeans. Han et al., "Deep Compression", 2016; Choi et al., "Towards the Limit of Network
    Quantization", 2017; Frantar et al., "GPTQ", 2022.
    It needs a quantize before it.
    When it is exact: where a layer has no more integers than the codebook; else never.
    Example: `quantize`, then `share_weights(bits=4)`.
    Cost: kmeans: one sort of each layer. hessian: 256 samples at most, whose values are held at once, and for K inputs,
    M outputs of a layer about 100 M K^2 multiplications.
    """

    bits: int = 4
    scope: Scope = Scope.LAYER
    by: Measure = Measure.HESSIAN
    group: int | None = None

    def __post_init__(self) -> None:
        if not 2 <= self.bits <= 6:
            raise RecipeError(f"bits={self.bits}: a codebook has indices of 2 to 6 bits", hint="bits=4 is usual")
        if (self.group is not None) is not (self.scope is Scope.GROUP):
            raise RecipeError(
                f"scope={self.scope.value} with group={'none' if self.group is None else self.group}",
                hint="scope=group, group=8: eight neighbouring output channels share a codebook",
            )
        if self.group is not None and self.group < 1:
            raise RecipeError(f"group={self.group}: a group has one output channel or more")

    def run(self, graph: Graph, context: PassContext) -> Graph:
        if self.by is Measure.HESSIAN and (context.calibration is None or context.calibration.count == 0):
            raise RecipeError(
                "share_weights(by=hessian) needs calibration data",
                hint="give samples with --calib X.npz; by=kmeans needs none",
            )
        chosen, left = self._chosen(graph, context)
        if not chosen:
            return self._nothing(graph, context, left)
        follower = None
        if self.by is Measure.HESSIAN and context.calibration is not None:
            follower = ShareFollower(graph, context.reference, context.calibration, chosen)
        sharer = _Sharer(graph, self, follower)
        for op in graph.ops:
            sharer.visit(op, op.name in chosen)
        signals = ", ".join(f"{name} {decibels:.1f} dB" for name, decibels in sharer.signals.items())
        what = "outputs" if self.by is Measure.HESSIAN else "weights"
        count = f"{len(chosen)} layers with {2**self.bits} integers or fewer"
        context.remarks.append(f"{count}; signal over error of {what}: {signals}")
        context.remarks.extend(left)
        return sharer.draft.freeze()

    def _chosen(self, graph: Graph, context: PassContext) -> tuple[frozenset[str], list[str]]:
        """Names of the layers that become smaller, and a sentence for each that does not."""
        chosen, left = [], []
        ready = [op for op in graph.ops if context.selects(op) and _has_integer_weights(graph, op)]
        consumers = graph.consumers()
        for op in graph.ops:
            if op in ready:
                tied = all(other in ready for other in consumers[op.inputs[1] or ""])
                reason = self._reason_to_leave(graph, op) if tied else "other ops read its weights"
                if reason:
                    left.append(f"{op.name} stays: {reason}")
                else:
                    chosen.append(op.name)
        return frozenset(chosen), left

    def _reason_to_leave(self, graph: Graph, op: Op) -> str:
        name = op.inputs[1] or ""
        array, kind = graph.constants[name].array, graph.types[name]
        if kind.dtype is not DType.S8:
            return f"its weights are {kind.dtype.value}, a codebook holds s8"
        units = self.units(len(array))
        if all(len(np.unique(array[units == unit])) <= 2**self.bits for unit in np.unique(units)):
            return f"it has {len(np.unique(array))} integers"
        codebooks = (int(units.max()) + 1) * 2**self.bits
        stored = codebooks + -(-array.size * self.bits // 8)
        if stored >= kind.stored_bytes:
            return f"indices and codebooks take {stored} bytes, its weights {kind.stored_bytes}"
        return ""

    def _nothing(self, graph: Graph, context: PassContext, left: list[str]) -> Graph:
        if not left and context.selection is not None:
            raise RecipeError("no weights to share here", hint="it takes int8 weights of conv2d and dense")
        if left and all("codebooks take" in reason for reason in left):
            raise RecipeError(
                f"the codebook of {2**self.bits} integers is too large for every layer: {left[0]}",
                hint="fewer bits, or scope=layer",
            )
        context.remarks.extend(left)
        return graph

    def units(self, channels: int) -> Array:
        """Number of the codebook of each output channel."""
        share = {Scope.LAYER: channels, Scope.CHANNEL: 1, Scope.GROUP: self.group}[self.scope]
        return np.arange(channels) // (share or 1)


ShareWeights.selective = True
ShareWeights.requires = frozenset({"quantized"})


def _has_integer_weights(graph: Graph, op: Op) -> bool:
    weights = op.inputs[1] if isinstance(op.operator, Conv2d | Dense | DynamicConv2d | DynamicDense) else None
    if weights is None or weights not in graph.constants:
        return False
    bias = op.inputs[2] if len(op.inputs) > 2 else None
    return graph.types[weights].quant is not None and (bias is None or bias in graph.constants)


@dataclass(slots=True)
class _Sharer:
    """Puts shared weights into a graph, op after op."""

    graph: Graph
    options: ShareWeights
    follower: ShareFollower | None
    draft: Draft = field(init=False)
    signals: dict[str, float] = field(default_factory=dict)
    tied: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.draft = self.graph.draft()
        self.draft.ops = []
        self.tied = {name: "" for name, readers in self.graph.consumers().items() if len(readers) > 1}

    def visit(self, op: Op, is_chosen: bool) -> None:
        """Append the op, with shared weights if it is chosen."""
        if is_chosen:
            name = op.inputs[1] or ""
            quant = self.graph.types[name].quant
            assert quant is not None
            if self.follower is None or quant.blocks or name in self.tied:
                op = self._by_integers(op)
            else:
                op = self._by_outputs(op, self.follower.seen(op))
        self.draft.ops.append(op)
        if self.follower is not None:
            self.follower.leave(op, self.draft)

    def _by_integers(self, op: Op) -> Op:
        name = op.inputs[1] or ""
        array, kind = self.graph.constants[name].array, self.graph.types[name]
        rows = array.reshape(len(array), -1).astype(np.int64)
        kept = (rows == 0) & _is_pruned(rows)
        units, found = self.options.units(len(rows)), np.empty_like(rows)
        for unit in np.unique(units):
            own = units == unit
            levels = best_levels(rows[own], ~kept[own], 2**self.options.bits, bool(kept.any()))
            found[own] = nearest_level(rows[own], np.broadcast_to(levels, (*rows[own].shape, len(levels))))
        found[kept] = 0
        assert kind.quant is not None
        scales = np.broadcast_to(kind.quant.spread(kind.quant.scale, kind.shape), kind.shape).reshape(rows.shape)
        self.signals[op.name] = _decibels(((rows * scales) ** 2).sum(), (((found - rows) * scales) ** 2).sum())
        weights = self.tied.get(name, "")
        if not weights:
            weights = self.draft.add_constant(f"{name}.shared", found.reshape(array.shape).astype(array.dtype), kind)
        if name in self.tied:
            self.tied[name] = weights
        return replace(op, inputs=(op.inputs[0], weights, *op.inputs[2:]))

    def _by_outputs(self, op: Op, seen: Seen) -> Op:
        name = op.inputs[1] or ""
        kind = self.graph.types[name]
        assert kind.quant is not None
        shape = (len(seen.moments.gram), -1, 1)
        scales = np.broadcast_to(np.array(kind.quant.scale, np.float64), len(seen.rows)).reshape(shape)
        zeros = self._kept_zeros(name, seen)
        wanted = seen.moments.target(seen.moments.grouped(seen.rows), zeros)
        least = np.abs(seen.bias) / (seen.x_scale * BIAS_REACH)
        layer = Layer(
            wanted, seen.moments.gram, self.options.units(len(seen.rows)).reshape(shape[:2]), 2**self.options.bits,
            {"packed4": 7, "packed2": 1}.get(kind.encoding.name, 127), zeros,
            np.maximum(least.reshape(shape), 1e-3 * scales), kind.quant.axis is not None,
        )  # fmt: skip
        found = shared(layer, scales)
        _check_finite(op, found.scales)
        steps = found.scales.astype(np.float32)
        self.signals[op.name] = _decibels(layer.power(), layer.error(found))
        rounded = found.integers * steps.astype(np.float64)
        bias = seen.bias + seen.moments.bias_change(seen.moments.grouped(seen.rows), rounded)
        if kind.quant.axis is not None:
            kind = kind.with_quant(kind.dtype, replace(kind.quant, scale=tuple(steps.reshape(-1).tolist())))
        integers = found.integers.reshape(kind.shape).astype(kind.dtype.numpy)
        weights = self.draft.add_constant(f"{name}.shared", integers, kind)
        return replace(op, inputs=(op.inputs[0], weights, self._bias(op, bias, seen.x_scale, steps.reshape(-1))))

    def _kept_zeros(self, name: str, seen: Seen) -> Array | None:
        if seen.is_float:
            zeros = held_zeros(seen.rows)
        else:
            zeros = (seen.rows == 0) if _is_pruned(seen.rows) else None
        return None if zeros is None else seen.moments.grouped(zeros)

    def _bias(self, op: Op, bias: Array, x_scale: float, scales: Array) -> str:
        """A bias constant in the format of the layer: int32 under integers, float32 under float data."""
        stem = (op.inputs[2] if len(op.inputs) > 2 else None) or f"{op.name}.bias"
        if self.graph.types[op.outputs[0]].quant is None:
            kind = TensorType(DType.F32, bias.shape)
            return self.draft.add_constant(f"{stem}.shared", bias.astype(np.float32), kind)
        steps = x_scale * scales.astype(np.float64)
        integers = np.clip(np.rint(bias / steps), -BIAS_REACH, BIAS_REACH).astype(np.int32)
        quant = Quant(tuple(steps.tolist()), (0,) * len(steps), 0)
        return self.draft.add_constant(f"{stem}.shared", integers, TensorType(DType.S32, bias.shape, quant=quant))


def _is_pruned(rows: Array) -> bool:
    return bool((rows == 0).mean() >= PRUNED)


def _decibels(signal: float, noise: float) -> float:
    return 10 * float(np.log10(max(signal, 1e-300) / max(noise, 1e-30 * max(signal, 1e-300))))


def _check_finite(op: Op, scales: Array) -> None:
    if not np.isfinite(scales).all():
        raise RecipeError(
            f'op "{op.name}": its codebook cannot be solved for: the calibration data gives numbers beyond float64',
            hint="check the data, or share_weights(by=kmeans)",
        )
