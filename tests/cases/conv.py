"""Convolution: 1-D to 3-D, run-time weights, groups, depthwise, dilation, every kind of padding."""

from tests.cases.case import Case, x

CASES = [
    Case("Conv", "1x1", (x(1, 4, 5, 6), x(3, 4, 1, 1), x(3)), constants=(1, 2), int8=True),
    Case("Conv", "3x3_valid_no_bias", (x(1, 3, 7, 5), x(4, 3, 3, 3)), constants=(1,), int8=True),
    Case("Conv", "3x3_pad1", (x(1, 2, 6, 6), x(5, 2, 3, 3), x(5)), {"pads": [1, 1, 1, 1]}, (1, 2), int8=True),
    Case("Conv", "stride2_uneven_pads", (x(1, 3, 9, 8), x(4, 3, 3, 3), x(4)), {"pads": [0, 1, 1, 0], "strides": [2, 2]}, (1, 2), int8=True),
    Case("Conv", "same_upper", (x(1, 2, 7, 8), x(3, 2, 4, 2), x(3)), {"auto_pad": "SAME_UPPER", "strides": [2, 3]}, (1, 2), int8=True),
    Case("Conv", "same_lower", (x(1, 2, 7, 8), x(3, 2, 4, 2), x(3)), {"auto_pad": "SAME_LOWER", "strides": [2, 3]}, (1, 2), int8=True),
    Case("Conv", "dilated", (x(1, 2, 9, 9), x(3, 2, 3, 2), x(3)), {"dilations": [2, 3], "pads": [2, 1, 2, 1]}, (1, 2), int8=True),
    Case("Conv", "groups2", (x(1, 4, 5, 5), x(6, 2, 3, 3), x(6)), {"group": 2, "pads": [1, 1, 1, 1]}, (1, 2), int8=True),
    Case("Conv", "depthwise", (x(1, 7, 6, 5), x(7, 1, 3, 3), x(7)), {"group": 7, "pads": [1, 1, 1, 1]}, (1, 2), int8=True),
    Case("Conv", "depthwise_stride2", (x(1, 8, 9, 9), x(8, 1, 3, 3), x(8)), {"group": 8, "pads": [0, 0, 1, 1], "strides": [2, 2]}, (1, 2), int8=True),
    Case("Conv", "depthwise_multiplier2", (x(1, 3, 6, 5), x(6, 1, 3, 3), x(6)), {"group": 3}, (1, 2), int8=True),
    Case("Conv", "kernel_larger_than_input", (x(1, 2, 2, 3), x(3, 2, 5, 5), x(3)), {"pads": [2, 2, 2, 2]}, (1, 2), int8=True),
    Case("Conv", "batch2", (x(2, 3, 5, 5), x(4, 3, 3, 3), x(4)), {"pads": [1, 1, 1, 1]}, (1, 2), int8=True),
    Case("Conv", "1d", (x(1, 3, 11), x(4, 3, 3), x(4)), {"pads": [1, 1]}, (1, 2), int8=True),
    Case("Conv", "1d_causal_dilated", (x(1, 2, 13), x(5, 2, 3), x(5)), {"pads": [4, 0], "dilations": [2]}, (1, 2), int8=True),
    Case("Conv", "3d", (x(1, 2, 4, 5, 6), x(3, 2, 3, 3, 2), x(3)), {"pads": [1, 0, 1, 1, 2, 0], "strides": [1, 2, 2]}, (1, 2), int8=True),
    Case("Conv", "3d_groups_dilated", (x(2, 4, 5, 4, 4), x(6, 2, 2, 2, 2)), {"group": 2, "dilations": [3, 2, 1]}, (1,), int8=True),
    Case("Conv", "run_time_weights", (x(1, 4, 5, 5), x(6, 2, 3, 2)), {"group": 2, "pads": [1, 1, 0, 1]}),
    Case("Conv", "run_time_weights_1d", (x(1, 3, 7), x(2, 3, 3), x(2))),
]  # fmt: skip
