"""Powers with base and exponent of different formats."""

from tests.cases.case import Case, given

CASES = [
    *(Case("Pow", f"{a}_{b}", (given([1, 2, 3, -3, 7, 0], a), given([4, 5, 6, 3, 0, 0], b))) for a in ("int32", "int64") for b in ("int32", "int64", "float32", "uint8", "int16")),
    *(Case("Pow", f"{a}_wraps", (given([3, -7, 2, 46341], a), given([41, 45, 70, 4], a))) for a in ("int32", "int64")),
    *(Case("Pow", f"float32_{b}", (given([1.5, -2.5, 3.0], "float32"), given([3, 2, 0], b))) for b in ("int32", "int64", "uint8")),
    Case("Pow", "fraction", (given([9, 16, 1000000007], "int32"), given([0.5], "float32")), constants=(1,)),
    Case("Pow", "square_of_integers", (given([-5, 46340], "int32"), given(2, "int64")), constants=(1,)),
    Case("Pow", "broadcast", (given([[2], [3]], "int64"), given([1, 2, 3], "int64"))),
]  # fmt: skip
