"""Kernels of fully connected layers and 1x1 convolutions for cores with MVE."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.kernels.matrix import is_matrix, matrix, row_count
from tinyc.kernels.mve_rows import REQUANT_FITS, row_fields
from tinyc.kernels.predicates import channels_last, constant, linear
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register
from tinyc.targets.isa import Isa


def _params(site: Site) -> Params:
    channels, inputs = matrix(site).shape
    shape = {"rows": row_count(site), "in_features": inputs, "out_features": channels}
    return Params("tc_dense_s8_mve_params", shape | row_fields(site, matrix(site)))


def _work(site: Site) -> Mapping[str, int]:
    """Of whole tiles: four channels, 16 inputs; `ragged` rows end in a part of a tile."""
    channels, inputs = matrix(site).shape
    quads = -(-channels // 4)
    rows = row_count(site)
    return {
        "blocks": rows * quads * -(-inputs // 16), "rows": rows * quads, "quads": quads,
        "ragged": rows if channels % 4 else 0,
    }  # fmt: skip


def _kernel(op: str, *fits: Predicate) -> Kernel:
    return Kernel(
        name="tc_dense_s8_mve", op=op, source="dense/tc_dense_s8_mve.c", reads={"x": "s8", "w": "s8:dense", "y": "s8"},
        needs=Isa.MVE, fits=(constant("w", "b"), *fits, REQUANT_FITS), params=_params, work=_work,
        cost={"blocks": 7.5, "rows": 18.0, "quads": 35.0, "ragged": 90.0},
    )  # fmt: skip


register(
    _kernel("dense", linear("x", "y")),
    _kernel("conv2d", channels_last("x", "y"), Predicate("must be 1x1, stride 1, one group", is_matrix)),
)
