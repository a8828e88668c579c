"""ArgMax and ArgMin: every axis, equal elements, formats."""

from tests.cases.case import Case, given, x

EQUAL = given([[3, 1, 3, 1], [2, 2, 2, 2]], "float32")
FORMATS = ("int8", "uint8", "int16", "int32", "int64")

CASES = [
    *(Case(op, f"axis{axis}", (x(2, 3, 4, 5),), {"axis": axis}) for op in ("ArgMax", "ArgMin") for axis in (0, 1, 2, 3, -1)),
    *(Case(op, f"axis{axis}_dropped", (x(2, 3, 4),), {"axis": axis, "keepdims": 0}) for op in ("ArgMax", "ArgMin") for axis in (0, 1, 2)),
    *(Case(op, f"last{last}", (EQUAL,), {"axis": 1, "select_last_index": last}) for op in ("ArgMax", "ArgMin") for last in (0, 1)),
    *(Case(op, dtype, (x(3, 7, dtype=dtype, low=0, high=100),), {"axis": 1}) for op in ("ArgMax", "ArgMin") for dtype in FORMATS),
    Case("ArgMax", "one_element", (x(1, 1),), {"axis": 1}),
]  # fmt: skip
