"""Inputs and outputs in memory of the caller: what the C promises, on random graphs and under sanitizers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from tinyc.codegen.manifest import read_manifest
from tinyc.codegen.project import write
from tinyc.driver import BuildResult, Options, build
from tinyc.emulate import build_image, run_image
from tinyc.errors import OptionError
from tinyc.host.build import build_sanitized
from tinyc.host.model import load_host_model
from tinyc.host.samples import from_bytes, random_samples, to_bytes
from tinyc.ir.interp import Stepper
from tinyc.targets import load_board

BOARD = load_board("cortex-m4")
ALL = ("all",)
KINDS = {
    "bound": Options(bind_inputs=ALL),
    "kept": Options(keep_inputs=ALL),
    "everything": Options(bind_inputs=ALL, consume_inputs=("a",), bind_outputs=ALL, states={"s": "next"}),
}


def edges() -> onnx.ModelProto:
    """Everything that edges can be: an input taken over in place, given back as it is, viewed by an output, read twice,
    read by nobody; one value as two outputs; an output that is read again; a state beside an output.
    """
    nodes = [
        helper.make_node("Relu", ["a"], ["relu"]),
        helper.make_node("Conv", ["relu", "w"], ["y"], pads=[1, 1, 1, 1], strides=[2, 2]),
        helper.make_node("Reshape", ["b", "flat"], ["view"]),
        helper.make_node("Neg", ["b"], ["minus"]),
        helper.make_node("Add", ["minus", "b"], ["sum"]),
        helper.make_node("Identity", ["sum"], ["twice"]),
        helper.make_node("Add", ["s", "b"], ["next"]),
        helper.make_node("Relu", ["sum"], ["last"]),
    ]
    generator = np.random.default_rng(3)
    weights = [
        numpy_helper.from_array(generator.standard_normal((4, 2, 3, 3)).astype(np.float32), "w"),
        numpy_helper.from_array(np.array([12], np.int64), "flat"),
    ]

    def value(name: str, *shape: int) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)

    inputs = [value("a", 1, 2, 6, 8), value("b", 3, 4), value("s", 3, 4), value("unread", 5)]
    outputs = [value("y", 1, 4, 3, 4), value("view", 12), value("sum", 3, 4), value("twice", 3, 4), value("next", 3, 4),
               value("last", 3, 4), value("a", 1, 2, 6, 8)]  # fmt: skip
    graph = helper.make_graph(nodes, "edges", inputs, outputs, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("edges") / "edges.onnx"
    path.write_bytes(edges().SerializeToString())
    return path


def built(model: Path, options: Options, folder: Path) -> BuildResult:
    result = build(model, BOARD, options=options)
    write(result.project, folder)
    return result


@pytest.mark.parametrize("kind", KINDS)
def test_every_edge_holds_what_numpy_says(file: Path, kind: str, tmp_path: Path) -> None:
    """Under sanitizers, each memory an object of its own. The harness ends with an error if a kept input was written
    over.
    """
    result = built(file, KINDS[kind], tmp_path / "out")
    outside = {buffer.name for buffer in result.program.buffers if buffer.memory != "arena"}
    assert outside >= result.graph.edges.bound_inputs
    manifest = read_manifest(tmp_path / "out")
    samples = random_samples(manifest.inputs, 3, 1)
    (tmp_path / "in").write_bytes(to_bytes(samples, manifest.inputs))
    program = build_sanitized(tmp_path / "out", tmp_path / "work")
    subprocess.run([program, tmp_path / "in", "3", tmp_path / "y", tmp_path / "layers"], check=True)
    found = from_bytes((tmp_path / "y").read_bytes(), manifest.outputs, 3)
    stepper = Stepper(result.graph)
    for index in range(3):
        values = stepper.step(samples.sample(index))
        for name, given in zip([tensor.name for tensor in manifest.outputs], result.graph.given, strict=True):
            np.testing.assert_allclose(found[name][index], values[given], rtol=1e-5, err_msg=name)


def test_board_gives_what_the_host_gives(file: Path, tmp_path: Path) -> None:
    options = Options(bind_inputs=ALL, consume_inputs=ALL, bind_outputs=ALL)
    built(file, options, tmp_path / "out")
    manifest = read_manifest(tmp_path / "out")
    content = to_bytes(random_samples(manifest.inputs, 2, 5), manifest.inputs)
    image = build_image(tmp_path / "out", BOARD, work_dir=tmp_path / "board")
    there = np.frombuffer(run_image(image, content, 2).outputs, np.float32)
    here = np.frombuffer(load_host_model(tmp_path / "out", tmp_path / "host").run(content, 2).outputs, np.float32)
    np.testing.assert_allclose(there, here, rtol=1e-5)


def test_consumed_input_holds_later_values(tmp_path: Path) -> None:
    """A chain of layers smaller than the input runs in the input's memory alone."""
    nodes = [
        helper.make_node("Slice", ["x", "zero", "eight"], ["part"]),
        helper.make_node("Abs", ["part"], ["y"]),
    ]
    limits = [numpy_helper.from_array(np.array([n], np.int64), name) for name, n in (("zero", 0), ("eight", 8))]
    graph = helper.make_graph(
        nodes, "chain", [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [64])],
        [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [8])], limits,
    )  # fmt: skip
    path = tmp_path / "chain.onnx"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    result = built(path, Options(bind_inputs=ALL, consume_inputs=ALL), tmp_path / "out")
    assert result.program.arena_bytes == 0
    assert {buffer.memory for buffer in result.program.buffers} == {"input_0"}


