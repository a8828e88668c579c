"""The integer softmax stays within 1 of the rounded float result, for every size, scale and input."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinyc.ir.types import DType, Quant, TensorType
from tinyc.ops.softmax import Softmax

CLASSES = (1, 2, 3, 10, 255, 256, 257, 1000, 5000)
OUTPUT_SCALES = (1 / 256, 1 / 255, 1 / 128, 0.5, 3.0, 2.0**-16)


def distances(x: npt.NDArray[np.int8], x_scale: float, y_scale: float, zero_point: int) -> npt.NDArray[np.int64]:
    """|integer softmax - rounded float softmax| over the last axis."""
    x_type = TensorType(DType.S8, x.shape, quant=Quant.per_tensor(x_scale, 5))
    y_type = TensorType(DType.S8, x.shape, quant=Quant.per_tensor(y_scale, zero_point))
    (got,) = Softmax((x.ndim - 1,)).evaluate((x,), (x_type,), (y_type,))
    real = np.exp((x.astype(np.float64) - x.max(axis=-1, keepdims=True)) * np.float32(x_scale))
    real = real / real.sum(axis=-1, keepdims=True) / np.float32(y_scale)
    expected = np.clip(np.rint(real) + zero_point, -128, 127)
    return np.abs(got.astype(np.int64) - expected.astype(np.int64))


@pytest.mark.parametrize("classes", CLASSES)
@pytest.mark.parametrize("y_scale", OUTPUT_SCALES)
def test_random_rows(classes: int, y_scale: float) -> None:
    generator = np.random.default_rng(classes)
    for x_scale in (0.001, 0.05, 0.2, 1.0):
        x = generator.integers(-128, 128, (16, classes), dtype=np.int8)
        x[0], x[1], x[2] = -128, 127, x[2] // 60
        x[3] = -128
        x[3, classes // 2] = 127
        assert distances(x, x_scale, y_scale, -128).max() <= 1, f"seed {classes}, scale {x_scale}"


@given(
    row=st.lists(st.integers(-128, 127), min_size=1, max_size=40),
    x_scale=st.floats(1e-4, 4.0),
    y_scale=st.floats(2.0**-16, 4.0),
    zero_point=st.integers(-128, 127),
)
@settings(max_examples=300, deadline=None)
def test_any_row(row: list[int], x_scale: float, y_scale: float, zero_point: int) -> None:
    assert distances(np.array([row], np.int8), x_scale, y_scale, zero_point).max() <= 1
