"""Models that are run step by step, each with the model of the whole sequence that it must agree with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tests.support.case_models import run_onnxruntime
from tinyc.ir.types import Array

STEPS, CHANNELS, HIDDEN, TAPS = 9, 3, 5, 4
SCALE = np.float32(0.05)
ZERO_POINT = np.int8(-7)


@dataclass(frozen=True)
class Stream:
    """`step` takes one of `samples` [STEPS, ...] at a time; `whole` says what the outputs [STEPS, ...] must be.

    `steps` is the number of equal integers or of a rounding error that the outputs may be apart.
    """

    name: str
    step: onnx.ModelProto
    states: dict[str, str]
    samples: Array
    whole: Callable[[Array], Array]
    steps: int = 0

    def save(self, folder: Path) -> Path:
        path = folder / f"{self.name}.onnx"
        path.write_bytes(self.step.SerializeToString())
        return path


def streams() -> list[Stream]:
    return [recurrent("GRU", 3), recurrent("LSTM", 4), causal_convolution(), quantised_cache(), float_cache()]


def _generator() -> np.random.Generator:
    return np.random.default_rng(11)


def _samples(*shape: int) -> Array:
    return _generator().uniform(-2.0, 2.0, (STEPS, *shape)).astype(np.float32)


def _model(
    nodes: list[onnx.NodeProto], inputs: dict[str, Array], outputs: dict[str, Array], constants: dict[str, Array]
) -> onnx.ModelProto:
    def values(arrays: dict[str, Array]) -> list[onnx.ValueInfoProto]:
        kinds = {np.dtype("float32"): TensorProto.FLOAT, np.dtype("int8"): TensorProto.INT8}
        return [helper.make_tensor_value_info(n, kinds[a.dtype], a.shape) for n, a in arrays.items()]

    weights = [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items()]
    graph = helper.make_graph(nodes, "stream", values(inputs), values(outputs), weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def recurrent(op_type: str, gates: int) -> Stream:
    """A layer whose final states are its next initial ones, and a linear layer behind it."""
    generator, rows = _generator(), gates * HIDDEN
    shapes = {"w": (1, rows, CHANNELS), "r": (1, rows, HIDDEN), "b": (1, 2 * rows), "head": (HIDDEN, 2)}
    constants = {n: generator.uniform(-0.7, 0.7, s).astype(np.float32) for n, s in shapes.items()}
    state = np.zeros((1, 1, HIDDEN), np.float32)
    states = {"h": "h_next"} | ({"c": "c_next"} if op_type == "LSTM" else {})

    def layer(steps: int) -> onnx.ModelProto:
        nodes = [
            helper.make_node(op_type, ["x", "w", "r", "b", "", *states], ["all", *states.values()], hidden_size=HIDDEN),
            helper.make_node("Reshape", ["all", "rows"], ["flat"]),
            helper.make_node("MatMul", ["flat", "head"], ["y"]),
        ]
        inputs = {"x": np.zeros((steps, 1, CHANNELS), np.float32)} | dict.fromkeys(states, state)
        outputs = {"y": np.zeros((steps, 2), np.float32)} | dict.fromkeys(states.values(), state)
        return _model(nodes, inputs, outputs, constants | {"rows": np.array([steps, HIDDEN])})

    def whole(samples: Array) -> Array:
        feeds = {"x": samples.reshape(len(samples), 1, CHANNELS)} | dict.fromkeys(states, state)
        return np.asarray(run_onnxruntime(layer(len(samples)), feeds)[0])

    return Stream(op_type.lower(), layer(1), states, _samples(1, 1, CHANNELS), whole)


def causal_convolution() -> Stream:
    """Two convolutions in time, each with the last inputs as its state."""
    generator = _generator()
    constants = {
        "w0": generator.uniform(-0.2, 0.6, (HIDDEN, CHANNELS, TAPS)).astype(np.float32),
        "w1": generator.uniform(-0.2, 0.6, (2, HIDDEN, TAPS)).astype(np.float32),
        "axis": np.array([2]), "first": np.array([1]), "last": np.array([TAPS]),
    }  # fmt: skip
    nodes = []
    for i, source in enumerate(("x", "r0")):
        nodes += [
            helper.make_node("Concat", [f"s{i}", source], [f"cat{i}"], axis=2),
            helper.make_node("Conv", [f"cat{i}", f"w{i}"], [f"c{i}"]),
            helper.make_node("Relu", [f"c{i}"], [f"r{i}"]),
            helper.make_node("Slice", [f"cat{i}", "first", "last", "axis"], [f"n{i}"]),
        ]
    kept = {
        "0": np.zeros((1, CHANNELS, TAPS - 1), np.float32), "1": np.zeros((1, HIDDEN, TAPS - 1), np.float32),
    }  # fmt: skip
    step = _model(
        nodes,
        {"x": np.zeros((1, CHANNELS, 1), np.float32)} | {f"s{i}": array for i, array in kept.items()},
        {"r1": np.zeros((1, 2, 1), np.float32)} | {f"n{i}": array for i, array in kept.items()},
        constants,
    )

    def whole(samples: Array) -> Array:
        values = samples.reshape(len(samples), CHANNELS).T
        for name in ("w0", "w1"):
            padded = np.pad(values, ((0, 0), (TAPS - 1, 0))).astype(np.float64)
            windows = np.lib.stride_tricks.sliding_window_view(padded, TAPS, axis=1)
            values = np.maximum(np.einsum("ctk,mck->mt", windows, constants[name]), 0.0)
        return values.T.astype(np.float32).reshape(len(samples), 1, 2, 1)

    return Stream("causal", step, {"s0": "n0", "s1": "n1"}, _samples(1, CHANNELS, 1), whole)


def _moving_sum(samples: Array) -> Array:
    """What the two models below compute: sums of the last TAPS inputs in steps of SCALE."""
    q = np.clip(np.rint(samples.reshape(-1, CHANNELS) / SCALE) + ZERO_POINT, -128, 127) - ZERO_POINT
    padded = np.pad(q, ((TAPS - 1, 0), (0, 0)))
    sums = np.lib.stride_tricks.sliding_window_view(padded, TAPS, axis=0).sum(axis=2) * SCALE
    return np.asarray(sums, np.float32).reshape(len(samples), 1, CHANNELS)


_QUANT = {"scale": SCALE, "zero": ZERO_POINT, "axis": np.array([1]), "first": np.array([1]), "last": np.array([TAPS])}


def quantised_cache() -> Stream:
    """The state is int8 at the model's edge, with a zero point that is not 0."""
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "scale", "zero"], ["xq"]),
        helper.make_node("DequantizeLinear", ["xq", "scale", "zero"], ["xr"]),
        helper.make_node("DequantizeLinear", ["s", "scale", "zero"], ["sr"]),
        helper.make_node("Concat", ["sr", "xr"], ["cat"], axis=1),
        helper.make_node("QuantizeLinear", ["cat", "scale", "zero"], ["cq"]),
        helper.make_node("Slice", ["cq", "first", "last", "axis"], ["n"]),
        helper.make_node("DequantizeLinear", ["cq", "scale", "zero"], ["cr"]),
        helper.make_node("ReduceSum", ["cr", "axis"], ["y"], keepdims=0),
    ]
    state = np.zeros((1, TAPS - 1, CHANNELS), np.int8)
    x, y = np.zeros((1, 1, CHANNELS), np.float32), np.zeros((1, CHANNELS), np.float32)
    step = _model(nodes, {"x": x, "s": state}, {"y": y, "n": state}, _QUANT)
    return Stream("quantised_cache", step, {"s": "n"}, _samples(1, 1, CHANNELS), _moving_sum)


