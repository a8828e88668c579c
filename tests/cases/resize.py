"""Resize and Upsample: modes, coordinate transforms, roundings, up and down, one to three axes, regions, formats.

With scales that do not give whole lengths, ONNX Runtime (which judges the int8 cases) stretches differently from the
ONNX reference; those cases are float alone. The reference computes cubic weights in float32: hence atol.
"""

from tests.cases.case import Case, given, x


def _scales(*values: float):
    return given(list(values), "float32")


def _sizes(*values: int):
    return given(list(values), "int64")


def _by_scales(name: str, shape: tuple[int, ...], scales: tuple[float, ...], int8: bool = False, **attributes: object):
    inputs = (x(*shape), None, _scales(*scales))
    return Case("Resize", name, inputs, attributes, (2,), int8=int8, opset=19, atol=1e-5)


def _by_sizes(name: str, shape: tuple[int, ...], sizes: tuple[int, ...], int8: bool = True, **attributes: object):
    inputs = (x(*shape), None, None, _sizes(*sizes))
    return Case("Resize", name, inputs, attributes, (3,), int8=int8, opset=19, atol=1e-5)


IMAGE = (1, 3, 5, 7)
TRANSFORMS = ("half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric")
ROUNDINGS = ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")

CASES = [
    *(_by_scales(f"nearest_{t}", IMAGE, (1, 1, 1.7, 0.6), coordinate_transformation_mode=t) for t in TRANSFORMS),
    *(_by_sizes(f"nearest_{r}", IMAGE, (1, 3, 8, 3), nearest_mode=r) for r in ROUNDINGS),
    *(_by_scales(f"linear_{t}", IMAGE, (1, 1, 1.7, 0.6), mode="linear", coordinate_transformation_mode=t) for t in TRANSFORMS),
    *(_by_scales(f"cubic_{t}", IMAGE, (1, 1, 1.7, 0.6), mode="cubic", coordinate_transformation_mode=t) for t in TRANSFORMS),
    *(_by_sizes(f"linear_sizes_{t}", IMAGE, (1, 3, 8, 4), mode="linear", coordinate_transformation_mode=t) for t in TRANSFORMS),
    _by_scales("doubled_nearest", (2, 4, 3, 3), (1, 1, 2, 2), int8=True),
    _by_scales("doubled_linear", (2, 4, 3, 3), (1, 1, 2, 2), int8=True, mode="linear"),
    _by_sizes("linear_to_one", IMAGE, (1, 3, 1, 1), mode="linear"),
    _by_sizes("cubic_from_one", (1, 2, 1, 2), (1, 2, 4, 5), mode="cubic"),
    _by_sizes("cubic_excludes_outside", IMAGE, (1, 3, 9, 4), mode="cubic", exclude_outside=1, cubic_coeff_a=-0.5),
    _by_sizes("linear_antialias", (1, 2, 9, 11), (1, 2, 4, 5), mode="linear", antialias=1, int8=False),
    _by_sizes("cubic_antialias", (1, 2, 9, 11), (1, 2, 4, 5), mode="cubic", antialias=1, int8=False),
    _by_sizes("linear_1d", (1, 3, 11), (1, 3, 17), mode="linear"),
    _by_sizes("linear_3d", (1, 2, 3, 4, 5), (1, 2, 5, 4, 3), mode="linear", int8=False),
    _by_sizes("linear_3d_all", (1, 2, 3, 4, 5), (1, 2, 5, 6, 3), mode="linear", int8=False),
    _by_sizes("nearest_3d", (1, 2, 3, 4, 5), (1, 2, 5, 6, 3)),
    _by_sizes("axes_apart", (2, 3, 4, 5), (4, 3, 4, 7), mode="linear", int8=False),
    _by_sizes("all_four_axes", (2, 3, 4, 5), (3, 5, 6, 4), mode="linear", int8=False),
    Case("Resize", "axes", (x(1, 4, 5, 3), None, _scales(2.0, 0.5)), {"axes": [2, 1], "mode": "linear"}, (2,), opset=19),
    *(Case("Resize", policy, (x(1, 2, 4, 6), None, None, _sizes(7, 8)), {"axes": [2, 3], "keep_aspect_ratio_policy": policy}, (3,), opset=19) for policy in ("not_larger", "not_smaller")),
    *(
        Case("Resize", f"crop_{mode}", (x(1, 2, 5, 6), _scales(0, 0, 0.3, -0.2, 1, 1, 0.9, 1.3), None, _sizes(1, 2, 4, 5)), {"mode": mode, "coordinate_transformation_mode": "tf_crop_and_resize", "extrapolation_value": 1.5}, (1, 3), opset=19)
        for mode in ("nearest", "linear", "cubic")
    ),
    *(Case("Resize", f"nearest_{d}", (x(1, 2, 3, 3, dtype=d, low=0, high=90), None, _scales(1, 1, 2, 3)), {}, (2,), opset=19) for d in ("int8", "uint8", "int32")),
    Case("Resize", "opset10", (x(1, 2, 3, 4), _scales(1, 1, 2, 2)), {"mode": "linear"}, (1,), opset=10),
    Case("Resize", "opset11_tf_half_pixel_for_nn", (x(1, 2, 3, 4), given([], "float32"), _scales(1, 1, 2, 3)), {"coordinate_transformation_mode": "tf_half_pixel_for_nn"}, (1, 2), opset=11),
    Case("Upsample", "nearest", (x(1, 2, 3, 4), _scales(1, 1, 2, 3)), {}, (1,), opset=9),
    Case("Upsample", "linear", (x(1, 2, 3, 4), _scales(1, 1, 2, 2)), {"mode": "linear"}, (1,), opset=9),
    Case("Upsample", "attribute", (x(1, 2, 3, 4),), {"scales": [1.0, 1.0, 2.0, 3.0]}, opset=7),
]  # fmt: skip
