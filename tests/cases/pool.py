"""Pooling: one to three axes, padding, dilation, ceil_mode, what counts in an average."""

from tests.cases.case import Case, x

CASES = [
    Case("MaxPool", "2x2", (x(1, 3, 6, 8),), {"kernel_shape": [2, 2], "strides": [2, 2]}, int8=True),
    Case("MaxPool", "3x3_pad1", (x(1, 5, 7, 5),), {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}, int8=True),
    Case("MaxPool", "uneven_pads", (x(2, 3, 7, 6),), {"kernel_shape": [3, 2], "pads": [2, 0, 1, 1], "strides": [2, 3]}, int8=True),
    Case("MaxPool", "all_negative_padding_never_wins", (x(1, 2, 4, 4, low=-9.0, high=-1.0),), {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}, int8=True),
    Case("MaxPool", "dilated", (x(1, 2, 9, 11),), {"kernel_shape": [3, 2], "dilations": [2, 3]}, int8=True),
    Case("MaxPool", "ceil", (x(1, 2, 6, 7),), {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1}, int8=True),
    Case("MaxPool", "same_upper", (x(1, 3, 7, 5),), {"kernel_shape": [2, 3], "strides": [2, 2], "auto_pad": "SAME_UPPER"}, int8=True),
    Case("MaxPool", "same_lower", (x(1, 3, 7, 5),), {"kernel_shape": [2, 4], "auto_pad": "SAME_LOWER"}, int8=True),
    Case("MaxPool", "1d", (x(1, 3, 11),), {"kernel_shape": [3], "strides": [2]}, int8=True),
    Case("MaxPool", "3d", (x(1, 2, 5, 4, 6),), {"kernel_shape": [2, 3, 2], "strides": [1, 2, 2], "pads": [0, 1, 0, 1, 0, 0]}, int8=True),
    Case("MaxPool", "uint8", (x(1, 3, 6, 5, dtype="uint8", low=0, high=255),), {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}),
    Case("AveragePool", "2x2", (x(1, 3, 6, 8),), {"kernel_shape": [2, 2], "strides": [2, 2]}, int8=True),
    Case("AveragePool", "3x3_pad1", (x(1, 5, 7, 5),), {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}, int8=True),
    Case("AveragePool", "3x3_pad1_counted", (x(1, 5, 7, 5),), {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "count_include_pad": 1}, int8=True),
    Case("AveragePool", "uneven_pads", (x(2, 3, 7, 6),), {"kernel_shape": [3, 2], "pads": [2, 0, 1, 1], "strides": [2, 3]}, int8=True),
    Case("AveragePool", "ceil", (x(1, 2, 6, 7),), {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1}, int8=True),
    Case("AveragePool", "ceil_counted", (x(1, 2, 6, 6),), {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1, "count_include_pad": 1, "pads": [0, 0, 0, 0]}, int8=True, opset=19),
    Case("AveragePool", "ceil_pads_counted", (x(1, 2, 7, 6),), {"kernel_shape": [3, 3], "strides": [3, 2], "ceil_mode": 1, "count_include_pad": 1, "pads": [1, 1, 1, 1]}, int8=True, opset=19),
    Case("AveragePool", "same_upper", (x(1, 3, 7, 5),), {"kernel_shape": [2, 3], "strides": [2, 2], "auto_pad": "SAME_UPPER"}, int8=True),
    Case("AveragePool", "dilated", (x(1, 2, 9, 11),), {"kernel_shape": [3, 2], "dilations": [2, 3]}, int8=True, opset=19),
    Case("AveragePool", "1d", (x(1, 3, 11),), {"kernel_shape": [4], "strides": [3], "pads": [1, 2]}, int8=True),
    Case("AveragePool", "3d", (x(1, 2, 5, 4, 6),), {"kernel_shape": [2, 3, 2], "strides": [1, 2, 2], "pads": [0, 1, 0, 1, 0, 0]}, int8=True),
    Case("GlobalAveragePool", "2d", (x(2, 7, 5, 3),), int8=True),
    Case("GlobalAveragePool", "1d", (x(1, 4, 13),), int8=True),
    Case("GlobalAveragePool", "1x1", (x(1, 4, 1, 1),), int8=True),
    Case("GlobalMaxPool", "2d", (x(2, 7, 5, 3),), int8=True),
]  # fmt: skip
