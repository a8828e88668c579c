"""Reductions: every kind, axes by attribute and by input, kept and dropped axes, several separate axes."""

from tests.cases.case import Case, given, x

_KINDS = ["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare"]
_LOGARITHMS = ["ReduceLogSum", "ReduceLogSumExp"]
_WHOLE = ["ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceMean", "ReduceSumSquare"]
_INT8 = {"ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin"}


def _axes(*axes: int):
    return given(list(axes), "int64")


CASES = [
    *(Case(kind, "last_axis", (x(3, 4, 5), _axes(-1)), {}, (1,), int8=kind in _INT8, opset=18) for kind in _KINDS),
    *(Case(kind, "first_and_last_dropped", (x(3, 4, 5), _axes(0, 2)), {"keepdims": 0}, (1,), int8=kind in _INT8, opset=18) for kind in _KINDS),
    *(Case(kind, "positive", (x(2, 3, 5, low=0.1), _axes(1)), {}, (1,), opset=18) for kind in _LOGARITHMS),
    *(Case(kind, "int32", (x(3, 4, 5, dtype="int32", low=-9, high=9), _axes(0, 2)), {}, (1,), opset=18) for kind in _WHOLE[:-1]),
    *(Case(kind, "int64", (x(3, 4, dtype="int64", low=-9, high=9), _axes(1)), {"keepdims": 0}, (1,), opset=18) for kind in _WHOLE),
    *(Case(kind, dtype, (x(3, 7, dtype=dtype, low=low, high=100), _axes(1)), {}, (1,), opset=18) for kind in ["ReduceMax", "ReduceMin"] for dtype, low in [("int8", -100), ("uint8", 0)]),
    Case("ReduceLogSumExp", "large_numbers", (x(3, 7, low=200.0, high=300.0), _axes(1)), {"keepdims": 0}, (1,), opset=18),
    Case("ReduceMean", "all_axes", (x(2, 3, 4, 5),), int8=True, opset=18),
    Case("ReduceMean", "all_axes_to_scalar", (x(2, 3, 4),), {"keepdims": 0}, int8=True, opset=18),
    Case("ReduceMean", "attribute_axes", (x(2, 5, 4, 3),), {"axes": [1, 3]}, int8=True, opset=13),
    Case("ReduceMean", "spatial", (x(1, 5, 4, 3),), {"axes": [2, 3]}, int8=True, opset=13),
    Case("ReduceMean", "spatial_dropped", (x(1, 5, 4, 3),), {"axes": [-2, -1], "keepdims": 0}, int8=True, opset=13),
    Case("ReduceMax", "spatial_dropped", (x(1, 5, 4, 3), _axes(2, 3)), {"keepdims": 0}, (1,), int8=True, opset=18),
    Case("ReduceMean", "alternating", (x(2, 3, 2, 3, 2), _axes(1, 3)), {}, (1,), int8=True, opset=18),
    Case("ReduceSum", "no_axes_and_noop", (x(2, 3),), {"noop_with_empty_axes": 1}, int8=True, opset=13),
    Case("ReduceSum", "empty_axes", (x(2, 3), given([], "int64")), {}, (1,), opset=13),
    *(Case(kind, "bool", (x(3, 4, dtype="bool", low=0, high=1), _axes(1)), {}, (1,), opset=20) for kind in ["ReduceMax", "ReduceMin"]),
]  # fmt: skip
