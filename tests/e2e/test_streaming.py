"""Streaming: step by step, with the state in the handle, a model gives what the whole sequence gives."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.support.streams import Stream, streams
from tinyc.codegen.project import write
from tinyc.driver import BuildResult, Options, build
from tinyc.host.build import SANITIZERS, build_sanitized
from tinyc.host.model import load_host_model
from tinyc.host.samples import Samples
from tinyc.ir.interp import Stepper
from tinyc.ir.types import Array
from tinyc.recipe import load_recipe
from tinyc.run import run_samples
from tinyc.targets import load_board
from tinyc.verify import Request, verify

ALL = {stream.name: stream for stream in streams()}
COPIES = {"gru": 0, "lstm": 0, "causal": 0, "quantised_cache": 0, "float_cache": 0}


def made(stream: Stream, folder: Path) -> BuildResult:
    result = build(stream.save(folder), load_board("cortex-m4"), options=Options(name="m", states=stream.states))
    write(result.project, folder / "out")
    return result


def close(got: Array, wanted: Array) -> None:
    np.testing.assert_allclose(got.reshape(wanted.shape), wanted, rtol=1e-5, atol=1e-5)


def fed(result: BuildResult, stream: Stream) -> Array:
    """The samples in the format that the built model takes."""
    kind = result.program.inputs[0].type
    if kind.quant is None:
        return stream.samples
    real = np.rint(stream.samples / kind.quant.scale[0]) + kind.quant.zero_point[0]
    return np.clip(real, -128, 127).astype(np.int8)


def laid_out(result: BuildResult, samples: Array) -> bytes:
    """The same as bytes in the model's order of axes."""
    return b"".join(result.program.inputs[0].type.to_memory(sample).tobytes() for sample in samples)


@pytest.mark.parametrize("name", ALL)
def test_numpy_steps_like_the_whole_sequence(name: str, tmp_path: Path) -> None:
    stream = ALL[name]
    for graph in (made(stream, tmp_path).imported, made(stream, tmp_path).graph):
        stepper, result = Stepper(graph), made(stream, tmp_path)
        samples = stream.samples if graph == result.imported else fed(result, stream)
        outputs = [stepper.step({graph.fed[0]: sample})[graph.given[0]] for sample in samples]
        close(np.stack(outputs), stream.whole(stream.samples))


@pytest.mark.parametrize("name", ALL)
def test_c_steps_like_the_whole_sequence(name: str, tmp_path: Path) -> None:
    """On the host, under the sanitizers as well; every run begins with a clear state."""
    stream = ALL[name]
    result = made(stream, tmp_path)
    content, wanted = laid_out(result, fed(result, stream)), stream.whole(stream.samples)
    model = load_host_model(tmp_path / "out", tmp_path / "host")
    for _ in range(2):
        close(np.frombuffer(model.run(content, len(stream.samples)).outputs, np.float32), wanted)
    program = build_sanitized(tmp_path / "out", tmp_path / "sanitized")
    (tmp_path / "in.bin").write_bytes(content)
    files = [tmp_path / "in.bin", str(len(stream.samples)), tmp_path / "out.bin", tmp_path / "layers.bin"]
    subprocess.run([str(word) for word in (program, *files)], check=True)
    close(np.frombuffer((tmp_path / "out.bin").read_bytes(), np.float32), wanted)


@pytest.mark.parametrize("name", ALL)
def test_the_emulated_board_steps_like_the_whole_sequence(name: str, tmp_path: Path) -> None:
    stream = ALL[name]
    result = made(stream, tmp_path)
    samples = Samples({result.program.inputs[0].name: fed(result, stream)})
    outputs = run_samples(tmp_path / "out", "qemu", samples).outputs[result.program.outputs[0].name]
    close(outputs, stream.whole(stream.samples))


@pytest.mark.parametrize("name", ALL)
def test_states_cost_no_copy(name: str, tmp_path: Path) -> None:
    program = made(ALL[name], tmp_path).program
    assert sum(call.kind in ("copy", "relayout") for call in program.calls) == COPIES[name]
    assert len([buffer for buffer in program.buffers if buffer.role.value == "state"]) == len(ALL[name].states)


def test_a_quantised_state_is_kept_as_integers_and_starts_at_its_zero_point(tmp_path: Path) -> None:
    for name in ("quantised_cache", "float_cache"):
        (tmp_path / name).mkdir()
        result = made(ALL[name], tmp_path / name)
        (state,) = result.program.states
        assert state.tensor.type.dtype.value == "s8"
        source = result.project.files["src/m.c"].decode()
        assert f"(void)memset(&self->arena[{state.tensor.offset}u], 249, 9u);" in source


