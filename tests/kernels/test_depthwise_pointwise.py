"""Depthwise and 1x1 convolution in one: equal to numpy, and only where nobody else reads what lies between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.cases.case import Array, Case, given
from tests.kernels.test_cases_on_host import check
from tests.support.case_models import Variant
from tests.support.case_program import Built, build_case, run_on_board, run_on_host
from tinyc.ir.interp import interpret
from tinyc.kernels.record import KERNELS, kernels_for
from tinyc.lower.goal import Goal
from tinyc.lower.lower import arranged
from tinyc.ops.depthwise_pointwise import DepthwisePointwise
from tinyc.targets import Board, load_board

KERNEL = "tc_depthwise_pointwise_s8_dsp"
STEP = 0.0625


@dataclass(frozen=True)
class Net:
    """Sizes of a pair of convolutions on int8; `spread` makes scales of channels differ by so many powers of two. The
    model's input is `pool` times as high and wide.
    """

    channels: int
    outputs: int
    height: int
    width: int
    stride: int = 1
    pads: tuple[int, int, int, int] = (1, 1, 1, 1)
    batch: int = 1
    spread: int = 0
    pool: int = 1

    @property
    def name(self) -> str:
        sizes = (self.batch, self.channels, self.outputs, self.height, self.width, self.stride, *self.pads)
        return "_".join(map(str, ("dw_pw", *sizes, self.spread, self.pool)))


NETS = [
    Net(2, 1, 2, 1),
    Net(3, 4, 5, 4),
    Net(4, 5, 6, 7),
    Net(8, 16, 7, 5, batch=2),
    Net(17, 6, 4, 6, 2),
    Net(6, 8, 9, 8, 2, (0, 0, 1, 1)),
    Net(5, 9, 5, 3, pads=(2, 0, 1, 3)),
    Net(4, 4, 27, 3),
    Net(4, 8, 53, 2),
    Net(4, 3, 29, 6, 2),
    Net(80, 7, 3, 3),
    Net(68, 4, 3, 2, spread=5),
    Net(80, 12, 3, 3, spread=6),
    Net(9, 10, 6, 6, spread=4),
]


class _Draft:
    """Nodes and constants of a model in QDQ form."""

    def __init__(self, net: Net) -> None:
        self.net, self.random = net, np.random.default_rng(net.channels * 97 + net.outputs)
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: Array) -> str:
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def dequantised(self, name: str, values: Array, scale: Array) -> str:
        zero = self.constant(f"{name}_zero", np.zeros(scale.shape, values.dtype))
        inputs = [self.constant(f"{name}_integers", values), self.constant(f"{name}_scale", scale), zero]
        self.nodes.append(helper.make_node("DequantizeLinear", inputs, [name], axis=0))
        return name

    def convolution(
        self, x: str, y: str, shape: tuple[int, ...], steps: tuple[float, float], **attributes: object
    ) -> None:
        """From x to y, which have these steps; the first output channel has no weights."""
        powers = self.random.integers(0, self.net.spread + 1, shape[0])
        scale = (0.01 / 2.0**powers).astype(np.float32)
        weights = self.random.integers(-127, 128, shape).astype(np.int8)
        weights[0] = 0
        bias = self.random.integers(-3000, 3000, shape[0]).astype(np.int32)
        names = [x, self.dequantised(f"{y}_w", weights, scale)]
        names.append(self.dequantised(f"{y}_b", bias, (scale * np.float32(steps[0])).astype(np.float32)))
        self.nodes.append(helper.make_node("Conv", names, [f"{y}_real"], name=f"conv_{y}", **attributes))
        limits = [self.constant(f"{y}_step", np.float32(steps[1])), self.constant(f"{y}_zero", np.int8(-5))]
        self.nodes.append(helper.make_node("QuantizeLinear", [f"{y}_real", *limits], [f"{y}_int"]))
        self.nodes.append(helper.make_node("DequantizeLinear", [f"{y}_int", *limits], [y]))

    def pooled(self, step: str, zero: str) -> None:
        """From x to small."""
        window = [self.net.pool] * 2
        self.nodes.append(helper.make_node("MaxPool", ["x"], ["pooled"], kernel_shape=window, strides=window))
        self.nodes.append(helper.make_node("QuantizeLinear", ["pooled", step, zero], ["small_int"]))
        self.nodes.append(helper.make_node("DequantizeLinear", ["small_int", step, zero], ["small"]))

    def variant(self, watched: bool) -> Variant:
        net = self.net
        step, zero = self.constant("step", np.float32(STEP)), self.constant("zero", np.int8(3))
        self.nodes.append(helper.make_node("DequantizeLinear", ["x0", step, zero], ["x"]))
        if net.pool > 1:
            self.pooled(step, zero)
        between, out = (STEP * 0.4, STEP * 0.4 * net.channels**0.5)
        self.convolution(
            "x" if net.pool == 1 else "small", "middle", (net.channels, 1, 3, 3), (STEP, between), group=net.channels,
            pads=net.pads, strides=[net.stride] * 2,
        )  # fmt: skip
        self.convolution("middle", "out", (net.outputs, net.channels, 1, 1), (between, out))
        shape = (net.batch, net.channels, net.height * net.pool, net.width * net.pool)
        inputs = [helper.make_tensor_value_info("x0", TensorProto.INT8, shape)]
        names = ["out_int", *(["middle_int"] if watched else [])]
        outputs = [helper.make_tensor_value_info(name, TensorProto.INT8, None) for name in names]
        graph = helper.make_graph(self.nodes, "net", inputs, outputs, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        samples = {"x0": self.random.integers(-128, 128, shape).astype(np.int8)}
        case = Case("Conv", net.name, (given(samples["x0"], "int8"),))
        return Variant(case, net.name, onnx.shape_inference.infer_shapes(model), samples, [], integer=True)


def _variant(net: Net, watched: bool = False) -> Variant:
    return _Draft(net).variant(watched)


@pytest.fixture
def only_slow_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves the reference to single convolutions, so that both in one are always cheaper."""
    for kernel in kernels_for("conv2d"):
        if not kernel.is_reference:
            monkeypatch.delitem(KERNELS, (kernel.op, kernel.name))


