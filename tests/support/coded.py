"""Graphs with coded weights, and the programs that the compiler makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx

from tests.cases.case import Case, x
from tests.support.case_models import Variant, save, variants
from tests.support.case_program import Built
from tinyc.codegen.emit import Origin, emit
from tinyc.codegen.project import write
from tinyc.driver import Options, prepare
from tinyc.ir.graph import Draft, Graph, Op
from tinyc.ir.types import DType, Encoding, Layout, Quant, TensorType
from tinyc.lower.goal import Goal
from tinyc.lower.lower import lower
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.windows import Window
from tinyc.recipe import load_recipe
from tinyc.targets import Board

WEIGHTED = ("conv2d", "dense")
CODEBOOK_STEP = 8
"""Weights are rounded to multiples of it where few values are needed."""


def pointwise(inputs: int, outputs: int, height: int, width: int) -> Case:
    tensors = (x(1, inputs, height, width), x(outputs, inputs, 1, 1), x(outputs))
    return Case("Conv", f"coded_1x1_{inputs}_{outputs}_{height}x{width}", tensors, constants=(1, 2), int8=True)


def square(inputs: int, outputs: int, side: int, stride: int = 1, batch: int = 1, groups: int = 1) -> Case:
    tensors = (x(batch, inputs, side, side + 1), x(outputs, inputs // groups, 3, 3), x(outputs))
    attributes = {"pads": [1, 1, 1, 1], "strides": [stride, stride], "group": groups}
    name = f"coded_3x3_{batch}_{inputs}_{outputs}_{side}_{stride}_{groups}"
    return Case("Conv", name, tensors, attributes, (1, 2), int8=True)


def dense(rows: int, inputs: int, outputs: int) -> Case:
    tensors = (x(rows, inputs), x(outputs, inputs), x(outputs))
    return Case("Gemm", f"coded_{rows}x{inputs}_{outputs}", tensors, {"transB": 1}, (1, 2), int8=True)


def integer(case: Case) -> Variant:
    return next(variant for variant in variants(case) if variant.integer)


def coded(graph: Graph, encoding: str) -> Graph:
    """The same with the weights of all layers in this encoding; of few values for a codebook."""
    draft, step = graph.draft(), CODEBOOK_STEP if encoding == "codebook" else 1
    for op in graph.ops:
        weights = graph.constant(op.inputs[1]) if op.kind in WEIGHTED else None
        if weights is not None and weights.dtype == np.int8:
            name = str(op.inputs[1])
            rounded = (weights // step * step).astype(np.int8)
            new = draft.add_constant(name, rounded, replace(graph.types[name], encoding=Encoding(encoding)))
            draft.ops[graph.ops.index(op)] = replace(op, inputs=(op.inputs[0], new, *op.inputs[2:]))
    return draft.freeze()


def program_of(variant: Variant, board: Board, encoding: str, folder: Path) -> Built:
    """The compiled case with coded weights, written to a folder of its own."""
    options, recipe = Options(name=variant.name, native_io=False), load_recipe("float")
    _, context = prepare(save(variant, folder), recipe, options)
    return written(replace(coded(context.stages[-1], encoding), name=variant.name), variant, board, folder)


def written(graph: Graph, variant: Variant, board: Board, folder: Path) -> Built:
    program = lower(graph, board, Goal.BALANCED)
    write(emit(program, board, Origin("", "", "", "")), folder / graph.name)
    return Built(variant, SimpleNamespace(graph=graph, program=program), folder / graph.name)  # type: ignore[arg-type]


def kernels_of(built: Sequence[Built]) -> set[str]:
    """Names of all kernels of these programs that read coded weights."""
    return {call.kernel for one in built for call in one.result.program.calls if "_coded" in call.kernel}


def chain(channels: int, side: int, layers: int, *, depthwise: bool = False) -> Graph:
    """1x1 convolutions, or depthwise ones of 3x3, each over its input if the kernel can."""
    draft = Draft("chain", inputs=["x0"], outputs=[f"x{layers}"])
    random = np.random.default_rng(11)
    kind = TensorType(DType.S8, (1, channels, side, side), Layout.CHANNELS_LAST, Quant.per_tensor(0.05, -4))
    draft.types |= {f"x{layer}": kind for layer in range(layers + 1)}
    quant = Quant(tuple(float(np.float32(scale)) for scale in random.uniform(0.01, 0.02, channels)), (0,) * channels, 0)
    for layer in range(layers):
        taps = (channels, 1, 3, 3) if depthwise else (channels, channels, 1, 1)
        weights = random.integers(-127, 128, taps).astype(np.int8)
        bias = random.integers(-9000, 9000, channels).astype(np.int32)
        w = draft.add_constant("w", weights, TensorType(DType.S8, weights.shape, quant=quant))
        b = draft.add_constant("b", bias, TensorType(DType.S32, bias.shape, quant=quant))
        extent, pad = taps[2], taps[2] // 2
        window = Window((extent, extent), (1, 1), (1, 1), (pad, pad), (pad, pad))
        conv = Conv2d(window, channels if depthwise else 1, None)
        draft.ops.append(Op(f"conv_{layer}", conv, (f"x{layer}", w, b), (f"x{layer + 1}",)))
    return draft.freeze()


def sample_of(graph: Graph) -> Variant:
    """Random integers for the only input."""
    kind = graph.types[graph.inputs[0]]
    values = np.random.default_rng(12).integers(-128, 128, kind.shape).astype(np.int8)
    case = Case("Chain", graph.name, ())
    return Variant(case, graph.name, onnx.ModelProto(), {graph.inputs[0]: values}, [], integer=True)
