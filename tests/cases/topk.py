"""TopK: axes, greatest and smallest, ties, formats; k of 1, some and all."""

from tests.cases.case import Case, given, x


def _k(count: int):
    return given([count], "int64")


CASES = [
    *(Case("TopK", f"{count}_of_7", (x(2, 7), _k(count)), {}, (1,), outputs=2) for count in (1, 3, 7)),
    *(Case("TopK", f"axis{axis}", (x(3, 4, 5), _k(2)), {"axis": axis}, (1,), outputs=2) for axis in (0, 1, -1)),
    Case("TopK", "smallest", (x(3, 11), _k(4)), {"largest": 0}, (1,), outputs=2),
    Case("TopK", "ties", (given([[1, 3, 3, 1, 3, 2]], "float32"), _k(5)), {}, (1,), outputs=2),
    Case("TopK", "ties_smallest", (given([[1, 3, 3, 1, 3, 2]], "float32"), _k(5)), {"largest": 0}, (1,), outputs=2),
    *(Case("TopK", dtype, (x(2, 9, dtype=dtype, low=0, high=20), _k(4)), {}, (1,), outputs=2) for dtype in ("int8", "uint8", "int16", "int32", "int64")),
    Case("TopK", "vector", (x(13), _k(5)), {"axis": 0}, (1,), outputs=2),
]  # fmt: skip
