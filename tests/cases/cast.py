"""Cast between every pair of number formats."""

from tests.cases.case import Case, given

NUMBERS = {"float32": 1, "uint8": 2, "int8": 3, "int16": 5, "int32": 6, "int64": 7, "bool": 9}
VALUES = {
    "float32": [-100.75, -1.5, -0.25, 0.0, 0.75, 1.0, 99.5],
    "uint8": [0, 1, 100, 127, 128, 255],
    "int8": [-128, -1, 0, 1, 127],
    "int16": [-32768, -129, -1, 0, 1, 300, 32767],
    "int32": [-(2**31), -70000, -1, 0, 1, 16777217, 2**31 - 1],
    "int64": [-(2**63), -(2**33) - 5, -1, 0, 1, 2**62 + 12345, 2**63 - 1],
    "bool": [False, True],
}
PAIRS = [(a, b) for a in NUMBERS for b in NUMBERS if a != b and (a, b) != ("float32", "uint8")]

CASES = [
    *(Case("Cast", f"{a}_to_{b}", (given(VALUES[a], a),), {"to": NUMBERS[b]}) for a, b in PAIRS),
    Case("Cast", "float32_to_uint8", (given([0.0, 0.75, 1.0, 99.5, 255.0], "float32"),), {"to": NUMBERS["uint8"]}),
    Case("Cast", "same", (given([1.5], "float32"),), {"to": NUMBERS["float32"]}),
    Case("CastLike", "int32", (given([1.5, -2.5], "float32"), given([0], "int32")), constants=(1,)),
    Case("BitCast", "float32_to_int32", (given([1.5, -0.0, 3e-40], "float32"),), {"to": 6}, opset=26),
    Case("BitCast", "int32_to_float32", (given([0x3FC00000, -(2**31), 1], "int32"),), {"to": 1}, opset=26),
    Case("BitCast", "int8_to_uint8", (given([-128, -1, 0, 127], "int8"),), {"to": 2}, opset=26),
    Case("BitCast", "uint8_to_int8", (given([128, 255, 0, 127], "uint8"),), {"to": 3}, opset=26),
    Case("BitCast", "bool_to_uint8", (given([True, False], "bool"),), {"to": 2}, opset=26),
    Case("BitCast", "same", (given([1, 2], "int64"),), {"to": 7}, opset=26),
]
