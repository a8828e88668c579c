"""What counts as equal between witnesses."""

from __future__ import annotations

import numpy as np
import pytest

from tinyc.compare import Difference, difference, distance
from tinyc.ir.types import DType, Quant, TensorType

NAN = float("nan")
INTEGERS = np.array([[1, 2, 3], [4, 5, 6]], "int8")
FLOATS = np.array([[1, 2, 4], [10, 20, 40]], "f")

CASES = {
    "equal": (FLOATS, FLOATS.copy(), Difference(True, 0.0)),
    "equal with NaN": (np.array([[NAN, 1]], "f"), np.array([[NAN, 1]], "f"), Difference(True, 0.0)),
    "zeros of both signs": (np.array([[0.0]], "f"), np.array([[-0.0]], "f"), Difference(False, 0.0)),
    "worst sample": (FLOATS, FLOATS + np.array([[0, 0, 1], [0, 0, 1]], "f"), Difference(False, 1 / 5)),
    "NaN in one": (np.array([[NAN, 1]], "f"), np.array([[0, 1]], "f"), Difference(False, float("inf"))),
    "integers": (INTEGERS, INTEGERS + np.array([0, 0, 1], "int8"), Difference(False, 1 / 4)),
}


@pytest.mark.parametrize("name", CASES)
def test_difference(name: str) -> None:
    ours, theirs, wanted = CASES[name]
    found = difference(ours, theirs)
    assert (found.equal, found.relative) == (wanted.equal, pytest.approx(wanted.relative))


def test_what_holds() -> None:
    assert Difference(False, 1e-6).holds(is_float=True)
    assert not Difference(False, 1e-4).holds(is_float=True)
    assert not Difference(False, 1e-9).holds(is_float=False)
    assert Difference().holds(is_float=False)
    assert Difference(True, 0.0) | Difference(False, 0.5) == Difference(False, 0.5)


def test_distance_in_steps() -> None:
    kind = TensorType(DType.S8, (3,), quant=Quant.per_tensor(0.5, -1))
    ours = np.array([[1, 2, 3]], "int8")
    real = (ours.astype("f") + 1) * np.float32(0.5)
    assert distance(ours, kind, real).differing == 0
    found = distance(ours, kind, real + np.float32(0.5) * np.array([0, 1, -2], "f"))
    assert (found.max_steps, found.max_abs, found.differing, found.elements) == (2.0, 1.0, 2, 3)
    assert found.differing_rate == pytest.approx(2 / 3)
    assert distance(ours, kind, (ours.astype(int) + 128).astype("uint8")).max_steps == 0.0
    assert distance(ours, kind, ours + np.int8(1)).max_steps == 1.0


def test_distance_of_floats_has_no_steps() -> None:
    kind = TensorType(DType.F32, (3,))
    found = distance(FLOATS, kind, FLOATS + np.float32(0.5))
    assert (found.max_abs, found.max_steps, found.differing_rate) == (0.5, None, None)
