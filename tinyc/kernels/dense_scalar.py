"""Kernels of the fully connected layer for cores without DSP."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.pairs import requant_columns
from tinyc.kernels.predicates import constant, linear
from tinyc.kernels.record import Kernel, Params, Predicate, Site, Table, int_table, register
from tinyc.kernels.requant_dsp import in_range, two_step
from tinyc.kernels.weighted import requant_fields
from tinyc.ops.dense import Dense

_UNIT = 8
_LIFT = 128


def pack_bytes(rows: Array) -> Array:
    """int32 [channels / 4][inputs]: bytes w + 128 of channels 0, 2, 1, 3; zeros fill up both axes."""
    channels, inputs = -(-rows.shape[0] // 4) * 4, -(-rows.shape[1] // _UNIT) * _UNIT
    lifted = np.zeros((channels, inputs), np.uint8)
    lifted[: rows.shape[0], : rows.shape[1]] = rows.astype(np.int64) + _LIFT
    fours = lifted.reshape(-1, 4, inputs)[:, [0, 2, 1, 3]]
    return np.ascontiguousarray(fours.transpose(0, 2, 1)).view("<i4").reshape(-1)


def _params(site: Site) -> Params:
    x, weights, clamp = site.type("x"), site.array("w"), _operator(site).clamp
    assert weights is not None
    bounds, step = requant_fields(site, clamp, len(weights)), two_step(site, clamp, len(weights))
    start = step.bias - _LIFT * weights.astype(np.int64).sum(axis=1)
    return Params("tc_dense_s8_bytes", {
        "rows": _rows(site),
        "in_features": x.shape[-1],
        "out_features": len(weights),
        "weights": Table("weights", pack_bytes(weights), f"weights {list(weights.shape)}: out, in; by four"),
        "constants": int_table("constants", requant_columns(step, start), "int32", "start and requantisation"),
        "low": bounds["low"],
        "high": bounds["high"],
    })  # fmt: skip


def _operator(site: Site) -> Dense:
    assert isinstance(site.op.operator, Dense)
    return site.op.operator


def _rows(site: Site) -> int:
    return site.type("x").elements // site.type("x").shape[-1]


def _inputs(site: Site) -> int:
    return -(-site.type("x").shape[-1] // _UNIT) * _UNIT


def _work(site: Site) -> Mapping[str, int]:
    """Of whole tiles: eight channels, eight inputs."""
    channels = -(-site.type("y").shape[-1] // 8) * 8
    inputs, rows = _inputs(site), _rows(site)
    return {"macs": rows * channels * inputs, "outputs": rows * channels, "inputs": rows * inputs}


def _requant_fits(site: Site) -> bool:
    return in_range(site, _operator(site).clamp, site.type("y").shape[-1])


register(
    Kernel(
        name="tc_dense_s8_scalar", op="dense", source="dense/tc_dense_s8_scalar.c",
        reads={"x": "s8", "w": "s8:dense", "y": "s8"}, params=_params, scratch=_inputs, work=_work,
        fits=(
            constant("w", "b"),
            linear("x", "y"),
            Predicate("requantisation shifts must lie between 33 and 54", _requant_fits),
        ),
        cost={"macs": 2.3, "outputs": 20.0, "inputs": 5.0},
    )
)  # fmt: skip
