"""Determinants: batches, a matrix that needs pivots, a singular one."""

from tests.cases.case import Case, given, x

CASES = [
    Case("Det", "one", (given([[[2.5]]], "float32"),)),
    Case("Det", "pivots", (given([[0.0, 2.0, 1.0], [3.0, 0.0, 0.0], [1.0, 4.0, 3.0]], "float32"),)),
    Case("Det", "singular", (given([[0.0, 0.0], [1.0, 2.0]], "float32"),)),
    Case("Det", "batch", (x(2, 3, 4, 4),), rtol=1e-4, atol=1e-4),
    Case("Det", "prime", (x(7, 7),), rtol=1e-4, atol=1e-3),
]  # fmt: skip