MISUSE = """#include "m.h"
static _Alignas(16) uint8_t arena[M_ARENA_BYTES];
static _Alignas(16) uint8_t image[M_INPUT_0_BYTES + 16];
static _Alignas(16) uint8_t scores[M_OUTPUT_0_BYTES + 16];
int main(void)
{
    m_t model = {0};
    const uint8_t *const seen = image;
    if (m_bind_input(&model, 0, seen) != TINYC_NOT_INITIALISED) return 1;
    if (m_bind_input(NULL, 0, seen) != TINYC_NULL_POINTER) return 2;
    if (m_init(&model, arena, sizeof arena) != TINYC_OK) return 3;
    if (m_invoke(&model) != TINYC_NOT_BOUND) return 4;
    if (m_bind_input(&model, 0, NULL) != TINYC_NULL_POINTER) return 5;
    if (m_bind_input(&model, M_INPUT_COUNT, seen) != TINYC_BAD_INDEX) return 6;
    if (m_bind_input(&model, 0, seen + 1) != TINYC_MISALIGNED) return 7;
    if (m_bind_input(&model, 0, seen + M_INPUT_0_ALIGN) != TINYC_OK) return 8;
    if (m_output(&model, 0) != NULL || m_invoke(&model) != TINYC_NOT_BOUND) return 9;
    if (m_bind_output(&model, 0, scores) != TINYC_OK || m_invoke(&model) != TINYC_OK) return 10;
    if (m_output(&model, 0) != scores || m_input(&model, 0) != NULL) return 11;
    if (m_init(&model, arena, sizeof arena) != TINYC_OK || m_invoke(&model) != TINYC_NOT_BOUND) return 12;
    return 0;
}
"""
STRICT = ("-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-pedantic", "-Wcast-qual")


def test_misuse_is_refused(digits: Path, tmp_path: Path) -> None:
    options = Options(name="m", bind_inputs=ALL, bind_outputs=("logits",))
    built(digits / "digits_int8.onnx", options, tmp_path / "m")
    (tmp_path / "main.c").write_text(MISUSE)
    sources = sorted((tmp_path / "m" / "src").glob("*.c"))
    subprocess.run(["gcc", *STRICT, f"-I{tmp_path / 'm' / 'include'}", tmp_path / "main.c", *sources,
                    "-o", tmp_path / "misuse", "-lm"], check=True)  # fmt: skip
    subprocess.run([tmp_path / "misuse"], check=True)
    (tmp_path / "readme.c").write_text((tmp_path / "m" / "README.md").read_text().split("```c\n")[1].split("```")[0])
    command = ["gcc", *STRICT, f"-I{tmp_path / 'm' / 'include'}", "-c", tmp_path / "readme.c", "-o", tmp_path / "x.o"]
    subprocess.run(command, check=True)


@pytest.mark.parametrize(
    "options, reason, hint",
    [
        (Options(bind_inputs=("imag",)), '--bind-input "imag": the model has nothing', "image"),
        (Options(bind_outputs=("logit",)), '--bind-output "logit": the model has nothing', "logits"),
        (Options(consume_inputs=("image",)), "lies in the arena", "--bind-input image"),
        (Options(bind_inputs=ALL, keep_inputs=("image",)), "only read", "leave it out"),
        (Options(consume_inputs=ALL), "--consume-input all: no input is bound", "leave it out"),
    ],
)
def test_contradictions_are_refused(digits: Path, options: Options, reason: str, hint: str) -> None:
    with pytest.raises(OptionError) as caught:
        build(digits / "digits_int8.onnx", BOARD, options=options)
    assert reason in caught.value.reason and hint in caught.value.hint and caught.value.exit_code == 2
