"""Comparisons of every format with every kind of broadcasting; NaN and infinities."""

from tests.cases.case import Case, given, x

KINDS = ("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual")
EDGES = {"int8": (-128, 127), "uint8": (0, 255), "int16": (-32768, 32767), "int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
SHAPES = {
    "same": ((2, 3, 5), (2, 3, 5)),
    "scalar": ((7,), ()),
    "vector_left": ((5,), (2, 3, 5)),
    "channels": ((1, 3, 4, 5), (3, 1, 1)),
    "outer_product": ((5, 1), (1, 7)),
    "one_element": ((1,), (1,)),
}
NAN, INF = float("nan"), float("inf")

CASES = [
    *(Case(kind, name, (x(*a, low=-2, high=2), x(*b, low=-2, high=2))) for kind in KINDS for name, (a, b) in SHAPES.items()),
    *(Case(kind, dtype, (given([low, low, high, 3, 4, 4], dtype), given([high, low, low, 4, 3, 4], dtype))) for kind in KINDS for dtype, (low, high) in EDGES.items()),
    *(Case(kind, "nan", (given([NAN, 1.0, NAN, INF, -INF, -0.0], "float32"), given([NAN, NAN, 1.0, INF, INF, 0.0], "float32"))) for kind in KINDS),
    Case("Equal", "bool", (given([True, True, False, False], "bool"), given([True, False, True, False], "bool"))),
    Case("Less", "constant", (x(1, 3, 4, 4), given([[[0.0]], [[1.0]], [[-1.0]]], "float32")), constants=(1,)),
    Case("IsNaN", "mixed", (given([NAN, 1.0, INF, -INF, 0.0], "float32"),)),
    Case("IsInf", "both", (given([NAN, 1.0, INF, -INF, 3.4028235e38], "float32"),)),
    Case("IsInf", "positive", (given([NAN, 1.0, INF, -INF, 3.4028235e38], "float32"),), {"detect_negative": 0}),
    Case("IsInf", "negative", (given([NAN, 1.0, INF, -INF, -3.4028235e38], "float32"),), {"detect_positive": 0}),
]  # fmt: skip
