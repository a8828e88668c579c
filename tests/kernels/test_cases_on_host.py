"""Every case through the whole line to C, run on the host under sanitizers: equal to numpy, integers bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.case_models import families, variants
from tests.support.case_program import Built, build_case, run_on_host
from tinyc.ir.interp import interpret
from tinyc.targets import load_board


@pytest.fixture(scope="session")
def kernels_at(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Objects of kernels under the sanitizers, for all families."""
    return tmp_path_factory.mktemp("kernels")


@pytest.mark.parametrize("family", families())
def test_c_equals_numpy(family: str, tmp_path: Path, kernels_at: Path) -> None:
    board = load_board("cortex-m4")
    built = [build_case(variant, board, tmp_path) for case in families()[family] for variant in variants(case)]
    for case, outputs in zip(built, run_on_host(built, tmp_path, kernels_at), strict=True):
        check(case, outputs)


def check(case: Built, outputs: list[np.ndarray]) -> None:
    graph = case.result.graph
    values = interpret(graph, case.variant.samples)
    for name, got in zip(graph.outputs, outputs, strict=True):
        expected = values[name]
        assert got.dtype == expected.dtype
        if expected.dtype.kind == "f":
            scale = max(float(np.abs(expected[np.isfinite(expected)]).max(initial=0)), 1e-30)
            np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-6 * scale, err_msg=case.variant.name)
        else:
            np.testing.assert_array_equal(got, expected, err_msg=case.variant.name)
