"""A model built with --optimize ram whose layers run row by row: its C, its edges, and what the commands say of it."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.e2e.test_generated_c import COMPILERS, run
from tests.support.command import tinyc
from tinyc.codegen.manifest import read_manifest
from tinyc.codegen.project import write
from tinyc.driver import BuildResult, Options, build
from tinyc.host.build import build_sanitized
from tinyc.host.samples import from_bytes, random_samples, to_bytes
from tinyc.ir.interp import Stepper
from tinyc.targets import load_board

OPTIONS = Options(name="m", optimize="ram", channels_last_inputs=True)
ALL = ("all",)


def picture() -> onnx.ModelProto:
    """Float32 [1, 4, 20, 16]: wide values between small ends, a residual branch, and a second wide part."""
    generator = np.random.default_rng(5)
    shapes = {"v": (16, 4, 3, 3), "w": (16, 16, 3, 3), "u": (4, 16, 3, 3), "p": (24, 4, 3, 3), "q": (2, 24, 3, 3)}
    weights = [numpy_helper.from_array((generator.normal(0, 0.2, shape)).astype(np.float32), name)
               for name, shape in shapes.items()]  # fmt: skip
    pads = [1, 1, 1, 1]
    nodes = [
        helper.make_node("Conv", ["x", "v"], ["a"], name="wide", pads=pads),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Conv", ["b", "w"], ["c"], name="around", pads=pads),
        helper.make_node("Add", ["b", "c"], ["d"], name="sum"),
        helper.make_node("Conv", ["d", "u"], ["e"], name="narrow", pads=pads, strides=[2, 2]),
        helper.make_node("Conv", ["e", "p"], ["f"], name="again", pads=pads),
        helper.make_node("Conv", ["f", "q"], ["y"], name="last", pads=pads),
    ]
    ends = {"x": (1, 4, 20, 16), "e": (1, 4, 10, 8), "y": (1, 2, 10, 8)}
    values = {name: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in ends.items()}
    graph = helper.make_graph(nodes, "picture", [values["x"]], [values["e"], values["y"]], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("picture") / "picture.onnx"
    path.write_bytes(picture().SerializeToString())
    return path


def made(file: Path, folder: Path, **more: object) -> BuildResult:
    result = build(file, load_board("cortex-m4"), options=replace(OPTIONS, **more))
    write(result.project, folder)
    assert result.program.streams
    return result


def slow(*names: str) -> list[object]:
    return [pytest.param(name, marks=pytest.mark.slow) for name in names]


EDGES = {
    "bound": {"bind_inputs": ALL, "bind_outputs": ALL},
    "consumed": {"bind_inputs": ALL, "consume_inputs": ALL},
    "kept": {"keep_inputs": ALL},
}


@pytest.mark.parametrize("kind", ["bound", *slow("consumed", "kept")])
def test_edges_hold_what_numpy_says(file: Path, kind: str, tmp_path: Path) -> None:
    """Under sanitizers, each memory an object of its own and poisoned, three images one after the other; an input that
    has to be kept is compared after each.
    """
    result = made(file, tmp_path / "out", **EDGES[kind])
    manifest = read_manifest(tmp_path / "out")
    samples = random_samples(manifest.inputs, 3, 1)
    (tmp_path / "in").write_bytes(to_bytes(samples, manifest.inputs))
    program = build_sanitized(tmp_path / "out", tmp_path / "work")
    subprocess.run([program, tmp_path / "in", "3", tmp_path / "y", tmp_path / "layers"], check=True)
    found, stepper = from_bytes((tmp_path / "y").read_bytes(), manifest.outputs, 3), Stepper(result.graph)
    for index in range(3):
        values = stepper.step(samples.sample(index))
        for name, given in zip([tensor.name for tensor in manifest.outputs], result.graph.given, strict=True):
            np.testing.assert_allclose(found[name][index], values[given], rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("compiler", ["gcc", "clang", *slow("arm", "riscv")])
def test_model_compiles_without_a_warning(file: Path, compiler: str, tmp_path: Path) -> None:
    made(file, tmp_path / "m")
    for define in ([], ["-DTINYC_PROFILE"]):
        run(*COMPILERS[compiler], *define, f"-I{tmp_path / 'm' / 'include'}", "-c", tmp_path / "m" / "src" / "m.c",
            "-o", tmp_path / "x.o")  # fmt: skip


def test_the_same_twice_and_nothing_for_cppcheck(file: Path, tmp_path: Path) -> None:
    first, second = made(file, tmp_path / "a"), made(file, tmp_path / "b" / "m")
    assert first.project == second.project
    run("cppcheck", "--quiet", "--std=c11", "--error-exitcode=1", "--enable=warning,portability,performance",
        "--inline-suppr", f"-I{tmp_path / 'a' / 'include'}", tmp_path / "a" / "src" / "m.c")  # fmt: skip


def test_functions_carry_the_names_of_the_model(file: Path, tmp_path: Path) -> None:
    result = made(file, tmp_path / "m")
    text = (tmp_path / "m" / "src" / "m.c").read_text()
    for stream in result.program.streams:
        first, last = stream.lines[0].name, stream.lines[-1].name
        assert f'/* Lines of "{first}" -> "{last}" */' in text
        for call in result.program.calls[stream.first : stream.last + 1]:
            assert len(re.findall(rf"\bstatic bool run_{call.name}\(const tc_stream \*s", text)) == 1
            assert len(re.findall(rf"\brun_{call.name}\(&s", text)) == 1


def test_commands_know_layers_that_run_in_parts(file: Path, tmp_path: Path) -> None:
    """verify compares what streams leave whole, with the numbers of the layers."""
    folder = tmp_path / "m"
    built = tinyc("build", file, "--board", "cortex-m4", "--name", "m", "--optimize", "ram", "-o", folder)
    assert built.code == 0, built.stderr
    layers = read_manifest(folder).layers
    assert sum(layer.parts > 1 for layer in layers) >= 4
    verified = tinyc("verify", folder, "--model", file, "--samples", "2", "--json")
    assert verified.code == 0, verified.stderr
    seen = {row["call"]: row["name"] for row in verified.json["layers"]}
    assert seen == {number: layer.name for number, layer in enumerate(layers) if layer.outputs}
    assert {"e", "y"} <= {row["tensor"].split(".")[0] for row in verified.json["layers"]}


def test_tables_know_them_too(file: Path, tmp_path: Path) -> None:
    """profile counts every stage; explain and inspect show the kernels for a few rows."""
    folder = tmp_path / "m"
    assert tinyc("build", file, "--board", "cortex-m4", "--name", "m", "--optimize", "ram", "-o", folder).code == 0
    layers = read_manifest(folder).layers
    profile = tinyc("profile", folder, "--json")
    assert profile.code == 0, profile.stderr
    counted = profile.json["layers"]
    assert [row["name"] for row in counted] == [layer.name for layer in layers]
    assert all(row["instructions"] > 0 for row in counted)
    told = tinyc("explain", file, "--op", "around", "--board", "cortex-m4", "--optimize", "ram")
    assert told.code == 0 and "row by row, " in told.stdout, told
    inspected = tinyc("inspect", file, "--board", "cortex-m4", "--optimize", "ram")
    assert inspected.code == 0, inspected.stderr