def float_cache() -> Stream:
    """The state is float at the file's edge, quantised alike at both ends: inside it is int8."""
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "scale", "zero"], ["xq"]),
        helper.make_node("QuantizeLinear", ["s", "scale", "zero"], ["sq"]),
        helper.make_node("DequantizeLinear", ["xq", "scale", "zero"], ["xr"]),
        helper.make_node("DequantizeLinear", ["sq", "scale", "zero"], ["sr"]),
        helper.make_node("Concat", ["sr", "xr"], ["cat"], axis=1),
        helper.make_node("QuantizeLinear", ["cat", "scale", "zero"], ["cq"]),
        helper.make_node("DequantizeLinear", ["cq", "scale", "zero"], ["cr"]),
        helper.make_node("Slice", ["cr", "first", "last", "axis"], ["sliced"]),
        helper.make_node("QuantizeLinear", ["sliced", "scale", "zero"], ["nq"]),
        helper.make_node("DequantizeLinear", ["nq", "scale", "zero"], ["n"]),
        helper.make_node("ReduceSum", ["cr", "axis"], ["y"], keepdims=0),
    ]
    state = np.zeros((1, TAPS - 1, CHANNELS), np.float32)
    x, y = np.zeros((1, 1, CHANNELS), np.float32), np.zeros((1, CHANNELS), np.float32)
    step = _model(nodes, {"x": x, "s": state}, {"y": y, "n": state}, _QUANT)
    return Stream("float_cache", step, {"s": "n"}, _samples(1, 1, CHANNELS), _moving_sum)
