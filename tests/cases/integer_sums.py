"""ConvInteger, MatMulInteger and DynamicQuantizeLinear: formats, zero points per tensor and per channel, groups, padding."""

from tests.cases.case import Case, Data, given, x


def u8(*shape: int) -> Data:
    return x(*shape, dtype="uint8", low=0, high=255)


def i8(*shape: int) -> Data:
    return x(*shape, dtype="int8", low=-128, high=127)


CASES = [
    Case("MatMulInteger", "u8u8", (u8(3, 4), u8(4, 5), given(12, "uint8"), given(7, "uint8")), opset=19),
    Case("MatMulInteger", "u8i8_no_zero_points", (u8(3, 7), i8(7, 2)), constants=(1,), opset=19),
    Case("MatMulInteger", "u8i8_columns", (u8(2, 3, 4), i8(4, 3), given(200, "uint8"), given([1, -2, 3], "int8")), constants=(1, 3), opset=19),
    Case("MatMulInteger", "i8i8_batches", (i8(2, 1, 3, 4), i8(5, 4, 1), given(-3, "int8"), given(9, "int8")), opset=19),
    Case("MatMulInteger", "i8u8_vector", (i8(6), u8(6, 3), given(-3, "int8"), given(9, "uint8")), opset=19),
    Case("ConvInteger", "u8u8", (u8(1, 1, 3, 3), u8(1, 1, 2, 2), given(1, "uint8")), opset=19),
    Case("ConvInteger", "u8i8_padded", (u8(2, 3, 5, 4), i8(4, 3, 3, 3), given(77, "uint8"), given(0, "int8")), {"pads": [1, 1, 1, 1]}, (1, 3), opset=19),
    Case("ConvInteger", "u8i8_strides", (u8(1, 2, 7, 6), i8(3, 2, 2, 3), given(77, "uint8"), given(5, "int8")), {"strides": [2, 1], "dilations": [1, 2]}, (1,), opset=19),
    Case("DynamicQuantizeLinear", "both_signs", (x(3, 5, 7),), outputs=3, opset=19),
    Case("DynamicQuantizeLinear", "positive", (x(1, low=1.0),), outputs=3, opset=19),
    Case("DynamicQuantizeLinear", "negative", (x(2, 3, high=-1.0),), outputs=3, opset=19),
]  # fmt: skip
