"""Tree ensembles of ai.onnx.ml: both forms, every comparison, every aggregate, NaN, set membership, lone leaves."""

import numpy as np
from onnx import numpy_helper

from tests.cases.case import Case, given, x

ML = "ai.onnx.ml"
MODES = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"]
EDGES = given([[-1.0, 0.5], [0.0, 0.5], [0.5, 0.0], [1.0, 2.0], [0.25, -0.5]], "float32")


def tensor(values, dtype="float32"):
    return numpy_helper.from_array(np.array(values, dtype))


def regressor(mode, **more):
    """Two trees of depth 2 with targets 0 and 1."""
    return {
        "nodes_treeids": [0, 0, 0, 0, 0, 1, 1, 1], "nodes_nodeids": [0, 1, 2, 3, 4, 0, 1, 2],
        "nodes_featureids": [0, 1, 0, 0, 0, 1, 0, 0], "nodes_values": [0.25, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        "nodes_modes": [mode, mode, "LEAF", "LEAF", "LEAF", mode, "LEAF", "LEAF"],
        "nodes_truenodeids": [1, 3, 0, 0, 0, 2, 0, 0], "nodes_falsenodeids": [2, 4, 0, 0, 0, 1, 0, 0],
        "target_treeids": [0, 0, 0, 1, 1], "target_nodeids": [2, 3, 4, 1, 2], "target_ids": [0, 1, 0, 0, 1],
        "target_weights": [1.5, -2.0, 0.25, 3.0, 4.0], "n_targets": 2, **more,
    }  # fmt: skip


# as the ONNX reference reads it, a lone leaf has the number of its node, and 0 ends a set
FLAT = {
    "n_targets": 2, "aggregate_function": 1, "post_transform": 0, "tree_roots": [0, 2],
    "nodes_featureids": [0, 0, 1], "nodes_modes": tensor([0, 6, 4], "uint8"), "nodes_splits": tensor([0.25, 0.0, 0.5]),
    "nodes_truenodeids": [1, 0, 2], "nodes_trueleafs": [0, 1, 1], "nodes_falsenodeids": [3, 1, 2], "nodes_falseleafs": [1, 1, 1],
    "leaf_targetids": [0, 1, 1, 0], "leaf_weights": tensor([1.0, -2.0, 0.5, 5.0]), "membership_values": tensor([-1.0, 0.25, np.nan]),
}  # fmt: skip

CASES = [
    *(Case("TreeEnsembleRegressor", mode.lower(), (EDGES,), regressor(mode), domain=ML) for mode in MODES),
    *(Case("TreeEnsembleRegressor", how.lower(), (x(7, 2),), regressor("BRANCH_LT", aggregate_function=how, target_ids=[0] * 5, n_targets=1), domain=ML) for how in ("SUM", "MIN", "MAX", "AVERAGE")),
    Case("TreeEnsembleRegressor", "base_values", (x(5, 2),), regressor("BRANCH_LEQ", base_values=[0.5, -1.0]), domain=ML),
    Case("TreeEnsemble", "members_and_lone_leaf", (EDGES,), FLAT, domain=ML),
]  # fmt: skip
