"""Kernel of decision trees."""

from __future__ import annotations

from math import prod

from tinyc.kernels.predicates import constant, linear
from tinyc.kernels.record import Kernel, Params, Site, register
from tinyc.ops.tree_ensemble import Aggregate, TreeEnsemble

_HOW = {Aggregate.MIN: 1, Aggregate.MAX: 2}
"""TC_TREE_* of tree_ensemble.h; sums are 0."""
_TYPICAL_DEPTH = 8
_TABLES = ("feature", "threshold", "mode", "other", "roots", "target", "weight", "base")


def _params(site: Site) -> Params:
    trees = site.op.operator
    assert isinstance(trees, TreeEnsemble)
    rows, features = site.type("x").shape
    count = site.type("roots").elements
    fields = {
        "rows": rows,
        "features": features,
        "targets": site.type("y").shape[1],
        "trees": count,
        "how": _HOW.get(trees.how, 0),
        "start": trees.start,
        "divisor": float(count if trees.how is Aggregate.AVERAGE else 1),
    }
    return Params("tc_tree_ensemble", fields)


register(
    Kernel(
        name="tc_tree_ensemble_f32_ref", op="tree_ensemble", source="tree_ensemble/tc_tree_ensemble_f32_ref.c",
        reads={"x": "f32", "feature": "i16", "threshold": "f32", "mode": "u8", "other": "i32", "roots": "i32",
               "target": "i16", "weight": "f32", "base": "f32", "y": "f32"},
        passes=("x", *_TABLES), fits=(constant(*_TABLES), linear("x", "y")), params=_params,
        work=lambda site: {"nodes": prod(site.type("x").shape[:1]) * site.type("roots").elements * _TYPICAL_DEPTH},
        cost={"nodes": 20.0},
    ),
)  # fmt: skip
