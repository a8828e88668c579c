"""RoiAlign and DeformConv: what reads images between their elements."""

from tests.cases.case import Case, given, x

ROIS = given([[0, 0, 3, 4], [1.3, 0.4, 4.9, 3.3], [-2, -1, 9, 8], [2, 2, 2, 2], [4, 4, 1, 2]], "float32")
IMAGES = given([0, 1, 0, 1, 0], "int64")
SIZE = {"output_height": 2, "output_width": 3}

CASES = [
    *(
        Case("RoiAlign", f"{mode}_{transform}_{ratio}", (x(2, 3, 5, 6), ROIS, IMAGES), {**SIZE, "mode": mode, "coordinate_transformation_mode": transform, "sampling_ratio": ratio}, atol=1e-5)
        for mode in ("avg", "max")
        for transform in ("half_pixel", "output_half_pixel")
        for ratio in (0, 2)
    ),
    Case("RoiAlign", "scaled", (x(1, 2, 5, 6), x(3, 4, low=0, high=18), given([0, 0, 0], "int64")), {**SIZE, "spatial_scale": 0.3}, atol=1e-5),
    Case("DeformConv", "3x3", (x(1, 2, 5, 6), x(3, 2, 3, 3), x(1, 18, 3, 4, low=-1.5, high=1.5)), opset=19, rtol=1e-4, atol=1e-4),
    Case("DeformConv", "bias_mask_strides", (x(2, 2, 5, 6), x(4, 2, 2, 2), x(2, 8, 3, 3), x(4), x(2, 4, 3, 3)), {"strides": [2, 2], "pads": [1, 0, 0, 1]}, (1, 3), opset=19, rtol=1e-4, atol=1e-4),
    Case("DeformConv", "groups_offset_groups", (x(1, 4, 5, 5), x(4, 2, 2, 2), x(1, 16, 3, 3), None, x(1, 8, 3, 3)), {"group": 2, "offset_group": 2, "dilations": [2, 2]}, opset=19, rtol=1e-4, atol=1e-4),
]  # fmt: skip
