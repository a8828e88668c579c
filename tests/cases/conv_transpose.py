"""ConvTranspose: one to three dimensions, strides, dilations, groups, every way to say the padding.

The ONNX reference is wrong for groups with a bias; those cases run in ONNX Runtime (opset 11).
"""

from tests.cases.case import Case, x


def _case(name: str, image: tuple[int, ...], weights: tuple[int, ...], bias: bool = True, **attributes: object):
    group = attributes.get("group", 1)
    assert isinstance(group, int)
    operands = (x(*image), x(*weights), x(weights[1] * group)) if bias else (x(*image), x(*weights))
    constants = (1, 2) if bias else (1,)
    return Case("ConvTranspose", name, operands, attributes, constants, int8=True, opset=11, atol=1e-5)


CASES = [
    _case("2x2_stride2", (1, 3, 4, 5), (3, 4, 2, 2), strides=[2, 2]),
    _case("3x3_no_bias", (1, 2, 4, 5), (2, 3, 3, 3), bias=False),
    _case("1x1", (1, 3, 3, 2), (3, 5, 1, 1)),
    _case("pads", (1, 2, 5, 4), (2, 3, 3, 3), pads=[1, 0, 2, 1], strides=[2, 3]),
    _case("output_padding", (1, 2, 4, 4), (2, 3, 3, 3), strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1]),
    _case("output_shape", (1, 2, 4, 3), (2, 3, 3, 3), strides=[2, 3], output_shape=[8, 9]),
    _case("same_upper", (1, 2, 4, 3), (2, 3, 3, 4), strides=[2, 3], auto_pad="SAME_UPPER"),
    _case("same_lower", (1, 2, 4, 3), (2, 3, 4, 3), strides=[3, 2], auto_pad="SAME_LOWER"),
    _case("valid", (1, 2, 4, 3), (2, 3, 3, 3), strides=[2, 2], auto_pad="VALID"),
    _case("dilations", (1, 2, 4, 3), (2, 3, 3, 2), dilations=[2, 3], strides=[1, 2]),
    _case("stride_beyond_kernel", (1, 2, 3, 3), (2, 2, 2, 2), strides=[3, 4]),
    _case("groups2", (1, 4, 3, 3), (4, 3, 3, 3), group=2, strides=[2, 2]),
    _case("depthwise", (1, 5, 4, 4), (5, 1, 3, 3), group=5, strides=[2, 2], pads=[1, 1, 1, 1]),
    _case("batch2", (2, 3, 3, 2), (3, 2, 2, 3)),
    _case("1d", (1, 3, 7), (3, 4, 3), strides=[2]),
    _case("3d", (1, 2, 2, 3, 3), (2, 3, 2, 3, 2), strides=[1, 2, 2], pads=[0, 1, 0, 1, 0, 1]),
    Case("ConvTranspose", "run_time_weights", (x(1, 4, 3, 3), x(4, 3, 2, 2), x(6)), {"group": 2}, opset=11, atol=1e-5),
]
