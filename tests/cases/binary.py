"""Functions of two tensors: broadcasting of every kind, constants, integers that wrap, variadic chains."""

from tests.cases.case import Case, given, x

ARITHMETIC = ("Add", "Sub", "Mul", "Div")
INT8 = {"Add": True, "Sub": True, "Mul": True, "Div": False}
LIMITS = {"int8": (-128, 127), "uint8": (0, 255), "int16": (-32768, 32767), "int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
SHAPES = {
    "same": ((2, 3, 4), (2, 3, 4)),
    "image": ((1, 3, 4, 5), (1, 3, 4, 5)),
    "vector_right": ((2, 3, 4), (4,)),
    "vector_left": ((4,), (2, 3, 4)),
    "scalar": ((2, 3, 4), ()),
    "channels": ((1, 3, 4, 5), (1, 3, 1, 1)),
    "channels_rank3": ((1, 3, 4, 5), (3, 1, 1)),
    "middle": ((2, 3, 4), (2, 1, 4)),
    "outer_product": ((5, 1), (1, 7)),
    "both_repeat": ((2, 1, 4, 1), (1, 3, 1, 5)),
    "six_axes": ((2, 1, 3, 1, 2, 1), (1, 2, 1, 3, 1, 2)),
    "one_element": ((1,), (1,)),
    "prime": ((13,), (13,)),
}

CASES = [
    *(Case(op, name, (x(*a), x(*b, low=0.5)), int8=INT8[op]) for op in ARITHMETIC for name, (a, b) in SHAPES.items()),
    *(Case(op, "constant_right", (x(1, 3, 4, 4), x(3, 1, 1, low=0.5)), constants=(1,), int8=INT8[op]) for op in ARITHMETIC),
    *(Case(op, "constant_left", (x(3, 1, 1), x(1, 3, 4, 4, low=0.5)), constants=(0,), int8=INT8[op]) for op in ARITHMETIC),
    *(Case(op, f"{dtype}_wraps", (given([low, low, high, high, 7, 100], dtype), given([1, 2, 1, high, 3, 100], dtype))) for op in ("Add", "Sub", "Mul") for dtype, (low, high) in LIMITS.items()),
    *(Case("Div", dtype, (given([low, high, 7, 8, 100], dtype), given([3, 2, 7, 3, 101], dtype))) for dtype, (low, high) in LIMITS.items() if low == 0),
    Case("Div", "int32_broadcast", (given([[9, 8, 7]], "int32"), given([[2], [3]], "int32"))),
    Case("Pow", "square", (x(3, 4), given(2.0, "float32")), constants=(1,), int8=True),
    Case("Pow", "integer_exponent", (x(3, 4), given(3, "int64")), constants=(1,)),
    Case("Pow", "run_time", (x(3, 4, low=0.1), x(4))),
    Case("PRelu", "channels", (x(1, 3, 4, 5), x(3, 1, 1)), constants=(1,)),
    Case("PRelu", "shared", (x(2, 5), x(1)), constants=(1,)),
    *(Case(op, f"int8_{name}", (x(*a), x(*b)), int8=True) for op in ("Max", "Min") for name, (a, b) in SHAPES.items()),
    *(Case(op, "three", (x(2, 3), x(3), x(2, 1))) for op in ("Max", "Min", "Sum", "Mean")),
    *(Case(op, "one", (x(2, 3),)) for op in ("Max", "Min", "Sum", "Mean")),
    *(Case(op, dtype, (given([low, high, 3], dtype), given([high, low, 4], dtype))) for op in ("Max", "Min") for dtype, (low, high) in LIMITS.items()),
]  # fmt: skip