def test_the_caller_does_not_see_states(tmp_path: Path) -> None:
    result = made(ALL["lstm"], tmp_path)
    manifest = json.loads(result.project.files["manifest.json"])
    assert [port["name"] for port in manifest["inputs"]] == ["x"]
    assert [port["name"] for port in manifest["outputs"]] == ["y"]
    assert [(port["name"], port["output"]) for port in manifest["states"]] == [("h", "h_next"), ("c", "c_next")]
    header = result.project.files["include/m.h"].decode()
    assert "#define M_INPUT_COUNT 1u" in header
    assert "#define M_OUTPUT_COUNT 1u" in header
    assert "void m_reset(m_t *self);" in header


def test_only_stateful_models_have_a_reset(cnn: Path) -> None:
    files = build(cnn, load_board("cortex-m4")).project.files
    assert not [path for path, content in files.items() if b"_reset(" in content]


TWO_HANDLES = """#include "m.h"
#include <string.h>
#include "samples.h"
static _Alignas(16) uint8_t arenas[2][(M_ARENA_BYTES + 15u) / 16u * 16u];
static m_t models[2];
static uint8_t expected[STEPS][M_OUTPUT_0_BYTES];
static int feed(m_t *model, unsigned sample)
{
    memcpy(m_input(model, 0), &samples[sample * M_INPUT_0_BYTES], M_INPUT_0_BYTES);
    return m_invoke(model) != TINYC_OK;
}
int main(void)
{
    memset(arenas, 0xA5, sizeof arenas);
    for (unsigned i = 0; i < 2; i++) if (m_init(&models[i], arenas[i], sizeof arenas[i]) != TINYC_OK) return 1;
    for (unsigned s = 0; s < STEPS; s++) {
        if (feed(&models[0], s)) return 2;
        memcpy(expected[s], m_output(&models[0], 0), M_OUTPUT_0_BYTES);
    }
    m_reset(&models[0]);
    for (unsigned s = 0; s < STEPS; s++) { /* the first anew, the second backwards in between */
        if (feed(&models[0], s) || feed(&models[1], STEPS - 1 - s)) return 3;
        if (memcmp(expected[s], m_output(&models[0], 0), M_OUTPUT_0_BYTES) != 0) return 4;
    }
    if (memcmp(expected[0], m_output(&models[1], 0), M_OUTPUT_0_BYTES) == 0) return 5; /* it has a past */
    m_reset(&models[1]);
    if (feed(&models[1], 0) || memcmp(expected[0], m_output(&models[1], 0), M_OUTPUT_0_BYTES) != 0) return 6;
    m_reset(NULL);
    m_t unready;
    memset(&unready, 0, sizeof unready);
    m_reset(&unready);
    return 0;
}
"""


@pytest.mark.parametrize("name", ALL)
def test_handles_keep_apart_and_reset_forgets(name: str, tmp_path: Path) -> None:
    result = made(ALL[name], tmp_path)
    content = laid_out(result, fed(result, ALL[name]))
    numbers = ",".join(map(str, content))
    (tmp_path / "samples.h").write_text(
        f"#define STEPS {len(ALL[name].samples)}u\nstatic const unsigned char samples[] = {{{numbers}}};\n"
    )
    (tmp_path / "main.c").write_text(TWO_HANDLES)
    sources = [str(path) for path in sorted((tmp_path / "out" / "src").glob("*.c"))]
    command = ["gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", *SANITIZERS, f"-I{tmp_path / 'out' / 'include'}",
               f"-I{tmp_path}", str(tmp_path / "main.c"), *sources, "-lm", "-o", str(tmp_path / "two")]  # fmt: skip
    subprocess.run(command, check=True)
    subprocess.run([str(tmp_path / "two")], check=True)


@pytest.mark.parametrize("name", ["gru", "causal", "quantised_cache"])
def test_four_witnesses_agree_on_a_stream(name: str, tmp_path: Path) -> None:
    stream = ALL[name]
    options = Options(states=stream.states)
    found = verify(Request(stream.save(tmp_path), load_board("cortex-m4"), load_recipe("float"), options))
    assert found.equal
    assert {"numpy = host", "host = board"} <= {gate for layer in found.layers for gate in layer.pairs}
