"""Hardmax along every axis, with equal elements, in old opsets over several axes."""

from tests.cases.case import Case, given, x

CASES = [
    *(Case("Hardmax", f"axis{axis}", (x(2, 3, 5),), {"axis": axis}, int8=True) for axis in (0, 1, 2, -1)),
    *(Case("Hardmax", f"old_axis{axis}", (x(2, 3, 4),), {"axis": axis}, opset=11) for axis in (0, 1, 2)),
    Case("Hardmax", "image", (x(1, 3, 4, 5),), {"axis": 1}, int8=True),
    Case("Hardmax", "equal_elements", (given([[3.0, 3.0, 1.0], [0.0, 2.0, 2.0]], "float32"),), int8=True),
    Case("Hardmax", "one_element", (x(1),), int8=True),
]  # fmt: skip
