"""Layers in which fast kernels are measured beside the reference: networks of one node with random weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SEED = 7
SAMPLES = 4
_INT8 = "quantize(weights=int8)"


@dataclass(frozen=True, slots=True)
class Layer:
    """One node. `kernels`: those that are measured in it. `constants`: shapes of random operands behind the inputs."""

    name: str
    op: str
    kernels: tuple[str, ...]
    inputs: tuple[tuple[int, ...], ...]
    constants: tuple[tuple[int, ...], ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    recipe: str = _INT8
    times: int = 1
    """How often the node follows itself, with constants of its own."""
    given: Mapping[int, Any] = field(default_factory=dict)
    """Operands by number that are these integers."""

    def model(self) -> onnx.ModelProto:
        generator = np.random.default_rng(SEED)
        kind = TensorProto.FLOAT
        inputs = [f"x{i}" for i in range(len(self.inputs))]
        shapes = zip(inputs, self.inputs, strict=True)
        values = [helper.make_tensor_value_info(name, kind, shape) for name, shape in shapes]
        tensors = [numpy_helper.from_array(np.array(data, np.int64), f"g{i}") for i, data in self.given.items()]
        integers, nodes, sources = [tensor.name for tensor in tensors], [], inputs
        for time in range(self.times):
            weights = [self._weights(generator, shape, f"w{time}_{i}") for i, shape in enumerate(self.constants)]
            operands = [*sources, *(tensor.name for tensor in weights), *integers]
            sources = [f"h{time}" if time + 1 < self.times else "y"]
            name = f"{self.op.lower()}_{time}"
            nodes.append(helper.make_node(self.op, operands, sources, name=name, **self.attributes))
            tensors += weights
        output = helper.make_tensor_value_info("y", kind, None)
        graph = helper.make_graph(nodes, "layer", values, [output], tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        return onnx.shape_inference.infer_shapes(model)

    @staticmethod
    def _weights(generator: np.random.Generator, shape: tuple[int, ...], name: str) -> onnx.TensorProto:
        real = generator.standard_normal(shape) / np.sqrt(max(1, np.prod(shape[1:])))
        return numpy_helper.from_array(real.astype(np.float32), name)


def write(layer: Layer, folder: Path) -> tuple[Path, Path]:
    """The layer's model, and samples to calibrate it with; the paths of both."""
    generator = np.random.default_rng(SEED + 1)
    model, samples = folder / "layer.onnx", folder / "samples.npz"
    onnx.save(layer.model(), model)
    arrays = {
        f"x{i}": generator.standard_normal((SAMPLES, *shape[int(shape[0] == 1) :])).astype(np.float32)
        for i, shape in enumerate(layer.inputs)
    }
    np.savez(samples, **arrays)  # type: ignore[arg-type]
    return model, samples


def _names(stem: str, *isas: str) -> tuple[str, ...]:
    return tuple(f"tc_{stem}_{isa}" for isa in isas)


_HALVES = {"kernel_shape": [2, 2], "strides": [2, 2]}