def _built(folder: Path, board: Board, nets: list[Net], optimize: str = "time") -> list[Built]:
    return [build_case(_variant(net), board, folder, optimize=optimize) for net in nets]


def _kernels(built: Built) -> set[str]:
    return {call.kernel for call in built.result.program.calls}


def _on_host(built: list[Built], board: Board, folder: Path) -> list[list[Array]]:
    return run_on_host(built, folder)


@pytest.mark.usefixtures("only_slow_alone")
@pytest.mark.parametrize("run", [_on_host, run_on_board], ids=["host", "board"])
def test_c_equals_numpy(run: Callable[[list[Built], Board, Path], list[list[Array]]], tmp_path: Path) -> None:
    board = load_board("cortex-m4")
    built = _built(tmp_path, board, NETS)
    for case, outputs in zip(built, run(built, board, tmp_path), strict=True):
        assert KERNEL in _kernels(case), case.variant.name
        check(case, outputs)
    assert {_has_own_shifts(case) for case in built} == {False, True}


def _has_own_shifts(built: Built) -> bool:
    """Whether each channel of the 1x1 part has its own shift."""
    params = next(call.params for call in built.result.program.calls if call.kernel == KERNEL)
    return params.fields["offset"] == 0


@pytest.mark.usefixtures("only_slow_alone")
def test_both_forms_mean_the_same(tmp_path: Path) -> None:
    board = load_board("cortex-m4")
    case = _built(tmp_path, board, [Net(5, 7, 4, 5)])[0]
    whole = arranged(case.result.graph, board, Goal.TIME)[0]
    assert DepthwisePointwise in {type(op.operator) for op in whole.ops}
    apart, together = (interpret(graph, case.variant.samples) for graph in (case.result.graph, whole))
    np.testing.assert_array_equal(apart["out_int"], together["out_int"])
    assert sum(map(whole.macs, whole.ops)) == sum(map(case.result.graph.macs, case.result.graph.ops))


@pytest.mark.usefixtures("only_slow_alone")
def test_a_value_that_is_read_stays(tmp_path: Path) -> None:
    board = load_board("cortex-m4")
    case = build_case(_variant(Net(4, 4, 4, 4), watched=True), board, tmp_path, optimize="time")
    assert KERNEL not in _kernels(case)


@pytest.mark.parametrize("goal", ["balanced", "ram", "flash"])
def test_only_for_time(goal: str, tmp_path: Path) -> None:
    net = Net(16, 16, 12, 12)
    board = load_board("cortex-m4")
    assert KERNEL in _kernels(_built(tmp_path, board, [net])[0])
    assert KERNEL not in _kernels(_built(tmp_path, board, [net], goal)[0])


def test_balanced_where_the_arena_has_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    board, net = load_board("cortex-m4"), Net(16, 16, 12, 12, pool=4)
    case = _built(tmp_path, board, [net], "balanced")[0]
    monkeypatch.setattr("tinyc.lower.lower.fused_within", lambda now, board, goal: now)
    apart = _built(tmp_path, board, [net], "balanced")[0]
    assert KERNEL in _kernels(case) - _kernels(apart)
    assert case.result.program.arena_bytes <= apart.result.program.arena_bytes
    (outputs,) = run_on_host([case], tmp_path)
    check(case, outputs)


def test_never_without_dsp(tmp_path: Path) -> None:
    assert KERNEL not in _kernels(_built(tmp_path, load_board("cortex-m3"), [Net(16, 16, 12, 12)])[0])
