"""Scale and zero point of every activation that `quantize` makes an integer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tinyc.calibration.calibration import Calibration
from tinyc.calibration.kept import KeptHistogram, keep
from tinyc.calibration.ranges import RangeMethod, choose_range
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import DType, Quant

FIXED_RANGES = {"softmax": (0.0, 255 / 256), "sigmoid": (0.0, 255 / 256), "hard_sigmoid": (0.0, 255 / 256),
                "tanh": (-1.0, 127 / 128)}  # fmt: skip
"""Results whose range mathematics gives; powers of two make their steps exact."""
ONE = 1 - 2**-15
"""The greatest int16 at a scale of 2^-15."""


def activation_ranges(
    graph: Graph, ops: list[Op], calibration: Calibration, method: RangeMethod, dtype: DType,
    kept: list[KeptHistogram], few_levels: bool = False,
) -> dict[str, Quant]:  # fmt: skip
    """Scale and zero point of every value that the ops read or write, as int8 or int16. Ops that hand on their input's
    integers share. The steps of int16 are so fine that nothing is gained by cutting off values: minmax stands for mse
    and entropy.

    With `few_levels`, values between the graph's inputs and outputs get 16 levels, -8 to 7.

    What each came from is added to `kept`, in the order of the graph.
    """
    names = {name for op in ops for name in (*op.reads, *op.outputs) if name not in graph.constants}
    shared = _Shared()
    for op in ops:
        if keeps_quant(graph, op):
            for name in op.reads:
                shared.join(name, op.outputs[0])
    histograms = calibration.histograms(graph, names)
    if dtype is DType.S16 and method is not RangeMethod.PERCENTILE:
        method = RangeMethod.MINMAX
    fixed = {op.outputs[0]: FIXED_RANGES[op.kind] for op in ops if op.kind in FIXED_RANGES}
    if dtype is DType.S16:
        fixed = {name: (-ONE if low < 0 else 0.0, ONE) for name, (low, _) in fixed.items()}
    bounds: dict[str, tuple[float, float]] = {}
    for name in names:
        low, high = fixed.get(name) or choose_range(histograms[name], method)
        root = shared.root(name)
        have = bounds.get(root, (low, high))
        bounds[root] = (min(have[0], low), max(have[1], high))
    found = {name: quant_of_range(dtype, *bounds[shared.root(name)]) for name in graph.types if name in names}
    if few_levels:
        keep_all = edges(graph, found)
        found = {name: quant if quant in keep_all else sixteen_levels(quant) for name, quant in found.items()}
    kept += [keep(name, histograms[name], bounds[shared.root(name)], quant) for name, quant in found.items()]
    return found


def quant_of_range(dtype: DType, low: float, high: float) -> Quant:
    """Scale and zero point of [low, high] in int8 or int16."""
    return symmetric(low, high) if dtype is DType.S16 else asymmetric(low, high)


def symmetric(low: float, high: float) -> Quant:
    """int16 scale of [low, high], zero point 0: 32767 steps to the bound farther from 0; 1/32767 for zeros alone."""
    reach = max(-low, high)
    return Quant.per_tensor((reach if reach >= 1e-12 else 1.0) / 32767, 0)


def asymmetric(low: float, high: float) -> Quant:
    """int8 scale and zero point of [low, high], zero included exactly; scale 1/255 where all values are zero."""
    low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-12:
        return Quant.per_tensor(1 / 255, -128)
    scale = np.float32((high - low) / 255)
    return Quant.per_tensor(float(scale), int(np.clip(np.rint(-128 - low / scale), -128, 127)))


def edges(graph: Graph, ranges: Mapping[str, Quant]) -> set[Quant]:
    """Scale and zero point of the graph's inputs and outputs."""
    return {ranges[name] for name in (*graph.inputs, *graph.outputs) if name in ranges}


def sixteen_levels(quant: Quant) -> Quant:
    """The range of an int8 value in steps of -8 to 7."""
    scale = quant.scale[0] * 255 / 15
    low = quant.scale[0] * (-128 - quant.zero_point[0])
    return Quant.per_tensor(scale, int(np.clip(np.rint(-8 - low / scale), -8, 7)))


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
