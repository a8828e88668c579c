"""Sizes around the words of the integer kernels that take several elements at once: eight of a sum, four channels of an
average, 255 pixels before its halves are emptied, eight or sixteen channels of a window.
"""

from typing import Any

from tests.cases.case import Case, given, x


def _sum(op: str, count: int) -> Case:
    return Case(op, f"{count}_elements", (x(count), x(count, low=-1.0)), int8=True)


def _average(channels: int, height: int, width: int) -> Case:
    return Case("GlobalAveragePool", f"{channels}_of_{height}x{width}", (x(1, channels, height, width),), int8=True)


def _window(op: str, channels: int, height: int, width: int, *kernel: int, **more: Any) -> Case:
    """A window by stride 2 in the first axis and 1 in the second, with uneven padding."""
    pads, strides = [1, 0, 0, kernel[1] - 1], [2, 1]
    name = f"{channels}_of_{height}x{width}_by_{kernel[0]}x{kernel[1]}{'_counted' * len(more)}"
    attributes = {"kernel_shape": list(kernel), "pads": pads, "strides": strides, **more}
    return Case(op, name, (x(1, channels, height, width),), attributes, int8=True)


def _product(rows: int, inner: int, columns: int) -> Case:
    return Case("MatMul", f"{rows}x{inner}x{columns}", (x(2, rows, inner), x(2, inner, columns)), int8=True)


MATRICES = ((1, 1, 1), (2, 1, 3), (3, 2, 5), (1, 3, 4), (2, 4, 4), (5, 5, 8), (3, 8, 7), (4, 11, 9), (7, 33, 2))

CASES = [
    *(_product(*sizes) for sizes in MATRICES),
    *(
        Case("Transpose", f"{'x'.join(map(str, shape))}", (x(*shape),), {"perm": perm}, int8=True)
        for shape, perm in (
            ((1, 1), [1, 0]),
            ((3, 16), [1, 0]),
            ((5, 3), [1, 0]),
            ((3, 17, 2), [1, 2, 0]),
            ((4, 3, 33), [1, 0, 2]),
            ((2, 5, 3, 7), [2, 0, 3, 1]),
        )
    ),
    Case(
        "Slice",
        "runs",
        (x(5, 37), *(given(v, "int64") for v in ([1, 2], [4, 35], [0, 1]))),
        constants=(1, 2, 3),
        int8=True,
    ),
    Case(
        "Slice",
        "backwards_by_2",
        (x(9, 7), *(given(v, "int64") for v in ([-1], [-99], [0], [-2]))),
        constants=(1, 2, 3, 4),
        int8=True,
    ),
    *(
        Case("Pad", f"around_{'x'.join(map(str, shape))}", (x(*shape), given(pads, "int64")), constants=(1,), int8=True)
        for shape, pads in (
            ((1, 3, 4, 5), [0, 0, 1, 2, 0, 0, 3, 0]),
            ((1, 16, 5, 4), [0, 0, 1, 1, 0, 0, 1, 1]),
            ((2, 37), [1, 0, 0, 3]),
            ((2, 1), [0, 5, 0, 0]),
            ((3, 4, 5), [1, 0, 2, 0, 1, 3]),
        )
    ),
    Case("Transpose", "of_int64", (x(5, 9, dtype="int64", low=-9, high=9),)),
    *(
        Case(op, "one_number", (x(3, 7), given(0.37, "float32")), constants=(1,), int8=True)
        for op in ("Add", "Sub", "Mul")
    ),
    Case("Mul", "one_negative_number", (x(1, 3, 2, 5), given([-2.5], "float32")), constants=(1,), int8=True),
    *(_sum("Mul", count) for count in (1, 3, 4, 5, 17)),
    *(
        Case("Mul", f"rows_of_{count}{'_by_one' * (last == 1)}", (x(2, 3, count), x(3, last)), int8=True)
        for count in (5, 8)
        for last in (1, count)
    ),
    *(_sum("Add", count) for count in (1, 7, 8, 9, 16, 17, 33)),
    _sum("Sub", 31),
    Case("Add", "unequal_ranges", (x(1, 5, 4, 3, low=-100.0, high=100.0), x(1, 5, 4, 3, low=0.0, high=0.1)), int8=True),
    *(_average(channels, 3, 5) for channels in (3, 4, 5, 8, 17)),
    _average(4, 1, 255),
    _average(5, 16, 16),
    *(_window("MaxPool", channels, 6, 5, 3, 2) for channels in (1, 3, 4, 5, 7, 8, 9, 16, 17, 33)),
    *(_window("AveragePool", channels, 6, 5, 3, 2) for channels in (1, 3, 4, 5, 7, 8, 9, 16, 17)),
    _window("AveragePool", 6, 5, 4, 2, 3, count_include_pad=1),
    Case("AveragePool", "one_tap", (x(2, 5, 3, 4),), {"kernel_shape": [1, 1], "strides": [2, 2]}, int8=True),
    Case("AveragePool", "255_taps", (x(1, 5, 17, 16, low=2.9, high=3.0),), {"kernel_shape": [17, 15]}, int8=True),
    Case("AveragePool", "256_taps", (x(1, 5, 17, 16, low=-3.0, high=-2.9),), {"kernel_shape": [16, 16]}, int8=True),
    Case("GlobalMaxPool", "image", (x(2, 9, 5, 3),), int8=True),
    *(Case("Sigmoid", f"{count}_elements", (x(count),), int8=True) for count in (1, 7, 8, 9, 16, 17, 37)),
    *(Case("Softmax", f"columns_of_{count}", (x(2, count, 3),), {"axis": 1}, int8=True) for count in (1, 7)),
    *(Case("Softmax", f"rows_of_{count}", (x(3, count),), int8=True) for count in (1, 2, 4, 7, 300)),
    Case("GlobalAveragePool", "high_values", (x(2, 4, 20, 21, low=2.9, high=3.0),), int8=True),
]
