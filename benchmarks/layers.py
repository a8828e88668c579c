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
    given: Mapping[int, Any] = field(default_factory=dict)
    """Operands by number that are these integers."""

    def model(self) -> onnx.ModelProto:
        generator = np.random.default_rng(SEED)
        kind = TensorProto.FLOAT
        inputs = [f"x{i}" for i in range(len(self.inputs))]
        shapes = zip(inputs, self.inputs, strict=True)
        values = [helper.make_tensor_value_info(name, kind, shape) for name, shape in shapes]
        tensors = [
            numpy_helper.from_array(generator.standard_normal(shape).astype(np.float32), f"w{i}")
            for i, shape in enumerate(self.constants)
        ]
        tensors += [numpy_helper.from_array(np.array(data, np.int64), f"g{i}") for i, data in self.given.items()]
        operands = [*inputs, *(tensor.name for tensor in tensors)]
        node = helper.make_node(self.op, operands, ["y"], name=self.op.lower(), **self.attributes)
        output = helper.make_tensor_value_info("y", kind, None)
        graph = helper.make_graph([node], "layer", values, [output], tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        return onnx.shape_inference.infer_shapes(model)


def write(layer: Layer, folder: Path) -> tuple[Path, Path]:
    """The layer's model, and samples to calibrate it with; the paths of both."""
    generator = np.random.default_rng(SEED + 1)
    model, samples = folder / "layer.onnx", folder / "samples.npz"
    onnx.save(layer.model(), model)
    arrays = {
        f"x{i}": generator.standard_normal((SAMPLES, *shape[1:])).astype(np.float32)
        for i, shape in enumerate(layer.inputs)
    }
    np.savez(samples, **arrays)  # type: ignore[arg-type]
    return model, samples


def _names(stem: str, *isas: str) -> tuple[str, ...]:
    return tuple(f"tc_{stem}_{isa}" for isa in isas)


_HALVES = {"kernel_shape": [2, 2], "strides": [2, 2]}

LAYERS: tuple[Layer, ...] = (
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
    Layer("8192 elements", "Mul", _names("mul_s8", "dsp", "mve", "scalar"), ((1, 8192), (1, 8192))),
    Layer("4 of 32x64 by 64x32", "MatMul", _names("matmul_s8", "dsp"), ((1, 4, 32, 64), (1, 4, 64, 32))),
)  # fmt: skip
