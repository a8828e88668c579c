"""Running sums and products along every axis, forwards and backwards."""

from tests.cases.case import Case, given, x

FLAGS = {"plain": {}, "exclusive": {"exclusive": 1}, "reverse": {"reverse": 1}, "both": {"exclusive": 1, "reverse": 1}}

CASES = [
    *(Case("CumSum", f"{name}_axis{axis}", (x(2, 3, 5), given(axis, "int64")), flags, (1,)) for name, flags in FLAGS.items() for axis in (0, 1, -1)),
    *(Case("CumProd", f"{name}_axis{axis}", (x(2, 3, 5), given(axis, "int64")), flags, (1,), opset=26) for name, flags in FLAGS.items() for axis in (0, 1, -1)),
    *(Case("CumSum", dtype, (given([2**31 - 1, 1, -5], dtype), given(0, "int32")), {}, (1,)) for dtype in ("int32", "int64")),
    *(Case("CumProd", dtype, (given([65536, 65536, -3], dtype), given(0, "int32")), {}, (1,), opset=26) for dtype in ("int32", "int64")),
    Case("CumSum", "one_element", (x(1), given(0, "int64")), {"exclusive": 1}, (1,)),
    Case("CumSum", "image", (x(1, 3, 4, 5), given(1, "int64")), {}, (1,)),
]  # fmt: skip
