"""Kernels of the float fully connected layer for cores with float32 in hardware."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.kernels.conv2d_fpu import pack_block, padded_bias
from tinyc.kernels.predicates import constant, linear
from tinyc.kernels.record import Kernel, Params, Site, Table, register
from tinyc.kernels.weighted import float_fields
from tinyc.ops.dense import Dense
from tinyc.targets.isa import Isa

_CHANNELS = 16


def _params(site: Site) -> Params:
    x, weights = site.type("x"), site.array("w")
    assert weights is not None and isinstance(site.op.operator, Dense)
    bounds = float_fields(site, site.op.operator.clamp, len(weights))
    packed = pack_block(weights, _CHANNELS)
    return Params("tc_dense_f32_block", {
        "rows": x.elements // x.shape[-1],
        "in_features": x.shape[-1],
        "out_features": len(weights),
        "weights": Table("weights", packed, f"weights {list(weights.shape)}: out, in; by sixteen channels"),
        "bias": padded_bias(site, len(weights), _CHANNELS),
        "low": bounds["low"],
        "high": bounds["high"],
    })  # fmt: skip


def _work(site: Site) -> Mapping[str, int]:
    """Of whole tiles: sixteen channels."""
    x, channels = site.type("x"), -(-site.type("y").shape[-1] // _CHANNELS) * _CHANNELS
    rows = x.elements // x.shape[-1]
    return {"macs": x.elements * channels, "outputs": rows * channels}


register(
    Kernel(
        name="tc_dense_f32_fpu", op="dense", source="dense/tc_dense_f32_fpu.c", needs=Isa.FPU_SP,
        reads={"x": "f32", "w": "f32:dense", "y": "f32"}, fits=(constant("w", "b"), linear("x", "y")),
        params=_params, work=_work, cost={"macs": 3.3, "outputs": 18.0},
    )
)  # fmt: skip
