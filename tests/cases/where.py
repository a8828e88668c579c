"""Choice between two tensors: every size of elements, every operand repeated, constants; one-hot vectors."""

from tests.cases.case import Case, given, x

CHOICE = given([[True, False, True], [False, False, True]], "bool")
SHAPES = {
    "same": ((2, 3), (2, 3), (2, 3)),
    "scalars": ((2, 3), (), ()),
    "all_repeat": ((3, 1, 1), (1, 4, 1), (1, 1, 5)),
    "channels": ((1, 3, 1, 1), (1, 3, 4, 5), (1, 3, 4, 5)),
    "rank3_condition": ((3, 1, 1), (1, 3, 4, 5), (1,)),
    "six_axes": ((2, 1, 3, 1, 2, 1), (1, 2, 1, 3, 1, 2), (2, 2, 3, 3, 2, 2)),
    "one_element": ((1,), (1,), (1,)),
    "prime": ((13,), (13,), (13,)),
}
FORMATS = ("int8", "uint8", "int16", "int32", "int64", "bool")
LABELS = given([0, 3, 2, -1, -4, 7, -9], "int64")


def _bool(shape: tuple[int, ...]) -> object:
    return x(*shape, dtype="bool", low=0, high=1)


CASES = [
    *(Case("Where", name, (_bool(c), x(*a), x(*b)), int8=True) for name, (c, a, b) in SHAPES.items()),
    *(Case("Where", dtype, (CHOICE, x(2, 3, dtype=dtype, low=0, high=99), x(3, dtype=dtype, low=0, high=99))) for dtype in FORMATS),
    Case("Where", "constant_condition", (CHOICE, x(2, 3), x(2, 3)), constants=(0,), int8=True),
    Case("Where", "mask", (_bool((1, 5, 5)), x(2, 5, 5), given(float("-inf"), "float32")), constants=(2,)),
    Case("OneHot", "last_axis", (LABELS, given(4, "int64"), given([0.0, 1.0], "float32")), constants=(1, 2)),
    Case("OneHot", "first_axis", (LABELS, given(4, "int64"), given([2, 5], "int8")), {"axis": 0}, (1, 2)),
    Case("OneHot", "middle", (given([[1, 2], [0, 9]], "int32"), given(3, "int32"), given([-1.0, 2.0], "float32")), {"axis": -2}, (1, 2)),
    Case("OneHot", "float_indices", (given([0.0, 2.0], "float32"), given(3, "int64"), given([0, 1], "int64")), {}, (1, 2)),
    Case("OneHot", "uint8_indices", (given([0, 200], "uint8"), given(201, "int64"), given([0, 1], "int32")), {}, (1, 2)),
    Case("OneHot", "run_time_values", (LABELS, given(4, "int64"), x(2)), {}, (1,)),
]  # fmt: skip
