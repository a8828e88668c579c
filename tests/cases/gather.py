"""Gather and ArrayFeatureExtractor: constant and run-time indices, negative ones, every axis, formats."""

from tests.cases.case import Case, given, x

INDICES = given([[0, 2, -1], [1, 1, -3]], "int64")

CASES = [
    *(Case("Gather", f"axis{axis}", (x(3, 4, 5), INDICES), {"axis": axis}, (1,), int8=True) for axis in (0, 1, 2, -1)),
    Case("Gather", "run_time", (x(3, 4), INDICES), {"axis": 1}, int8=True),
    Case("Gather", "run_time_int32", (x(3, 4), given([0, -4, 3], "int32")), {"axis": 1}),
    Case("Gather", "scalar_index", (x(3, 4), given(1, "int64")), {"axis": 0}, (1,)),
    Case("Gather", "constant_table", (x(6, 3), given([5, 0, 5], "int64")), {}, (0,)),
    *(Case("Gather", dtype, (x(4, 3, dtype=dtype, low=0, high=100), given([3, 0], "int64")), {}, (1,)) for dtype in ("int8", "uint8", "int16", "int32", "int64", "bool")),
    Case("ArrayFeatureExtractor", "matrix", (x(3, 4), given([2, 0], "int64")), domain="ai.onnx.ml"),
    Case("ArrayFeatureExtractor", "classes", (given([10, 11, 12], "int64"), given([[2], [0]], "int64")), constants=(0,), domain="ai.onnx.ml"),
]  # fmt: skip
