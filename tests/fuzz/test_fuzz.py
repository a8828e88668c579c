"""A sample of all fuzzers on every run; the long runs are slow."""

from __future__ import annotations

import pytest

from tests.fuzz import code_streams, onnx_bytes, random_graphs

SEED = 3
LONG = 20_000


@pytest.mark.parametrize("cases", [400, pytest.param(LONG, marks=pytest.mark.slow)])
def test_mutated_files_give_a_graph_or_an_error(cases: int) -> None:
    verdicts, findings = onnx_bytes.fuzz(cases, SEED)
    assert not findings, f"seed {SEED}: {findings}"
    assert verdicts["loaded"] and verdicts["ModelError"], f"the mutations are too weak or too strong: {verdicts}"


@pytest.mark.parametrize("cases", [80, pytest.param(LONG, marks=pytest.mark.slow)])
def test_random_graphs_compute_what_numpy_computes(cases: int) -> None:
    findings = random_graphs.fuzz(cases, SEED)
    assert not findings, f"seed {SEED}: {findings}"


@pytest.mark.parametrize("cases", [100, pytest.param(LONG, marks=pytest.mark.slow)])
def test_damaged_codes_stay_inside_their_buffers(cases: int) -> None:
    findings = code_streams.fuzz(cases, SEED)
    assert not findings, f"seed {SEED}: {findings}"


def test_the_checker_sees_a_wrong_number() -> None:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from tests.support.case_program import build_case, run_on_host
    from tinyc.targets import load_board

    with TemporaryDirectory() as folder:
        built = build_case(random_graphs.random_variant(11), load_board("cortex-m4"), Path(folder))
        (outputs,) = run_on_host([built], Path(folder))
    assert random_graphs.check(built, outputs) is None
    outputs[-1] = outputs[-1] + 100
    assert random_graphs.check(built, outputs) is not None
