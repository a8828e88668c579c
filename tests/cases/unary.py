"""Functions of one tensor: every one in float32 and as an int8 table, attributes, bounds, integers."""

from tests.cases.case import Case, given, x

PLAIN = ("Abs", "Ceil", "Erf", "Exp", "Floor", "HardSwish", "Neg", "Relu", "Sigmoid", "Sign", "Softplus", "Softsign", "Tanh", "Mish")
TRIGONOMETRIC = ("Sin", "Cos", "Tan", "Atan", "Sinh", "Cosh", "Asinh")
WITHIN_ONE = ("Asin", "Acos", "Atanh")
POSITIVE = ("Log", "Sqrt", "Reciprocal")
SIGNED = ("int8", "int16", "int32", "int64")
EDGES = {"int8": [-128, -1, 0, 1, 127], "int16": [-32768, -1, 0, 1, 32767], "int32": [-(2**31), -1, 0, 1, 2**31 - 1], "int64": [-(2**63), -1, 0, 1, 2**63 - 1]}

CASES = [
    *(Case(op, "plain", (x(2, 3, 5),), int8=True, opset=18) for op in PLAIN),
    *(Case(op, "image", (x(1, 3, 4, 5),), int8=True, opset=18) for op in ("Relu", "HardSwish", "Sigmoid")),
    *(Case(op, "plain", (x(7, low=-1.5, high=1.5),), int8=True) for op in TRIGONOMETRIC),
    *(Case(op, "plain", (x(7, low=-0.95, high=0.95),), int8=True) for op in WITHIN_ONE),
    *(Case(op, "plain", (x(7, low=0.1, high=4.0),), int8=True) for op in POSITIVE),
    Case("Acosh", "plain", (x(7, low=1.0, high=4.0),)),
    Case("Round", "ties_to_even", (given([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999997, 8388609.0], "float32"),)),
    Case("Sigmoid", "far_out", (given([-200.0, -90.0, -20.0, 0.0, 20.0, 90.0, 200.0], "float32"),)),
    Case("Softplus", "far_out", (given([-90.0, -20.0, 0.0, 20.0, 90.0, 200.0], "float32"),)),
    Case("Exp", "far_out", (given([-80.0, 0.0, 80.0], "float32"),)),
    Case("Relu", "one_element", (x(1),), int8=True),
    Case("Relu", "scalar", (x(),), int8=True),
    Case("LeakyRelu", "default", (x(3, 4),), int8=True),
    Case("LeakyRelu", "alpha", (x(3, 4),), {"alpha": 0.3}, int8=True),
    Case("ThresholdedRelu", "alpha", (x(3, 4),), {"alpha": 0.7}, int8=True),
    Case("HardSigmoid", "default", (x(3, 4),), int8=True),
    Case("HardSigmoid", "mobilenet", (x(1, 4, 3, 3, low=-5, high=5),), {"alpha": 1 / 6, "beta": 0.5}, int8=True),
    Case("Elu", "alpha", (x(3, 4),), {"alpha": 1.5}, int8=True),
    Case("Celu", "alpha", (x(3, 4),), {"alpha": 2.0}, int8=True),
    Case("Selu", "default", (x(3, 4),), int8=True),
    Case("Shrink", "hard", (x(3, 4),), {"lambd": 1.5}, int8=True),
    Case("Shrink", "soft", (x(3, 4),), {"lambd": 1.5, "bias": 1.5}, int8=True),
    Case("Gelu", "erf", (x(3, 4),), int8=True, opset=20),
    Case("Gelu", "tanh", (x(3, 4),), {"approximate": "tanh"}, int8=True, opset=20),
    Case("Clip", "opset6", (x(3, 4),), {"min": -1.0, "max": 1.5}, opset=6),
    Case("Clip", "both", (x(3, 4), given(-1.0, "float32"), given(1.5, "float32")), constants=(1, 2), int8=True),
    Case("Clip", "low_only", (x(3, 4), given(-1.0, "float32")), constants=(1,), int8=True),
    Case("Clip", "high_only", (x(3, 4), None, given(1.0, "float32")), constants=(2,), int8=True),
    Case("Clip", "no_bounds", (x(3, 4),), int8=True),
    Case("Clip", "run_time_bounds", (x(3, 4), x(), given(1.5, "float32"))),
    Case("Clip", "run_time_high", (x(3, 4), None, x())),
    *(Case("Clip", dtype, (given(EDGES[dtype], dtype), given(-5, dtype), given(7, dtype)), constants=(1, 2)) for dtype in SIGNED),
    *(Case("Clip", f"{dtype}_high_only", (given(EDGES[dtype], dtype), None, given(0, dtype)), constants=(2,)) for dtype in SIGNED),
    Case("Clip", "uint8", (given([0, 4, 5, 200, 255], "uint8"), given(5, "uint8"), given(200, "uint8")), constants=(1, 2)),
    Case("Clip", "int64_exact", (given([2**62 + 3, -(2**62) - 3, 0], "int64"), given(-(2**62) - 1, "int64"), given(2**62 + 1, "int64")), constants=(1, 2)),
    *(Case(op, "uint8", (given([0, 1, 200, 255], "uint8"),)) for op in ("Abs", "Sign")),
    Case("Gelu", "of_onnxruntime", (x(3, 4),), domain="com.microsoft"),
    Case("FastGelu", "plain", (x(3, 4),), domain="com.microsoft"),
    Case("FastGelu", "bias", (x(3, 4), x(4)), constants=(1,), domain="com.microsoft"),
    Case("BiasGelu", "bias", (x(3, 4), x(4)), constants=(1,), domain="com.microsoft"),
    Case("QuickGelu", "default", (x(3, 4),), domain="com.microsoft"),
    Case("QuickGelu", "alpha", (x(3, 4),), {"alpha": 1.0}, domain="com.microsoft"),
    Case("Swish", "alpha", (x(3, 4),), {"alpha": 0.5}, opset=24),
    Case("SwiGLU", "alpha", (x(3, 4), x(3, 4)), {"alpha": 1.5}, opset=28),
    *(Case(op, dtype, (given(EDGES[dtype], dtype),)) for op in ("Abs", "Neg", "Sign") for dtype in SIGNED),
    *(Case("Relu", dtype, (given(EDGES[dtype], dtype),)) for dtype in SIGNED),
]  # fmt: skip
