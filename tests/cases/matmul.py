"""Products of matrices: constant and computed operands, vectors, batches, every form of Gemm's addend."""

from tests.cases.case import Case, x

CASES = [
    Case("MatMul", "constant_right", (x(3, 5), x(5, 4)), constants=(1,), int8=True),
    Case("MatMul", "constant_right_3d", (x(2, 3, 5), x(5, 4)), constants=(1,), int8=True),
    Case("MatMul", "constant_left", (x(3, 5), x(5, 4)), constants=(0,), int8=True),
    Case("MatMul", "both_computed", (x(3, 7), x(7, 4)), int8=True),
    Case("MatMul", "batches", (x(2, 3, 5, 7), x(2, 3, 7, 4)), int8=True),
    Case("MatMul", "broadcast_batches", (x(2, 1, 5, 7), x(3, 7, 4)), int8=True),
    Case("MatMul", "constant_batched_right", (x(2, 5, 7), x(2, 7, 4)), constants=(1,), int8=True),
    Case("MatMul", "vector_left", (x(5), x(5, 4)), constants=(1,), int8=True),
    Case("MatMul", "vector_right", (x(3, 5), x(5))),
    Case("MatMul", "vectors", (x(5), x(5))),
    Case("MatMul", "vector_times_batch", (x(5), x(2, 5, 3))),
    Case("MatMul", "inner_1", (x(3, 1), x(1, 4)), int8=True),
    Case("Gemm", "dense", (x(3, 5), x(5, 4), x(4)), constants=(1, 2), int8=True),
    Case("Gemm", "trans_b", (x(1, 6), x(4, 6), x(4)), {"transB": 1}, (1, 2), int8=True),
    Case("Gemm", "trans_a", (x(6, 3), x(6, 4)), {"transA": 1}, (1,), int8=True),
    Case("Gemm", "no_addend", (x(3, 5), x(5, 4)), constants=(1,), int8=True),
    Case("Gemm", "alpha_beta", (x(3, 5), x(4, 5), x(4)), {"alpha": 0.5, "beta": 0.25, "transB": 1}, (1, 2)),
    Case("Gemm", "scalar_addend", (x(3, 5), x(5, 4), x()), {"beta": 2.0}, (1, 2)),
    Case("Gemm", "row_addend", (x(3, 5), x(5, 4), x(1, 4)), {}, (1, 2)),
    Case("Gemm", "column_addend", (x(3, 5), x(5, 4), x(3, 1)), {}, (1, 2)),
    Case("Gemm", "matrix_addend", (x(3, 5), x(5, 4), x(3, 4)), {"beta": 0.5}, (1, 2)),
    Case("Gemm", "all_computed", (x(3, 5), x(5, 4), x(4)), {"alpha": 1.5}),
    Case("Gemm", "all_computed_transposed", (x(5, 3), x(4, 5), x(3, 4)), {"transA": 1, "transB": 1, "beta": 0.5}),
    Case("Gemm", "beta_0", (x(3, 5), x(5, 4), x(4)), {"beta": 0.0}, (1, 2)),
]  # fmt: skip
