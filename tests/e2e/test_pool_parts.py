"""Pooling over whole images in streams: rows are added as they come, so that the image is never whole in memory."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tinyc.driver import BuildResult, Options, build
from tinyc.kernels.record import KERNELS
from tinyc.lower.program import Call
from tinyc.lower.select import candidates, site_of
from tinyc.recipe import load_recipe
from tinyc.targets import load_board
from tinyc.verify import Request, verify


@dataclass(frozen=True)
class Net:
    """A 1x1 convolution from 4 channels, and the pooling of its image."""

    pool: str
    channels: int
    rows: int
    width: int
    board: str
    kernel: str
    is_float: bool = False

    @property
    def options(self) -> Options:
        """There is no room for the whole image."""
        return Options(ram=self.channels * self.rows * self.width * (4 if self.is_float else 1) - 1)

    def save(self, folder: Path) -> Path:
        generator = np.random.default_rng(self.rows)
        weights = generator.integers(-127, 128, (self.channels, 4, 1, 1)).astype(np.int8)
        constants = {"w": weights, "ws": np.float32(0.01), "wz": np.int8(0)}
        nodes = [helper.make_node("DequantizeLinear", ["w", "ws", "wz"], ["wr"])]
        name = "x"
        if self.is_float:
            nodes, constants = [], {"wr": (weights * 0.01).astype(np.float32)}
        for number, (kind, inputs) in enumerate([("", []), ("Conv", ["wr"]), (self.pool, [])]):
            if kind:
                nodes.append(helper.make_node(kind, [name, *inputs], [f"r{number}"], name=f"n{number}"))
                name = f"r{number}"
            if not self.is_float:
                scale, zero = (0.02, 3) if number == 0 else (0.03, -7)
                constants |= {f"s{number}": np.float32(scale), f"z{number}": np.int8(zero)}
                quant = [f"s{number}", f"z{number}"]
                nodes.append(helper.make_node("QuantizeLinear", [name, *quant], [f"q{number}"]))
                nodes.append(helper.make_node("DequantizeLinear", [f"q{number}", *quant], [f"d{number}"]))
                name = f"d{number}"
        ends = [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, 4, self.rows, self.width)),
            helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, self.channels, 1, 1)),
        ]
        weights_of = [numpy_helper.from_array(np.asarray(array), key) for key, array in constants.items()]
        graph = helper.make_graph(nodes, "net", ends[:1], ends[1:], weights_of)
        path = folder / "net.onnx"
        opset = [helper.make_opsetid("", 17)]
        path.write_bytes(helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString())
        onnx.checker.check_model(str(path))
        return path


NETS = [
    Net("GlobalAveragePool", 16, 25, 5, "cortex-m4", "tc_average_parts_s8_dsp"),
    Net("GlobalAveragePool", 16, 2, 600, "cortex-m4", "tc_average_parts_s8_dsp"),
    Net("GlobalAveragePool", 10, 8, 6, "cortex-m4", "tc_average_parts_s8_ref"),
    Net("GlobalAveragePool", 12, 7, 9, "cortex-m0", "tc_average_parts_s8_ref"),
    Net("GlobalAveragePool", 6, 12, 5, "cortex-m4", "tc_average_parts_f32_ref", is_float=True),
    Net("GlobalMaxPool", 12, 9, 4, "cortex-m4", "tc_max_parts_s8_dsp"),
    Net("GlobalMaxPool", 14, 6, 6, "cortex-m0", "tc_max_parts_s8_ref"),
]


def pooling(result: BuildResult) -> Call:
    (call,) = (call for call in result.program.calls if call.kind in ("average_pool", "max_pool"))
    return call


def check(net: Net, tmp_path: Path) -> None:
    board, path = load_board(net.board), net.save(tmp_path)
    assert pooling(build(path, board, options=net.options)).kernel == net.kernel
    found = verify(Request(path, board, load_recipe("float"), net.options, samples=3))
    assert found.equal
    assert {"numpy = host", "host = board"} <= {gate for layer in found.layers for gate in layer.pairs}


@pytest.mark.parametrize("net", [NETS[0], NETS[-1]], ids=lambda net: net.kernel)
def test_numpy_host_and_board_agree(net: Net, tmp_path: Path) -> None:
    """Sample after sample: what is left of one's sums is not in the next."""
    check(net, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("net", NETS[1:-1], ids=lambda net: f"{net.kernel}_{net.channels}x{net.rows}x{net.width}")
def test_all_witnesses_agree(net: Net, tmp_path: Path) -> None:
    check(net, tmp_path)


def test_sums_have_memory_of_their_own(tmp_path: Path) -> None:
    result = build(NETS[0].save(tmp_path), load_board("cortex-m4"), options=NETS[0].options)
    (stream,) = result.program.streams
    sums = pooling(result).arguments[-1]
    assert not isinstance(sums, tuple) and sums.offset is not None
    places = range(sums.offset, sums.offset + 4 * 16)
    lines = [line for line in stream.lines[1:-1] if line.memory == sums.memory]
    others = [range(line.offset, line.offset + line.capacity * line.row_bytes) for line in lines]
    calls = [call for call in result.program.calls if call.stage is not None and call is not pooling(result)]
    work = [one for call in calls for one in call.arguments if not isinstance(one, tuple) and one.c_type == "void"]
    assert not any(set(places) & set(other) for other in others)
    assert all(one.offset is not None and one.offset >= places.stop for one in work)


def test_the_manifest_says_how_often_it_runs(tmp_path: Path) -> None:
    result = build(NETS[0].save(tmp_path), load_board("cortex-m4"), options=NETS[0].options)
    layers = {layer["op"]: layer for layer in json.loads(result.project.files["manifest.json"])["layers"]}
    assert layers["average_pool"]["parts"] == 25
    assert layers["average_pool"]["outputs"][0]["bytes"] == 16


def test_never_for_a_whole_call(tmp_path: Path) -> None:
    board = load_board("cortex-m4")
    graph = build(NETS[0].save(tmp_path), board).graph
    (op,) = (op for op in graph.ops if op.kind == "average_pool")
    refusals = {found.kernel.name: found.refusal for found in candidates(site_of(graph, op), board, {})}
    of_parts = {kernel.name for kernel in KERNELS.values() if kernel.of_parts and kernel.op == "average_pool"}
    assert len(of_parts) >= 3
    assert {refusals[name] for name in of_parts if "dsp" in name} == {
        "is called for some rows after the other, in a stream"
    }
