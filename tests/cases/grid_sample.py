"""GridSample: modes, what stands outside, corners, two and three dimensions, coordinates far outside."""

from tests.cases.case import Case, given, x

IMAGE, GRID = x(2, 3, 4, 5), x(2, 3, 2, 2, low=-1.4, high=1.4)
MODES = ("nearest", "linear", "cubic")
OUTSIDE = ("zeros", "border", "reflection")
FAR = given([[[[-9.0, 0.3], [7.5, -1.0], [1.0, 1.0], [0.999, -11.0]]]], "float32")

CASES = [
    *(
        Case("GridSample", f"{mode}_{outside}_{corners}", (IMAGE, GRID), {"mode": mode, "padding_mode": outside, "align_corners": corners}, opset=20, atol=1e-5)
        for mode in MODES
        for outside in OUTSIDE
        for corners in (0, 1)
    ),
    *(Case("GridSample", f"far_{outside}", (x(1, 2, 3, 4), FAR), {"padding_mode": outside}, opset=20, atol=1e-4) for outside in OUTSIDE),
    *(Case("GridSample", f"3d_{mode}", (x(1, 2, 3, 4, 2), x(1, 2, 3, 2, 3, low=-1.2, high=1.2)), {"mode": mode}, opset=20, atol=1e-5) for mode in ("nearest", "linear")),
    Case("GridSample", "one_pixel", (x(1, 2, 1, 1), x(1, 2, 2, 2, low=-1, high=1)), {"padding_mode": "border"}, opset=20),
    Case("AffineGrid", "2d", (x(2, 2, 3), given([2, 3, 4, 5], "int64")), {}, (1,), opset=20, atol=1e-5),
    Case("AffineGrid", "3d_corners", (x(1, 3, 4), given([1, 1, 2, 3, 4], "int64")), {"align_corners": 1}, (1,), opset=20, atol=1e-5),
    Case("CenterCropPad", "both", (x(5, 4, 7), given([2, 7, 7], "int64")), {}, (1,), opset=18),
    Case("CenterCropPad", "axes", (x(5, 4, 3, dtype="int32"), given([8, 1], "int64")), {"axes": [-1, 0]}, (1,), opset=18),
]  # fmt: skip
