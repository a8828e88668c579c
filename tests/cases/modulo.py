"""Remainders with the sign of either operand; zero and the smallest integer as operands."""

from tests.cases.case import Case, given, x

EDGES = {"int8": (-128, 127), "uint8": (0, 255), "int16": (-32768, 32767), "int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
SIGNED = tuple(dtype for dtype in EDGES if dtype[0] != "u")
INF = float("inf")
FLOATS = (given([-4.3, 7.2, 5.0, 4.3, -7.2, 8.0, -3.0, 3.0, INF], "float32"), given([2.1, -3.4, 8.0, -2.1, 3.4, 5.0, INF, -INF, 2.0], "float32"))

CASES = [
    *(Case("Mod", f"{dtype}_{fmod}", (given([low, high, 7, 8, 100], dtype), given([3, 3, 7, 3, 101], dtype)), {"fmod": fmod}) for fmod in (0, 1) for dtype, (low, high) in EDGES.items()),
    *(Case("Mod", f"{dtype}_signs_{fmod}", (given([-7, 7, -7, 7, 6, -6], dtype), given([3, -3, -3, 3, -3, 3], dtype)), {"fmod": fmod}) for fmod in (0, 1) for dtype in SIGNED),
    *(Case("Mod", f"{dtype}_zero_{fmod}", (given([EDGES[dtype][0], 5], dtype), given([-1, 0], dtype)), {"fmod": fmod}) for fmod in (0, 1) for dtype in SIGNED),
    *(Case("Mod", f"float_{fmod}", FLOATS, {"fmod": fmod}, opset=28 - 15 * fmod) for fmod in (0, 1)),
    Case("Mod", "float_broadcast", (x(1, 3, 4, 5), x(3, 1, 1, low=0.5)), {"fmod": 1}, constants=(1,)),
]  # fmt: skip
