"""GatherElements, GatherND, Scatter, ScatterElements, ScatterND: axes, blocks, batch axes, reductions, formats.

The ONNX reference gathers elements by numpy's choose, which is limited: those cases run in ONNX Runtime (opset 12).
"""

from tests.cases.case import Case, given, x

ROWS = given([[0, 2], [-1, 0], [1, 1]], "int64")
PAIRS = given([[[0, 1], [-1, -4]], [[1, 3], [2, 0]]], "int64")
NEAR = given([[1, 0, 2], [0, 2, 0]], "int64")
ELEMENTS = (x(3, 4), NEAR, x(2, 3))

CASES = [
    *(Case("GatherElements", f"axis{axis}", (x(3, 4, 5), given([[[0, 2], [-1, 1]]], "int64")), {"axis": axis}, int8=True, opset=12) for axis in (0, 1, 2, -2)),
    Case("GatherElements", "constant_int32", (x(3, 4), given([[0, -1, 2, 1]], "int32")), {}, (1,), opset=12),
    *(Case("GatherElements", dtype, (x(3, 4, dtype=dtype, low=0, high=90), NEAR), {"axis": 1}, opset=12) for dtype in ("uint8", "int16", "int64", "bool")),
    Case("GatherND", "elements", (x(3, 4), ROWS), int8=True),
    Case("GatherND", "rows_constant", (x(3, 4, 5), PAIRS), {}, (1,), int8=True),
    Case("GatherND", "whole_rows", (x(3, 2, 2), given([[1], [-3], [2]], "int64"))),
    Case("GatherND", "batch1", (x(2, 4, 3), given([[[1, 2], [0, -1]], [[3, 0], [-4, 1]]], "int64")), {"batch_dims": 1}),
    Case("GatherND", "batch2", (x(2, 3, 4, 2), given([[[0], [1], [2]], [[3], [-1], [0]]], "int64")), {"batch_dims": 2}),
    Case("GatherND", "int8", (x(3, 4, dtype="int8", low=-99, high=99), ROWS)),
    *(Case("ScatterElements", f"axis{axis}", (x(3, 4, 5), given([[[0, 2], [-1, 1]]], "int64"), x(1, 2, 2)), {"axis": axis}, int8=True) for axis in (0, 1, 2, -3)),
    *(Case("ScatterElements", how, ELEMENTS, {"axis": 1, "reduction": how}, int8=how in ("min", "max"), opset=18) for how in ("add", "mul", "min", "max")),
    Case("ScatterElements", "constant_indices", ELEMENTS, {}, (1,)),
    Case("ScatterElements", "duplicates_add", (x(1, 5), given([[1, 1, -1]], "int32"), x(1, 3)), {"axis": 1, "reduction": "add"}, opset=18),
    *(Case("ScatterElements", f"add_{dtype}", (x(3, 4, dtype=dtype, low=0, high=90), NEAR, x(2, 3, dtype=dtype, low=0, high=90)), {"reduction": "add"}, opset=18) for dtype in ("int8", "uint8", "int16", "int32", "int64")),
    *(Case("ScatterElements", dtype, (x(3, 4, dtype=dtype, low=0, high=90), NEAR, x(2, 3, dtype=dtype, low=0, high=90))) for dtype in ("int8", "int16", "bool")),
    *(Case("ScatterND", how, (x(4, 5), given([[0, 2], [-1, 0], [0, 2]], "int64"), x(3)), {"reduction": how}, opset=18) for how in ("add", "mul", "min", "max")),
    Case("ScatterND", "blocks", (x(4, 2, 3), given([[2], [0]], "int64"), x(2, 2, 3)), int8=True),
    Case("ScatterND", "blocks_max", (x(4, 2, 3), given([[2], [-4], [2]], "int64"), x(3, 2, 3)), {"reduction": "max"}, opset=18),
    Case("ScatterND", "index_grid", (x(4, 3, 2), given([[[0, 1], [3, 2]], [[1, 0], [2, 2]]], "int64"), x(2, 2, 2)), {}, (1,)),
    Case("ScatterND", "updates_constant_uint8", (x(5, dtype="uint8", low=0, high=200), given([[4], [1]], "int64"), given([7, 9], "uint8")), {}, (1, 2)),
]  # fmt: skip
