"""Kernels of support vector machines."""

from __future__ import annotations

from tinyc.kernels.predicates import constant, linear
from tinyc.kernels.record import Kernel, Params, Site, Table, register
from tinyc.ops.pairwise_coupling import PRECISION, ROUNDS, PairwiseCoupling


def _distance_params(site: Site) -> Params:
    points = site.array("points")
    assert points is not None
    (rows, features), count = site.type("x").shape, points.shape[0]
    vectors = Table("vectors", points, f"support vectors {list(points.shape)}")
    return Params("tc_squared_distance", {"rows": rows, "features": features, "points": count, "vectors": vectors})


def _coupling_params(site: Site) -> Params:
    rows, classes = site.type("y").shape
    fields = {"rows": rows, "classes": classes, "rounds": ROUNDS, "precision": PRECISION / classes}
    return Params("tc_pairwise_coupling", fields)


def _coupling_scratch(site: Site) -> int:
    coupling = site.op.operator
    assert isinstance(coupling, PairwiseCoupling)
    return 4 * coupling.classes * (coupling.classes + 1)


register(
    Kernel(
        name="tc_squared_distance_f32_ref", op="squared_distance", source="svm/tc_squared_distance_f32_ref.c",
        reads={"x": "f32", "points": "f32", "y": "f32"}, fits=(constant("points"), linear("x", "y")),
        params=_distance_params, cost={"macs": 7.0},
        work=lambda site: {"macs": site.op.operator.macs(site.inputs, site.outputs)},
    ),
    Kernel(
        name="tc_pairwise_coupling_f32_ref", op="pairwise_coupling", source="svm/tc_pairwise_coupling_f32_ref.c",
        reads={"x": "f32", "y": "f32"}, fits=(linear("x", "y"),), params=_coupling_params,
        scratch=_coupling_scratch, cost={"outputs": 2000.0},
    ),
)  # fmt: skip
