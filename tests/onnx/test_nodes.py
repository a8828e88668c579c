"""ONNX's node tests through the emitted C: the core passes whole; what was passed once stays passed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.kernels.test_cases_on_host import check
from tests.onnx.nodes import Scoped, in_scope, node_tests, prepared, run_tests
from tests.support.case_program import run_on_board
from tinyc.targets import load_board

PARTS = 6
SEED = 1
ON_BOARD = 60
NOT_PASSED = frozenset({"test_dft_inverse", "test_dft_inverse_opset19"})
"""The exact result is 0; the expected data holds the noise of one float32 FFT, which is larger than the tolerance."""


def node_tests_of(*tiers: str) -> list[str]:
    return [test.name for test in in_scope() if test.tier in tiers and test.name not in NOT_PASSED]


def in_installed_onnx(names: list[str]) -> list[str]:
    """Names that the installed onnx package has; a release may drop or add a few."""
    found = [name for name in names if name in node_tests()]
    assert len(found) >= 0.95 * len(names), "the installed onnx package has other node tests than the list"
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_core_passes(part: int, tmp_path: Path) -> None:
    names = in_installed_onnx(node_tests_of("core"))[part::PARTS]
    failed = [outcome for outcome in run_tests(names, tmp_path) if outcome.status != "passed"]
    assert not failed


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_the_rest_passes(part: int, tmp_path: Path) -> None:
    names = in_installed_onnx(node_tests_of("other"))[part::PARTS]
    failed = [outcome for outcome in run_tests(names, tmp_path) if outcome.status != "passed"]
    assert not failed


def test_a_choice_across_operators_on_the_board(tmp_path: Path) -> None:
    """One test of each of 60 operators on the emulated M4 gives what numpy gives, as the host does."""
    board = load_board("cortex-m4")
    names = choice(in_scope())
    ready = [prepared(name, board, tmp_path).built for name in names]
    for case, outputs in zip(ready, run_on_board(ready, board, tmp_path), strict=True):
        check(case, outputs)


def choice(scope: list[Scoped]) -> list[str]:
    """ON_BOARD tests, each of another operator, by a fixed seed."""
    by_operator: dict[str, list[str]] = {}
    for test in scope:
        if test.name in node_tests() and test.name not in NOT_PASSED:
            by_operator.setdefault(test.operator, []).append(test.name)
    rng = random.Random(SEED)
    operators = rng.sample(sorted(by_operator), min(ON_BOARD, len(by_operator)))
    return [rng.choice(by_operator[operator]) for operator in operators]
