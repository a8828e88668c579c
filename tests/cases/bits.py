"""Logic, bits and shifts of every width."""

from tests.cases.case import Case, given

LOGIC = ("And", "Or", "Xor")
BITWISE = ("BitwiseAnd", "BitwiseOr", "BitwiseXor")
BITS = {"int8": 8, "uint8": 8, "int16": 16, "int32": 32, "int64": 64}
SHIFTED = {"int8": 8, "uint8": 8, "int32": 32, "int64": 64}
LEFT, RIGHT = [[True, True, False, False]], [[True, False, True, False]]


def _values(dtype: str, count: int) -> list[int]:
    """Numbers with many different bits; the smallest and the greatest of the format are among them."""
    bits, low = BITS[dtype], 0 if dtype[0] == "u" else -(2 ** (BITS[dtype] - 1))
    return [(low + index * 0x9E3779B97F4A7C15) % 2**bits + (low if dtype[0] != "u" else 0) for index in range(count - 1)] + [low + 2**bits - 1]


CASES = [
    *(Case(op, "truth", (given(LEFT, "bool"), given(RIGHT, "bool"))) for op in LOGIC),
    *(Case(op, "broadcast", (given([[True], [False], [True]], "bool"), given([True, False, True, True, False], "bool"))) for op in LOGIC),
    *(Case(op, "one_element", (given([True], "bool"), given([True], "bool"))) for op in LOGIC),
    Case("Not", "truth", (given(LEFT, "bool"),)),
    Case("Not", "image", (given([[[[True, False], [False, True]]] * 3], "bool"),)),
    *(Case(op, dtype, (given(_values(dtype, 7), dtype), given(_values(dtype, 9)[2:], dtype)), opset=18) for op in BITWISE for dtype in BITS),
    *(Case(op, "broadcast", (given([[1], [6], [12]], "int32"), given([3, 5, -1], "int32")), opset=18) for op in BITWISE),
    *(Case("BitwiseNot", dtype, (given(_values(dtype, 7), dtype),), opset=18) for dtype in BITS),
    *(Case("BitShift", f"{direction}_{dtype}".lower(), (given(_values(dtype, 7), dtype), given([0, 1, bits - 1, bits, bits + 1, 100, 2], dtype)), {"direction": direction}, opset=28)
      for direction in ("LEFT", "RIGHT") for dtype, bits in SHIFTED.items()),
    *(Case("BitShift", f"{direction}_{dtype}_back".lower(), (given([-8, 4, -1], dtype), given([-1, -8, -16], dtype)), {"direction": direction}, opset=28)
      for direction in ("LEFT", "RIGHT") for dtype in ("int8", "int32", "int64")),
    Case("BitShift", "broadcast", (given([[1, 2, 200]], "uint8"), given([[1], [3]], "uint8")), {"direction": "LEFT"}),
]  # fmt: skip
