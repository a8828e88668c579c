"""Results made of a few numbers, which are constants of the model."""

from tests.cases.case import Case, given, x

WINDOWS = ("HannWindow", "HammingWindow", "BlackmanWindow")
MEL = (given(8, "int64"), given(64, "int64"), given(8000, "int64"), given(60.0, "float32"), given(3900.0, "float32"))


def _range(start: float, limit: float, delta: float, dtype: str) -> Case:
    numbers = tuple(given(number, dtype) for number in (start, limit, delta))
    return Case("Range", f"{dtype}_{start}_{limit}_{delta}", numbers, {}, (0, 1, 2))


CASES = [
    *(_range(*numbers, dtype) for dtype in ("int32", "int64", "float32") for numbers in ((0, 5, 1), (10, 4, -2), (3, 10, 3))),
    _range(1.5, 3.1, 0.25, "float32"),
    *(Case("EyeLike", f"k{k}", (x(3, 4),), {"k": k, "dtype": 6}) for k in (0, 1, -2, 9)),
    Case("EyeLike", "same_format", (x(4, 3, dtype="int64"),)),
    *(Case(op, f"{'periodic' if periodic else 'symmetric'}", (given(10, "int64"),), {"periodic": periodic}, (0,), opset=17) for op in WINDOWS for periodic in (0, 1)),
    Case("MelWeightMatrix", "speech", MEL, {}, (0, 1, 2, 3, 4)),
]  # fmt: skip
