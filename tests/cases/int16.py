"""Operators on int16 activations, between steps of ONNX's com.microsoft domain."""

from dataclasses import replace

from tests.cases.case import Case, given, x

_CASES = [
    Case("Conv", "plain", (x(1, 3, 7, 5), x(5, 3, 3, 3, low=-0.3, high=0.4), x(5, low=-1, high=1)), {"pads": [1, 1, 1, 1]}, (1, 2)),
    Case("Conv", "pointwise", (x(1, 8, 3, 5), x(4, 8, 1, 1, low=-0.3, high=0.4), x(4, low=-1, high=1)), {}, (1, 2)),
    Case("Conv", "depthwise", (x(1, 6, 5, 7), x(6, 1, 3, 3, low=-0.3, high=0.4), x(6, low=-1, high=1)), {"group": 6, "strides": [2, 1], "pads": [1, 0, 0, 1]}, (1, 2)),
    Case("Conv", "groups", (x(2, 6, 5, 4), x(4, 3, 2, 2, low=-0.3, high=0.4)), {"group": 2, "dilations": [2, 1]}, (1,)),
    Case("Conv", "line", (x(1, 4, 17), x(3, 4, 5, low=-0.3, high=0.4), x(3, low=-1, high=1)), {"strides": [3]}, (1, 2)),
    Case("Conv", "volume", (x(1, 2, 4, 3, 4), x(3, 2, 2, 2, 2, low=-0.3, high=0.4), x(3, low=-1, high=1)), {}, (1, 2)),
    Case("ConvTranspose", "plain", (x(1, 3, 3, 4), x(3, 4, 2, 3, low=-0.3, high=0.4)), {"strides": [2, 2]}, (1,)),
    *(Case("Conv", f"1x1_{c}_to_{m}_at_{h}x{w}", (x(1, c, h, w), x(m, c, 1, 1, low=-0.3, high=0.4), x(m, low=-1, high=1)), {}, (1, 2)) for c, m, h, w in ((1, 1, 3, 3), (17, 5, 3, 1), (36, 8, 2, 2))),
    *(Case("Conv", f"3x3_{c}_to_{m}_by_{by}", (x(2, c, 6, 5), x(m, c, 3, 3, low=-0.3, high=0.4), x(m, low=-1, high=1)), {"pads": [1, 1, 1, 1], "strides": [by, by]}, (1, 2)) for c, m, by in ((2, 4, 2), (3, 5, 1))),
    Case("Conv", "dilated", (x(1, 4, 9, 8), x(5, 4, 3, 2, low=-0.3, high=0.4)), {"dilations": [2, 3], "pads": [2, 1, 2, 3]}, (1,)),
    *(Case("Conv", f"depthwise_{c}_by_{by}", (x(2, c, 6, 5), x(c, 1, 3, 5, low=-0.3, high=0.4), x(c, low=-1, high=1)), {"group": c, "pads": [1, 2, 1, 2], "strides": [by, by]}, (1, 2)) for c, by in ((4, 2), (7, 1))),
    *(Case("Gemm", f"{rows}x{k}_to_{m}", (x(rows, k), x(m, k, low=-0.3, high=0.4), x(m, low=-1, high=1)), {"transB": 1}, (1, 2)) for rows, k, m in ((1, 17, 4), (1, 32, 7), (2, 1, 5), (3, 33, 9))),
    Case("Gemm", "plain", (x(3, 13), x(7, 13, low=-0.3, high=0.4), x(7, low=-1, high=1)), {"transB": 1}, (1, 2)),
    Case("Gemm", "sums_beyond_int32", (x(2, 700, low=2, high=3), x(2, 700, low=1.5, high=1.6)), {"transB": 1}, (1,)),
    Case("MatMul", "computed", (x(2, 3, 5, 7), x(2, 1, 7, 4))),
    Case("Add", "rows", (x(2, 3, 5), x(5, low=-20, high=9))),
    Case("Sub", "plain", (x(3, 7, low=-40, high=3), x(3, 7))),
    Case("Mul", "column", (x(3, 7), x(3, 1))),
    Case("Max", "plain", (x(3, 7), x(3, 7, low=-1, high=2))),
    Case("Relu", "plain", (x(3, 7),)),
    Case("Clip", "two_bounds", (x(3, 7), given(-1.0, "float32"), given(2.0, "float32")), {}, (1, 2)),
    *(Case(kind, "curve", (x(3, 701),)) for kind in ("Sigmoid", "Exp")),
    Case("LeakyRelu", "curve", (x(3, 701, low=-30, high=20),), {"alpha": 0.1}),
    Case("MaxPool", "plain", (x(1, 3, 7, 5),), {"kernel_shape": [3, 2], "strides": [2, 1], "pads": [1, 0, 1, 1]}),
    Case("AveragePool", "padded", (x(1, 3, 7, 5),), {"kernel_shape": [3, 2], "strides": [2, 1], "pads": [1, 0, 1, 1]}),
    Case("GlobalAveragePool", "plain", (x(2, 3, 5, 7),)),
    Case("GlobalMaxPool", "plain", (x(2, 3, 5, 7),)),
    Case("ReduceMean", "rows", (x(3, 5, 4),), {"axes": [1]}),
    Case("ReduceMin", "last", (x(3, 5, 4),), {"axes": [2], "keepdims": 0}),
    Case("Transpose", "plain", (x(2, 3, 4),), {"perm": [2, 0, 1]}),
    Case("Concat", "plain", (x(2, 3, low=-1, high=1), x(2, 5)), {"axis": 1}),
]  # fmt: skip

CASES = [replace(case, name=f"int16_{case.name}", int16=True) for case in _CASES]
