"""sigmoid and tanh with fixed float32 steps: near the real functions, odd or symmetric, sane at the ends."""

from __future__ import annotations

import numpy as np

from tinyc.ops.fixed_math import SMALL, exp_of_negative, sigmoid, tanh

GRID = np.concatenate([np.linspace(-100, 100, 200001), np.linspace(-1, 1, 20001), [-SMALL, SMALL]]).astype(np.float32)
ENDS = np.array([-np.inf, np.inf, -0.0, 0.0, 1e-38, -3e38], np.float32)


def test_near_the_real_functions() -> None:
    real = GRID.astype(np.float64)
    assert np.abs(sigmoid(GRID) - 1 / (1 + np.exp(-real))).max() < 3e-7
    assert np.abs(tanh(GRID) - np.tanh(real)).max() < 3e-7
    below = GRID[GRID <= 0]
    assert np.abs(exp_of_negative(below) - np.exp(below.astype(np.float64))).max() < 3e-7


def test_float32_and_symmetric() -> None:
    assert sigmoid(GRID).dtype == tanh(GRID).dtype == np.float32
    np.testing.assert_array_equal(tanh(-GRID), -tanh(GRID))


def test_ends() -> None:
    np.testing.assert_allclose(sigmoid(ENDS), [0, 1, 0.5, 0.5, 0.5, 0], atol=1e-37)
    np.testing.assert_array_equal(tanh(ENDS), np.array([-1, 1, -0.0, 0.0, 1e-38, -1], np.float32))
    assert np.isnan(sigmoid(np.float32([np.nan]))).all() and np.isnan(tanh(np.float32([np.nan]))).all()
