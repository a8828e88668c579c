"""The numpy meaning of every case against the ONNX reference, in float and in int8."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cases.case import Case
from tests.support.case_models import Variant, families, save, variants
from tinyc.frontend.load import load
from tinyc.ir.interp import interpret

ALL = [case for cases in families().values() for case in cases]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_numpy_meaning_is_the_reference_meaning(case: Case, tmp_path: Path) -> None:
    for variant in variants(case):
        graph = load(save(variant, tmp_path), name="case_under_test").graph
        values = interpret(graph, variant.samples)
        for name, expected in zip(graph.outputs, variant.expected, strict=True):
            compare(variant, values[name], np.asarray(expected))
        if variant.integer:
            assert not graph.notes, "the case is marked int8, but an op runs in float"
            assert not [op.name for op in graph.ops if op.kind in ("quantize", "dequantize")]


def compare(variant: Variant, got: np.ndarray, expected: np.ndarray) -> None:
    assert got.shape == expected.shape
    if expected.dtype.kind == "f":
        np.testing.assert_allclose(got, expected, rtol=variant.case.rtol, atol=variant.case.atol)
    elif variant.integer:
        distance = np.abs(got.astype(np.int64) - expected.astype(np.int64))
        assert distance.max(initial=0) <= 1, f"{variant.name}: off by {distance.max()}"
    else:
        np.testing.assert_array_equal(got, expected)