@dataclass(frozen=True, slots=True)
class _Family:
    """Weighted layers of one size, in several formats."""

    name: str
    op: str
    inputs: tuple[int, ...]
    constants: tuple[tuple[int, ...], ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def of(self, kernels: tuple[str, ...], recipe: str = _INT8, times: int = 1) -> Layer:
        return Layer(self.name, self.op, kernels, (self.inputs,), self.constants, self.attributes, recipe, times)


def _conv(name: str, channels: int, kernel: int, *side: int, group: int = 1) -> _Family:
    attributes = {"pads": [kernel // 2] * 4, "group": group}
    weights = (channels, channels // group, kernel, kernel)
    return _Family(name, "Conv", (1, channels, *side), (weights, (channels,)), attributes)


def _dense(name: str, rows: int, inputs: int, outputs: int) -> _Family:
    return _Family(name, "Gemm", (rows, inputs), ((inputs, outputs), (outputs,)))


def _few(bits: int, more: str = "") -> str:
    return f"quantize(weights=int{bits}, first=int{bits}{more})"


_INT16 = "quantize(activations=int16)"
_DYNAMIC = ", activations=dynamic"
_SEQUENCE = 25, 1, 32
_HIDDEN = 64

_3X3 = _conv("3x3, 16 to 16 at 32x32", 16, 3, 32, 32)
_1X1 = _conv("1x1, 64 to 64 at 25x5", 64, 1, 25, 5)
_DEPTHWISE_3X3 = _conv("depthwise 3x3, 32 at 24x24", 32, 3, 24, 24, group=32)
_DEPTHWISE_5X5 = _conv("depthwise 5x5, 32 at 24x24", 32, 5, 24, 24, group=32)
_DENSE = _dense("640 to 128", 1, 640, 128)
_CHAIN = _dense("16 rows, 64 to 64", 16, 64, 64)
_DYNAMIC_DENSE = _dense("256 to 128", 1, 256, 128)
_FEW_BITS = (4, 2)

WEIGHTED: tuple[Layer, ...] = (
    _3X3.of((*_names("conv2d_s8", "dsp", "mve", "scalar"), "tc_conv2d_winograd_s8_dsp")),
    *(_3X3.of(_names(f"conv2d_s8w{bits}", "dsp"), _few(bits)) for bits in _FEW_BITS),
    _3X3.of(_names("conv2d_f32", "fpu"), ""),
    _3X3.of(_names("conv2d_s16", "dsp"), _INT16),
    _1X1.of(_names("dense_rows_s8", "dsp")),
    *(_1X1.of(_names(f"dense_rows_s8w{bits}", "dsp"), _few(bits)) for bits in _FEW_BITS),
    _1X1.of(_names("dense_rows_s16", "dsp"), _INT16),
    _DEPTHWISE_3X3.of((*_names("conv2d_dw3x3_s8", "dsp", "mve", "scalar"), "tc_conv2d_dw3x3_lines_s8_mve")),
    *(_DEPTHWISE_3X3.of(_names(f"conv2d_dw3x3_s8w{bits}", "dsp"), _few(bits)) for bits in _FEW_BITS),
    _DEPTHWISE_3X3.of(_names("conv2d_dw3x3_f32", "fpu"), ""),
    _DEPTHWISE_3X3.of(_names("conv2d_dw_s16", "dsp"), _INT16),
    _DEPTHWISE_5X5.of(_names("conv2d_dw_s8", "dsp")),
    _DENSE.of(_names("dense_s8", "dsp", "mve", "scalar")),
    *(_DENSE.of(_names(f"dense_s8w{bits}", "dsp"), _few(bits)) for bits in _FEW_BITS),
    _DENSE.of(_names("dense_f32", "fpu"), ""),
    _DENSE.of(_names("dense_s16", "dsp"), _INT16),
    _CHAIN.of(_names("dense_s4w4", "dsp"), _few(4, ", activations=int4"), times=3),
    *(_DYNAMIC_DENSE.of(_names(f"dynamic_dense_f32w{bits}", "dsp"), _few(bits, _DYNAMIC)) for bits in (8, *_FEW_BITS)),
    *(
        Layer("25 steps, 32 to 64", op, _names(f"dynamic_{op.lower()}_f32w8", "dsp"), (_SEQUENCE,),
              ((1, gates * _HIDDEN, 32), (1, gates * _HIDDEN, _HIDDEN), (1, 2 * gates * _HIDDEN)),
              {"hidden_size": _HIDDEN}, _few(8, _DYNAMIC))
        for op, gates in (("GRU", 3), ("LSTM", 4))
    ),
)  # fmt: skip

MOVING: tuple[Layer, ...] = (
    Layer("2x2 of 16x16x32", "MaxPool", _names("max_pool_s8", "dsp", "mve", "scalar"), ((1, 32, 16, 16),),
          attributes=_HALVES),
    Layer("2x2 of 16x16x32", "MaxPool", _names("max_pool_f32", "scalar"), ((1, 32, 16, 16),), attributes=_HALVES,
          recipe=""),
    Layer("2x2 of 16x16x32", "AveragePool", _names("average_pool_s8", "dsp", "mve", "scalar"), ((1, 32, 16, 16),),
          attributes=_HALVES),
    Layer("2x2 of 16x16x32", "AveragePool", _names("average_pool_f32", "scalar"), ((1, 32, 16, 16),),
          attributes=_HALVES, recipe=""),
    Layer("25x20x64", "GlobalAveragePool", _names("global_average_s8", "dsp", "scalar"), ((1, 64, 25, 20),)),
    Layer("8192 elements", "Sigmoid", _names("lut_s8", "mve", "scalar"), ((1, 8192),)),
    Layer("100 rows of 25", "Softmax", _names("softmax_s8", "scalar"), ((1, 100, 25),)),
    Layer("3x64x64 to 64x64x3", "Transpose", _names("move_x8", "scalar"), ((1, 3, 64, 64),),
          attributes={"perm": [0, 2, 3, 1]}),
    Layer("64x64x3 to 3x64x64", "Transpose", _names("move_x8", "scalar"), ((1, 64, 64, 3),),
          attributes={"perm": [0, 3, 1, 2]}),
    Layer("64 rows of 40, 32 of each", "Slice", ("tc_move_runs_scalar",), ((1, 64, 40),),
          given={0: [4], 1: [36], 2: [2]}),
    Layer("1 around 16x16x32", "Pad", _names("pad_x8", "scalar"), ((1, 32, 16, 16),),
          given={0: [0, 0, 1, 1, 0, 0, 1, 1]}),
    *(
        Layer("32x64 to 64x32", "Transpose", (f"tc_move_x{bits}_scalar",), ((1, 32, 64),),
              attributes={"perm": [0, 2, 1]}, recipe=recipe)
        for bits, recipe in ((32, ""), (16, "quantize(activations=int16)"))
    ),
    Layer("8192 elements", "Add", _names("sum_s8", "dsp", "mve", "scalar"), ((1, 8192), (1, 8192))),
    Layer("8192 elements", "Add", _names("sum_s16", "dsp"), ((1, 8192), (1, 8192)), recipe=_INT16),
    Layer("8192 elements", "Mul", _names("mul_s8", "dsp", "mve", "scalar"), ((1, 8192), (1, 8192))),
    Layer("4 of 32x64 by 64x32", "MatMul", _names("matmul_s8", "dsp"), ((1, 4, 32, 64), (1, 4, 64, 32))),
)  # fmt: skip

LAYERS = (*WEIGHTED, *MOVING)
