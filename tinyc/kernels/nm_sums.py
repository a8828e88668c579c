"""Kernels of weighted sums that multiply n of every m inputs, for every core."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.kernels.access import rows, together, window_axes, windows
from tinyc.kernels.conv2d import shape_fields
from tinyc.kernels.conv2d_dsp import STRIP_FITS
from tinyc.kernels.matrix import DENSE_FITS, row_count
from tinyc.kernels.nm import ENCODING, FEW_ENOUGH, ratio_at, stream_table
from tinyc.kernels.overlap import Access
from tinyc.kernels.pairs import PAIRS_FITS, requant_columns
from tinyc.kernels.pixels import (
    PIXEL_FITS,
    clamp_of,
    in_tiles,
    pixel_count,
    pixel_shape,
    tap_count,
    weight_rows,
    window_runs,
)
from tinyc.kernels.record import Field, Kernel, Params, Site, Table, int_table, register
from tinyc.kernels.requant_dsp import two_step
from tinyc.kernels.weighted import requant_fields

_READS = {"x": "s8", "w": f"s8:{ENCODING}", "y": "s8"}
_AT_ONCE = 4


def _rows_params(site: Site) -> Params:
    """tc_nm_rows; ModelError if an accumulator could leave int32."""
    weights, ratio = weight_rows(site), ratio_at(site)
    plain, x = requant_fields(site, clamp_of(site), len(weights)), site.type("x").quant
    bias = plain["bias"]
    assert isinstance(bias, Table) and x is not None
    start = bias.array - x.zero_point[0] * weights.astype(np.int64).sum(axis=1)
    fields: dict[str, Field] = {
        "stream": stream_table(site),
        "bias": int_table("bias", start, "int32", "bias for x as stored", "weights"),
        "multiplier": plain["multiplier"], "shift": plain["shift"],
        "channels": len(weights), "groups": ratio.groups(weights.shape[1]), "n": ratio.n, "m": ratio.m,
    }  # fmt: skip
    return Params("tc_nm_rows", {**fields, **{name: plain[name] for name in ("out_zero_point", "low", "high")}})


def _conv_params(site: Site) -> Params:
    x = site.type("x").quant
    assert x is not None
    shape = Params("tc_conv2d_shape", shape_fields(site))
    return Params("tc_conv2d_s8_nm", {
        "shape": shape, "weights": _rows_params(site), "in_zero_point": x.zero_point[0],
    })  # fmt: skip


def _dense_params(site: Site) -> Params:
    inputs = weight_rows(site).shape[1]
    return Params("tc_dense_s8_nm", {
        "rows": row_count(site), "in_features": inputs, "weights": _rows_params(site),
    })  # fmt: skip


def _four_params(site: Site) -> Params:
    weights, ratio, clamp, x = weight_rows(site), ratio_at(site), clamp_of(site), site.type("x").quant
    assert x is not None
    bounds, step = requant_fields(site, clamp, len(weights)), two_step(site, clamp, len(weights))
    return Params("tc_conv2d_s8_nm_four", {
        "shape": Params("tc_conv2d_shape", pixel_shape(site)),
        "stream": stream_table(site),
        "constants": int_table("constants", requant_columns(step, step.bias), "int32", "bias and requantisation"),
        "units": ratio.units(weights.shape[1]),
        "n": ratio.n,
        "m": ratio.m,
        "in_zero_point": x.zero_point[0],
        "low": bounds["low"],
        "high": bounds["high"],
    })  # fmt: skip


def _inputs(site: Site) -> int:
    return int(weight_rows(site).shape[1])


def _four_scratch(site: Site) -> int:
    ratio, inputs = ratio_at(site), _inputs(site)
    return 8 * ratio.units(inputs) * ratio.unit_inputs + inputs // tap_count(site)


def _units(site: Site) -> int:
    """Of one pixel."""
    return len(weight_rows(site)) * ratio_at(site).units(_inputs(site))


def _conv_work(site: Site) -> Mapping[str, int]:
    pixels = pixel_count(site)
    return {**_dense_work(site), "inputs": pixels * _inputs(site), "pixels": pixels}


def _dense_work(site: Site) -> Mapping[str, int]:
    return {"units": pixel_count(site) * _units(site), "outputs": site.type("y").elements}


def _four_work(site: Site) -> Mapping[str, int]:
    """Of whole tiles of four pixels."""
    passes = -(-pixel_count(site) // _AT_ONCE)
    return {
        "units": passes * _units(site), "channels": passes * len(weight_rows(site)), "passes": passes,
        "columns": passes * _inputs(site), "runs": window_runs(site, _AT_ONCE),
    }  # fmt: skip


def _pixel_after_pixel(site: Site) -> Access:
    """The window of a pixel is gathered before its outputs are written."""
    channels = together(site.type("x").shape[1], site.type("y").shape[1])
    return windows(site, window_axes(shape_fields(site)), channels)


def _row_after_row(site: Site) -> Access:
    return rows(site, len(weight_rows(site)), 1, in_turn=True)


def _four(op: str) -> Kernel:
    name = "tc_conv2d_nm_s8_scalar"
    return Kernel(
        name=name, op=op, source=f"conv/{name}.c", reads=_READS, fits=(*PIXEL_FITS[op], *PAIRS_FITS, FEW_ENOUGH),
        params=_four_params, scratch=_four_scratch, overlap={"x": lambda site: in_tiles(site, _AT_ONCE, quads=False)},
        work=_four_work,
        cost={"units": 56.0, "channels": 115.0, "passes": 460.0, "columns": 14.3, "runs": 150.0},
    )  # fmt: skip


register(
    *(_four(op) for op in PIXEL_FITS),
    Kernel(
        name="tc_conv2d_nm_s8_ref", op="conv2d", source="conv/tc_conv2d_nm_s8_ref.c", reads=_READS,
        fits=(*STRIP_FITS, FEW_ENOUGH), params=_conv_params, scratch=_inputs, overlap={"x": _pixel_after_pixel},
        work=_conv_work, cost={"units": 30.0, "outputs": 65.0, "inputs": 2.7, "pixels": 900.0},
    ),
    Kernel(
        name="tc_dense_nm_s8_ref", op="dense", source="dense/tc_dense_nm_s8_ref.c", reads=_READS,
        fits=(*DENSE_FITS, FEW_ENOUGH), params=_dense_params, overlap={"x": _row_after_row}, work=_dense_work,
        cost={"units": 31.0, "outputs": 82.0, "calls": 150.0},
    ),
)  # fmt: skip
