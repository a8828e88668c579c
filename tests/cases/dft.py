"""DFT, STFT and Col2Im: lengths odd, even, cut and filled; windows; dimensions."""

from tests.cases.case import Case, given, x


def _n(*values: int):
    return given(list(values) if len(values) > 1 else values[0], "int64")


CASES = [
    Case("DFT", "real", (x(2, 7, 1), None, _n(1)), {}, (2,), opset=20, atol=1e-5),
    Case("DFT", "complex_axis0", (x(8, 3, 2), None, _n(0)), {}, (2,), opset=20, atol=1e-5),
    Case("DFT", "onesided", (x(2, 10, 1), None, _n(-2)), {"onesided": 1}, (2,), opset=20, atol=1e-5),
    Case("DFT", "cut", (x(2, 9, 1), _n(5), _n(1)), {}, (1, 2), opset=20, atol=1e-5),
    Case("DFT", "filled", (x(2, 5, 2), _n(8), _n(1)), {}, (1, 2), opset=20, atol=1e-5),
    Case("DFT", "inverse", (x(2, 6, 2), None, _n(1)), {"inverse": 1}, (2,), opset=20, atol=1e-5),
    *(Case("DFT", f"inverse_real_{length}", (x(2, 5, 2), _n(length), _n(1)), {"inverse": 1, "onesided": 1}, (1, 2), opset=20, atol=1e-5) for length in (7, 8, 9)),
    Case("DFT", "opset17", (x(2, 6, 3, 1),), {"axis": 1, "onesided": 1}, opset=17, atol=1e-5),
    Case("STFT", "frames", (x(2, 20, 1), _n(4), None, _n(8)), {"onesided": 1}, (1, 3), atol=1e-5),
    Case("STFT", "window", (x(1, 21, 1), _n(3), x(7)), {"onesided": 0}, (1, 2), atol=1e-5),
    Case("STFT", "run_time_window", (x(1, 16, 1), _n(5), x(6)), {"onesided": 1}, (1,), atol=1e-5),
    Case("Col2Im", "2d", (x(1, 12, 9), _n(4, 4), _n(2, 2)), {}, (1, 2), opset=18),
    Case("Col2Im", "pads_strides", (x(2, 6, 15), _n(5, 6), _n(2, 3)), {"pads": [0, 1, 1, 0], "strides": [2, 1]}, (1, 2), opset=18),
    Case("Col2Im", "dilations", (x(1, 8, 6), _n(5, 4), _n(2, 2)), {"dilations": [2, 2]}, (1, 2), opset=18),
    Case("Col2Im", "3d", (x(1, 8, 8), _n(3, 3, 3), _n(2, 2, 2)), {}, (1, 2), opset=18),
]  # fmt: skip
