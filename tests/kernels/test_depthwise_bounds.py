"""Depthwise convolution at the ends of int8: weights of -128, activations narrower than the type, any shift."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.cases.case import Case
from tests.kernels.test_cases_on_host import check
from tests.support.case_models import Variant
from tests.support.case_program import Built, build_case, run_on_board, run_on_host
from tinyc.ir.types import Array
from tinyc.targets import load_board

CHANNELS = 6
SHIFTS = (1, 4, 8, 9, 13, 22)
"""k of each channel: scales are set so that requantisation shifts by 32 + k."""


def variant(kernel: int, stride: int, clip: tuple[float, float] | None) -> Variant:
    rng = np.random.default_rng(kernel * 10 + stride)
    weights = rng.choice([-128, -127, 0, 1, 127], (CHANNELS, 1, kernel, kernel)).astype(np.int8)
    factors = np.asarray([1.5 * 2.0 ** -(k + 2) for k in SHIFTS], np.float32)
    bias = rng.integers(-(1 << 12), 1 << 12, CHANNELS).astype(np.int32)
    constants: dict[str, Array] = {
        "unit": np.float32(1), "x_zero": np.int8(-5), "w": weights, "w_scale": factors,
        "w_zero": np.zeros(CHANNELS, np.int8), "b": bias, "b_zero": np.zeros(CHANNELS, np.int32), "y_zero": np.int8(7),
        "low": np.float32(clip[0] if clip else 0), "high": np.float32(clip[1] if clip else 0),
    }  # fmt: skip
    pads, strides = [kernel // 2] * 4, [stride, stride]
    nodes = [
        helper.make_node("DequantizeLinear", ["x", "unit", "x_zero"], ["xr"]),
        helper.make_node("DequantizeLinear", ["w", "w_scale", "w_zero"], ["wr"], axis=0),
        helper.make_node("DequantizeLinear", ["b", "w_scale", "b_zero"], ["br"], axis=0),
        helper.make_node("Conv", ["xr", "wr", "br"], ["conv"], group=CHANNELS, pads=pads, strides=strides),
        *([helper.make_node("Clip", ["conv", "low", "high"], ["clipped"])] if clip else []),
        helper.make_node("QuantizeLinear", ["clipped" if clip else "conv", "unit", "y_zero"], ["y"]),
    ]
    shape, sides = [1, CHANNELS, 7, 6], [(side - 1) // stride + 1 for side in (7, 6)]
    graph = helper.make_graph(
        nodes, "bounds", [helper.make_tensor_value_info("x", TensorProto.INT8, shape)],
        [helper.make_tensor_value_info("y", TensorProto.INT8, [1, CHANNELS, *sides])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    name = f"bounds_{kernel}_by_{stride}_{'clip' if clip else 'whole'}"
    samples: dict[str, Array] = {"x": rng.choice([-128, -5, 0, 127], shape).astype(np.int8)}
    return Variant(Case("Conv", name, ()), name, model, samples, [], integer=True)


def built(folder: Path) -> list[Built]:
    board = load_board("cortex-m4")
    wanted = [(3, 1, None), (3, 1, (-20.0, 30.0)), (3, 2, (0.0, 6.0)), (5, 1, (-128.0, 6.0))]
    return [build_case(variant(*case), board, folder) for case in wanted]


@pytest.mark.parametrize("machine", ["host", "board"])
def test_equal_to_numpy(machine: str, tmp_path: Path) -> None:
    cases = built(tmp_path)
    kernels = {call.kernel for case in cases for call in case.result.program.calls if call.kind == "conv2d"}
    assert kernels == {"tc_conv2d_dw3x3_s8_dsp", "tc_conv2d_dw_s8_dsp"}
    board = load_board("cortex-m4")
    found = run_on_host(cases, tmp_path) if machine == "host" else run_on_board(cases, board, tmp_path)
    for case, outputs in zip(cases, found, strict=True):
        check(case, outputs)
        assert len(np.unique(outputs[0])) > 3
