"""Triangles of matrices: diagonals inside and far outside, every size of elements."""

from tests.cases.case import Case, given, x

FORMATS = ("int8", "uint8", "int16", "int32", "int64", "bool")

CASES = [
    *(Case("Trilu", f"{'upper' if upper else 'lower'}_{k}", (x(2, 3, 5), given(k, "int64")), {"upper": upper}, (1,), int8=True)
      for upper in (0, 1) for k in (0, 1, -1, 2, -2, 4, 5, 9, -9)),
    *(Case("Trilu", shape_name, (x(*shape),), {"upper": upper}, int8=True) for upper in (0, 1)
      for shape_name, shape in ((f"tall_{upper}", (7, 2)), (f"square_{upper}", (4, 4)), (f"row_{upper}", (1, 5)), (f"image_{upper}", (1, 2, 3, 3)), (f"one_{upper}", (1, 1)))),
    *(Case("Trilu", dtype, (x(3, 4, dtype=dtype, low=0, high=99),)) for dtype in FORMATS),
]  # fmt: skip
