"""What the report proposes saves what it says: every step is held against a build with its options."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.command import model
from tinyc.driver import BuildResult, Options, build
from tinyc.errors import DoesNotFit
from tinyc.lower.ledger import Smallest, check_budget, ledger
from tinyc.lower.program import ARENA
from tinyc.next_steps import Step, next_steps, smallest
from tinyc.report.memory_text import peak_line, pictured, step_text
from tinyc.report.peak import memory_document, together
from tinyc.report.record import plan_document
from tinyc.targets import load_board

BOARD = load_board("cortex-m4")
DENSE = f"""
net (float[1,300] x) => (float[1,2] y)
<float[300,2] w = {{{", ".join(str(1 + i % 5) for i in range(600))}}}>
{{ y = MatMul(x, w) }}
"""
SMALL = replace(BOARD, budget=replace(BOARD.budget, ram_bytes=4096))
"""Beside its budget even the arena of a small model is large."""


OPTIONS = {
    "--optimize ram": Options(optimize="ram"),
    "--optimize balanced": Options(optimize="balanced"),
    "--bind-input all": Options(bind_inputs=("all",)),
    "--bind-output all": Options(bind_outputs=("all",)),
    "--input-layout nhwc": Options(channels_last_inputs=True),
}
"""What each step that is an option stands for."""


@pytest.fixture(scope="module", params=["dense", "digits_int8"])
def result(request: pytest.FixtureRequest, digits: Path, tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    if request.param == "dense":
        return build(model(DENSE, tmp_path_factory.mktemp("model") / "net.onnx"), SMALL)
    return build(digits / f"{request.param}.onnx", SMALL)


def test_each_step_saves_what_it_says(result: BuildResult) -> None:
    found = next_steps(result, Options())
    assert {step.what for step in found} & set(OPTIONS), found
    assert result.program.cycles > 0
    for step in found:
        if step.what in OPTIONS:
            other = build(result.model.path, SMALL, options=OPTIONS[step.what]).program
            assert step.saves is not None and step.saves == result.program.arena_bytes - other.arena_bytes > 0, step
            assert step.cycles == round(other.cycles / result.program.cycles - 1, 4)


def test_floats_in_integers(result: BuildResult) -> None:
    """Only a float model is told to quantise; its arena would lose three quarters of its values."""
    found = [step for step in next_steps(result, Options()) if step.what.startswith("--recipe int8")]
    is_float = result.program.inputs[0].type.dtype.is_float
    assert len(found) == is_float
    assert all(0 < (step.saves or 0) <= 3 * result.program.arena_bytes // 4 for step in found)


def test_steps_in_words() -> None:
    step = Step("--optimize ram", 1024, 0.043, "")
    assert step_text(step.as_json()) == "--optimize ram saves 1,024 bytes: +4.3 % cycles (estimate)"
    assert "--memory says what it saves" in step_text(replace(step, saves=None).as_json())


def test_nothing_is_proposed_for_what_is_small(result: BuildResult) -> None:
    """Unless it is asked for."""
    roomy = replace(result, board=BOARD)
    assert result.program.arena_bytes < 4096
    assert next_steps(roomy, Options()) == () and next_steps(roomy, Options(), is_thorough=True)


def test_what_takes_long_is_named_without_a_figure(result: BuildResult) -> None:
    """The same calls again and again: only their number counts here."""
    longer = replace(result, program=replace(result.program, calls=result.program.calls * 9))
    step = next(step for step in next_steps(longer, Options()) if step.what == "--optimize ram")
    assert (step.saves, step.cycles) == (None, None)


def test_peak_and_picture(result: BuildResult) -> None:
    """Each call's letters cover what lives; the peak is the call with most."""
    plan = plan_document(result.program)
    rows = pictured(plan)
    assert [row[1] for row in rows] == [call.name for call in result.program.calls]
    peak = plan["memory"]["peak"]
    assert peak["bytes"] == max(call.live_bytes for call in result.program.calls)
    assert [row[3].endswith("< peak") for row in rows].index(True) == peak["call"]
    assert {buffer["name"] for buffer in peak["buffers"]} == {
        b.name for b in result.program.buffers if b.memory == ARENA and b.first <= peak["call"] <= b.last
    }
    for row, call in zip(rows, result.program.calls, strict=True):
        cells = row[3].removesuffix(" < peak")
        held = 64 * call.live_bytes / result.program.arena_bytes
        assert len(cells) == 64 and held <= len(cells.replace(".", "")) + 1e-9 <= held + 2 * len(result.program.buffers)
    assert f"{peak['bytes']:,} bytes during {peak['layer']}" in peak_line(plan)


def test_a_budget_that_is_missed_says_what_could_be_reached(result: BuildResult) -> None:
    """The smallest arena is that of a build with --optimize ram, and the hint says so where that fits."""
    least = build(result.model.path, SMALL, options=Options(optimize="ram")).program
    reached = smallest(result, Options())
    assert reached.arena_bytes == min(least.arena_bytes, result.program.arena_bytes)
    names = {call.name for call in least.calls} | {stream.name for stream in least.streams}
    assert reached.layer in names | {call.name for call in result.program.calls}
    for spare, fits in ((0, True), (-1, False)):
        budget = replace(BOARD.budget, ram_bytes=900 + BOARD.budget.stack_bytes + spare)
        board = replace(BOARD, budget=budget)
        book = ledger(result.program, board)
        with pytest.raises(
            DoesNotFit, match=r"900 the smallest arena within reach \(--this\): conv forces it"
        ) as caught:
            check_budget(book, board, result.program, lambda: Smallest(900, "conv", "--this"))
        assert caught.value.hint.startswith("--this fits") is fits


def test_calls_of_a_stream_peak_together(digits: Path) -> None:
    """They run by turns, so that all of them see the same bytes; the next peak is that of other calls."""
    program = build(digits / "digits_int8.onnx", SMALL, options=Options(optimize="ram")).program
    (stream,) = program.streams
    assert together(program, stream.last) == range(stream.first, stream.last + 1)
    assert {program.calls[number].live_bytes for number in together(program, stream.first)} == {
        program.calls[stream.first].live_bytes
    }
    found = memory_document(program)
    others = [call.live_bytes for call in program.calls if call.stage is None]
    if found["peak"]["stream"] == stream.name:
        assert (found["peak"]["call"], found["peak"]["last_call"]) == (stream.first, stream.last)
        assert found["next_peak"] == max(others)
        assert f"during the stream {stream.name}" in peak_line(plan_document(program))
    else:
        assert found["peak"]["call"] == found["peak"]["last_call"]
