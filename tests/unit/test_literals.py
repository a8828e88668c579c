"""Numbers as C source: the fast way for arrays says what the plain way for one number says."""

from __future__ import annotations

import numpy as np
import pytest

from tinyc.codegen.literals import array_text, float_literal, float_literals

KNOWN = (
    (0.0, "0.0f"), (-0.0, "-0.0f"), (0.1, "0.1f"), (1.0, "1.0f"), (100.0, "1e+2f"), (0.005, "5e-3f"),
    (-0.0052, "-0.0052f"), (1e-7, "1e-7f"), (3.4028235e38, "3.4028235e+38f"), (float("inf"), "INFINITY"),
    (float("-inf"), "-INFINITY"), (float("nan"), "NAN"),
)  # fmt: skip


@pytest.mark.parametrize("value,text", KNOWN)
def test_known(value: float, text: str) -> None:
    assert float_literal(value) == text
    assert float_literals(np.array([value], "f")) == [text]


@pytest.mark.parametrize("seed", range(4))
def test_arrays_as_single_numbers(seed: int) -> None:
    generator = np.random.default_rng(seed)
    bits = generator.integers(0, 2**32, 3000, dtype=np.uint32).view(np.float32)
    short = (generator.integers(-999, 999, 3000) * 10.0 ** generator.integers(-6, 5, 3000)).astype("f")
    weights = (generator.standard_normal(3000) * 0.05).astype("f")
    values = np.concatenate([bits, short, weights])
    assert float_literals(values) == [float_literal(value) for value in values], f"seed {seed}"


def test_texts_read_back_to_the_same_bits() -> None:
    values = (np.random.default_rng(5).standard_normal(2000) * 0.1).astype("f")
    read = np.array([float(word.strip().rstrip("f")) for word in array_text(values).replace("\n", "").split(",")], "f")
    np.testing.assert_array_equal(read.view(np.uint32), values.view(np.uint32))
