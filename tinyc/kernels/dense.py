"""Kernels of the fully connected layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tinyc.kernels.access import rows
from tinyc.kernels.overlap import Access
from tinyc.kernels.predicates import constant, linear
from tinyc.kernels.record import Field, Kernel, Params, Site, Table, register
from tinyc.kernels.weighted import float_fields, packed_weights, requant_fields
from tinyc.ops.dense import Dense


def _shape_fields(site: Site) -> dict[str, Field]:
    x, y = site.type("x"), site.type("y")
    weights = site.array("w")
    assert weights is not None
    return {
        "rows": x.elements // x.shape[-1],
        "in_features": x.shape[-1],
        "out_features": y.shape[-1],
        "weights": Table("weights", weights, f"weights {list(weights.shape)}: out, in"),
    }


def _operator(site: Site) -> Dense:
    assert isinstance(site.op.operator, Dense)
    return site.op.operator


def _params_f32(site: Site) -> Params:
    tail = float_fields(site, _operator(site).clamp, site.type("y").shape[-1])
    return Params("tc_dense_f32", _shape_fields(site) | tail)


def _packed_params(site: Site) -> Params:
    plain, weights = _integer_params(site, "tc_dense_s8p"), site.array("w")
    assert weights is not None
    return Params(plain.c_type, {**plain.fields, "weights": packed_weights(site, weights)})


def _params_s8(site: Site) -> Params:
    return _integer_params(site, "tc_dense_s8")


def _params_s8w16(site: Site) -> Params:
    return _integer_params(site, "tc_dense_s8w16")


def _integer_params(site: Site, c_type: str) -> Params:
    tail = requant_fields(site, _operator(site).clamp, site.type("y").shape[-1])
    return Params(c_type, _shape_fields(site) | tail)


def _work(site: Site) -> Mapping[str, int]:
    return {"macs": site.op.operator.macs(site.inputs, site.outputs), "outputs": site.type("y").elements}


def _output_by_output(site: Site) -> Access:
    return rows(site, site.type("y").shape[-1], 1, in_turn=True)


_COST = {"macs": 8.9, "outputs": 47.0}

_FITS = (constant("w", "b"), linear("x", "y"))


def _integer(x: str, suffix: str, weights: str, params: Callable[[Site], Params]) -> Kernel:
    name = f"tc_dense_{x}{suffix}_ref"
    return Kernel(
        name=name, op="dense", source=f"dense/{name}.c", reads={"x": x, "w": weights, "y": x},
        fits=_FITS, params=params, overlap={"x": _output_by_output}, work=_work, cost=_COST,
    )  # fmt: skip


register(
    Kernel(
        name="tc_dense_f32_ref", op="dense", source="dense/tc_dense_f32_ref.c",
        reads={"x": "f32", "w": "f32:dense", "y": "f32"}, fits=_FITS, params=_params_f32,
        overlap={"x": _output_by_output}, work=_work,
        cost={"macs": 10.0, "outputs": 20.0},
    ),
    *(_integer(x, "", "s8:dense", _params_s8) for x in ("s8", "s16")),
    *(_integer(x, "w16", "s16:dense", _params_s8w16) for x in ("s8", "s16")),
    *(_integer(x, "w4", "s8:packed4", _packed_params) for x in ("s8", "s16")),
    *(_integer(x, "w2", "s8:packed2", _packed_params) for x in ("s8", "s16")),
)  # fmt: skip
