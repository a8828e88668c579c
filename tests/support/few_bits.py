"""Graphs of one weighted sum over weights of few bits, and the programs that the compiler makes of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx
import pytest

from tests.cases.case import Array, Case
from tests.support.case_models import Variant
from tests.support.case_program import Built
from tinyc.codegen.emit import Origin, emit
from tinyc.codegen.project import write
from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import DType, Encoding, Layout, Quant, TensorType
from tinyc.kernels.record import KERNELS
from tinyc.lower import lower as lowering
from tinyc.lower.goal import Goal
from tinyc.lower.offsets.planner import FAST, Planner
from tinyc.ops.clamp import Clamp
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.ops.windows import Window
from tinyc.targets import load_board

ZERO_POINT = -3
BOARD = "cortex-m4"


@dataclass(frozen=True)
class Sum:
    """x [rows, inputs] or [1, inputs, side, side] and weights of `bits`; `kernel` is the one that must compute it.

    `window`: kernel, stride, pad and dilation of a convolution. `weights` and `data`: None for random integers of the
    whole range, or the one value of all. `clamp` bounds the output; `small` bounds x to -8 to 7 by the layer before.
    """

    kernel: str
    bits: int
    rows: int
    inputs: int
    outputs: int
    window: tuple[int, int, int, int] | None = None
    depthwise: bool = False
    weights: int | None = None
    data: int | None = None
    clamp: Clamp = None
    small: bool = False
    scale: float | None = None

    def graph(self) -> Graph:
        draft = Draft("sum", inputs=["x"], outputs=["y"])
        draft.types["x"] = self._x
        reach = 8 if self.small else 128
        source = "x"
        if self.small:
            source = self._made_small(draft)
        weights, scales = self._weights(), self._scales()
        quant = Quant(scales, (0,) * self.outputs, 0)
        encoding = Encoding(self.encoding)
        draft.add_constant("w", weights, TensorType(DType.S8, weights.shape, quant=quant, encoding=encoding))
        bias = np.random.default_rng(3).integers(-300, 300, self.outputs).astype(np.int32)
        draft.add_constant("b", bias, TensorType(DType.S32, bias.shape, quant=quant))
        operator = self._operator()
        (y,) = operator.infer((draft.types[source], draft.types["w"], draft.types["b"]))
        depth = weights[0].size
        scale = self.scale or float(np.sqrt(depth) * (1 << (self.bits - 1)) * reach / 3 / 64 + 4)
        draft.types["y"] = y.with_quant(DType.S8, Quant.per_tensor(scale, 5))
        draft.ops.append(Op("sum_0", operator, (source, "w", "b"), ("y",)))
        return draft.freeze()

    @property
    def encoding(self) -> str:
        return f"packed{self.bits}"

    @property
    def _x(self) -> TensorType:
        if self.window is None:
            return TensorType(DType.S8, (self.rows, self.inputs), quant=Quant.per_tensor(1.0, ZERO_POINT))
        shape = (1, self.inputs, self.rows, self.rows + 1)
        return TensorType(DType.S8, shape, Layout.CHANNELS_LAST, Quant.per_tensor(1.0, ZERO_POINT))

    def _made_small(self, draft: Draft) -> str:
        """A layer whose clamp proves -8 to 7: each value as it is, as far as it lies within."""
        identity = np.eye(self.inputs, dtype=np.int8)
        kind = TensorType(DType.S8, identity.shape, quant=Quant.per_tensor(1.0, 0))
        draft.add_constant("v", identity, kind)
        draft.types["h"] = TensorType(DType.S8, (self.rows, self.inputs), quant=Quant.per_tensor(1.0, 1))
        draft.ops.append(Op("first_0", Dense((-9.0, 6.0)), ("x", "v", None), ("h",)))
        return "h"

    def _operator(self) -> Dense | Conv2d:
        if self.window is None:
            return Dense(self.clamp)
        kernel, stride, pad, dilation = self.window
        pads = ((pad, pad), (pad, pad))
        window = Window((kernel, kernel), (stride, stride), (dilation, dilation), *pads)
        return Conv2d(window, self.inputs if self.depthwise else 1, self.clamp)

    def _weights(self) -> Array:
        half = 1 << (self.bits - 1)
        taps = () if self.window is None else (self.window[0], self.window[0])
        shape = (self.outputs, 1 if self.depthwise else self.inputs, *taps)
        if self.weights is not None:
            return np.full(shape, self.weights, np.int8)
        return np.random.default_rng(1).integers(-half, half, shape).astype(np.int8)

    def _scales(self) -> tuple[float, ...]:
        return tuple(float(np.float32(v)) for v in np.random.default_rng(2).uniform(0.7, 2, self.outputs))

    def sample(self) -> Array:
        kind = self._x
        if self.data is not None:
            return np.full(kind.shape, self.data, np.int8)
        return np.random.default_rng(4).integers(-128, 128, kind.shape).astype(np.int8)


def program_of(
    one: Sum, name: str, folder: Path, patch: pytest.MonkeyPatch, planner: Planner = FAST
) -> Built:
    """The compiled sum; its kernel costs nothing, so that it is chosen wherever it fits, whatever memory it takes."""
    for key, kernel in list(KERNELS.items()):
        if kernel.name == one.kernel:
            patch.setitem(KERNELS, key, replace(kernel, cost=dict.fromkeys(kernel.cost, 0.0)))
    patch.setattr(lowering, "load_costs", lambda board: {})
    graph = replace(one.graph(), name=name)
    program = lowering.lower(graph, load_board(BOARD), Goal.TIME, planner)
    patch.undo()
    assert program.calls[-1].kernel == one.kernel, f"{one}: {program.calls[-1].kernel}"
    write(emit(program, load_board(BOARD), Origin("", "", "", "")), folder / name)
    variant = Variant(Case("Sum", name, ()), name, onnx.ModelProto(), {"x": one.sample()}, [], integer=True)
    return Built(variant, SimpleNamespace(graph=graph, program=program), folder / name)
