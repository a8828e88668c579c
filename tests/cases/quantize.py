"""QuantizeLinear and DequantizeLinear: per tensor, per axis, unsigned, ties, saturation, integers at the edges."""

from tests.cases.case import Case, given, x

SCALE = given(0.05, "float32")
SCALES = given([0.05, 0.1, 0.02], "float32")
TIES = given([-0.75, -0.25, 0.25, 0.75, 1.25, 1e9, -1e9, 63.5, float("inf"), float("-inf")], "float32")

CASES = [
    Case("QuantizeLinear", "int8", (x(2, 3, 4), SCALE, given(-7, "int8")), constants=(1, 2), opset=19),
    Case("QuantizeLinear", "uint8", (x(2, 3, 4), SCALE, given(100, "uint8")), constants=(1, 2), opset=19),
    Case("QuantizeLinear", "no_zero_point", (x(2, 3, 4), SCALE), constants=(1,), opset=19),
    Case("QuantizeLinear", "ties_and_saturation", (TIES, given(0.5, "float32"), given(1, "int8")), constants=(1, 2), opset=19),
    Case("QuantizeLinear", "per_axis", (x(2, 3, 4), SCALES, given([0, 5, -9], "int8")), {"axis": 1}, (1, 2), opset=19),
    Case("QuantizeLinear", "per_last_axis", (x(4, 3), SCALES, given([0, 5, 9], "uint8")), {"axis": -1}, (1, 2), opset=19),
    Case("DequantizeLinear", "int8", (x(2, 3, 4, dtype="int8", low=-128, high=127), SCALE, given(-7, "int8")), constants=(1, 2), opset=19),
    Case("DequantizeLinear", "uint8", (x(2, 3, 4, dtype="uint8", low=0, high=255), SCALE, given(100, "uint8")), constants=(1, 2), opset=19),
    Case("DequantizeLinear", "uint8_no_zero_point", (x(2, 3, 4, dtype="uint8", low=0, high=255), SCALE), constants=(1,), opset=19),
    Case("DequantizeLinear", "int32", (x(2, 3, dtype="int32", low=-1e6, high=1e6), SCALE), constants=(1,), opset=19),
    Case("DequantizeLinear", "per_axis", (x(2, 3, 4, dtype="int8", low=-128, high=127), SCALES, given([0, 5, -9], "int8")), {"axis": 1}, (1, 2), opset=19),
]  # fmt: skip
