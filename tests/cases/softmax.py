"""Softmax and log-softmax: every axis, old opsets, far-out values, many classes."""

from tests.cases.case import Case, given, x

CASES = [
    *(Case("Softmax", f"axis{axis}", (x(2, 3, 4, 5),), {"axis": axis}, int8=True) for axis in (0, 1, 2, 3, -1)),
    *(Case("LogSoftmax", f"axis{axis}", (x(2, 3, 4),), {"axis": axis}) for axis in (0, 1, -1)),
    Case("Softmax", "opset11_last_axis", (x(2, 3, 4),), {"axis": 2}, opset=11),
    Case("LogSoftmax", "opset11_matrix", (x(2, 3),), opset=11),
    Case("Softmax", "one_class", (x(4, 1),), int8=True),
    Case("Softmax", "vector", (x(10),), int8=True),
    Case("Softmax", "far_out", (given([[-300.0, 0.0, 300.0, 299.0]], "float32"),)),
    Case("Softmax", "equal", (given([[1.5] * 7], "float32"),), int8=True),
    Case("Softmax", "many_classes", (x(1, 1000, low=-8, high=8),), int8=True),
]  # fmt: skip
