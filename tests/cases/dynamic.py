"""Layers under `quantize` with scales of groups, wide weights and inputs that become int8 at run time.

Each entry is a case in float32, the options of `quantize`, and how far the outputs may be from the float case, as a share
of its largest output; None where that says nothing.
"""

from __future__ import annotations

from tests.cases.case import Case, given, x
from tests.cases.recurrent import layer

INT8 = "activations=dynamic"
INT4 = "activations=dynamic, weights=int4, first=int4"
INT2 = "activations=dynamic, weights=int2, first=int2"


def dense(name: str, rows: int, inputs: int, outputs: int, bias: bool = True) -> Case:
    data = (x(rows, inputs), x(inputs, outputs, low=-1.0, high=1.0), *([x(outputs)] if bias else []))
    return Case("Gemm", f"dynamic_{name}", data, constants=(1, 2) if bias else (1,))


def conv(name: str, channels: int, filters: int, kernel: int, **attributes: object) -> Case:
    group = int(str(attributes.get("group", 1)))
    data = (x(2, channels, 6, 5), x(filters, channels // group, kernel, kernel, low=-1.0, high=1.0), x(filters))
    return Case("Conv", f"dynamic_{name}", data, attributes, (1, 2))


ROWS = [
    [0.0, 0.0, 0.0, 0.0, 0.0], [1e-35, -1e-36, 0.0, 1e-38, 0.0], [127.0, 0.5, 1.5, -2.5, -127.0], [1e30, -3e30, 1.0, 0.0, 0.0],
    [2e-30, 1e-30, -1e-30, 0.0, 5e-31],
]  # fmt: skip
STRANGE = [[float("nan"), 1.0, -2.0, 0.5, 0.25], [float("inf"), 1.0, 2.0, 3.0, 4.0], [float("nan")] * 5]

CASES_WITH_OPTIONS: list[tuple[Case, str, float | None]] = [
    (dense("ones", 1, 1, 1), INT8, 0.02),
    (dense("prime", 3, 37, 11, bias=False), INT8, 0.02),
    (dense("quads", 2, 64, 8), INT8, 0.02),
    (dense("groups", 2, 96, 7), f"{INT8}, group=32", 0.02),
    (dense("odd_groups", 2, 15, 5), f"{INT8}, group=3", 0.02),
    (dense("per_tensor", 2, 40, 9), f"{INT8}, per_channel=false", 0.02),
    (dense("int4", 3, 37, 11), INT4, 0.2),
    (dense("int4_groups", 3, 64, 11), f"{INT4}, group=16", 0.2),
    (dense("int2_groups", 2, 64, 6), f"{INT2}, group=8", 0.7),
    (dense("int2", 2, 19, 6), INT2, 0.9),
    (Case("Gemm", "dynamic_rows", (given(ROWS, "float32"), x(5, 4), x(4)), constants=(1, 2)), INT8, 0.02),
    (Case("Gemm", "dynamic_strange", (given(STRANGE, "float32"), x(5, 4), x(4)), constants=(1, 2)), INT8, None),
    (Case("MatMul", "dynamic_3d", (x(2, 3, 5), x(5, 4)), constants=(1,)), INT8, 0.02),
    (Case("MatMul", "dynamic_computed", (x(2, 1, 5, 7), x(3, 7, 4))), INT8, 0.02),
    (Case("MatMul", "dynamic_ones", (x(1, 1), x(1, 1))), INT8, 0.02),
    (conv("3x3", 3, 5, 3, pads=[1, 1, 1, 1]), INT8, 0.02),
    (conv("1x1_groups", 8, 5, 1), f"{INT8}, group=4", 0.02),
    (conv("depthwise", 4, 4, 3, group=4, strides=[2, 2]), INT4, 0.2),
    (conv("two_groups", 8, 6, 3, group=2, pads=[1, 0, 0, 1]), f"{INT2}, group=2", 0.9),
    (layer("GRU", "dynamic", steps=9, inputs=7, hidden=5), INT8, 0.03),
    (layer("GRU", "dynamic_linear", linear_before_reset=1, direction="bidirectional", initial=True), INT8, 0.03),
    (layer("GRU", "dynamic_groups", inputs=8, hidden=16, lengths=[5, 2], initial=True), f"{INT4}, group=8", 0.3),
    (layer("GRU", "dynamic_int2", inputs=12, hidden=8, bias=False), INT2, 0.9),
    (layer("GRU", "dynamic_wide", inputs=12, hidden=16), INT8, 0.03),
    (layer("LSTM", "dynamic_wide", inputs=13, hidden=12, lengths=[5, 3]), INT8, 0.03),
    (layer("LSTM", "dynamic", steps=9, inputs=7, hidden=5), INT8, 0.03),
    (layer("LSTM", "dynamic_both_ways", direction="bidirectional", initial=True, first=True), INT8, 0.03),
    (layer("LSTM", "dynamic_int4", inputs=8, hidden=16, lengths=[5, 2]), f"{INT4}, group=8", 0.3),
    (layer("LSTM", "dynamic_int2", inputs=3, hidden=1, steps=1, batch=1), f"{INT2}, per_channel=false", None),
    (dense("float_groups", 3, 64, 11), "activations=float, weights=int4, first=int4, group=16", 0.2),
    (dense("float_int16", 3, 37, 11), "activations=float, weights=int16", 1e-4),
    (conv("float_groups", 8, 6, 3, group=2), "activations=float, weights=int4, first=int4, group=2", 0.2),
    (conv("float_int16", 3, 5, 3), "activations=float, weights=int16", 1e-4),
]
