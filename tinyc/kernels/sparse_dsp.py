"""The kernel of weighted sums that leaves out zero weights, for cores with DSP: eight pixels at a time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.conv2d_dsp import STRIP_FITS
from tinyc.kernels.lists import SHORT_ENOUGH, SINGLE
from tinyc.kernels.matrix import DENSE_FITS
from tinyc.kernels.overlap import Access
from tinyc.kernels.pixels import clamp_of, weight_rows
from tinyc.kernels.record import Kernel, Params, Predicate, Site, int_table, register
from tinyc.kernels.requant_dsp import in_range, largest_sums, two_step
from tinyc.kernels.sparse_strips import SPARSE_COST, SparseStrips, entries_of, sparse_strips_of
from tinyc.kernels.tpack import low_words
from tinyc.kernels.weighted import requant_fields
from tinyc.targets.isa import Isa

_NAME = "tc_conv2d_sparse_s8_dsp"
_LANE_BITS = 24
"""Between the sums of two pixels in 64 bits."""
_SUM_LIMIT = 1 << (_LANE_BITS - 1)
_UNSIGNED = 128
"""Added to the first of two pixels."""


def _constants(site: Site) -> Array:
    """int32 [channels][5]: both sums to start from, low word and high, multiplier, offset, shift."""
    weights = weight_rows(site)
    step = two_step(site, clamp_of(site), len(weights))
    first = step.bias - _UNSIGNED * weights.astype(np.int64).sum(axis=1)
    start = first + (step.bias << _LANE_BITS)
    columns = [start, start >> 32, step.value, step.offset(), step.k]
    return low_words(np.stack(columns, axis=1)).reshape(-1, len(columns))


def _params(site: Site) -> Params:
    strips, x, y = sparse_strips_of(site), site.type("x"), site.type("y")
    assert x.quant is not None
    bounds = requant_fields(site, clamp_of(site), strips.out_channels)
    return Params("tc_conv2d_s8_sparse_dsp", {
        "across": strips.across.params,
        "along": strips.along.params,
        "batch": strips.batch,
        "in_bytes": x.bytes // strips.batch,
        "out_bytes": y.bytes // strips.batch,
        "in_channels": strips.channels,
        "out_channels": strips.out_channels,
        "tile": strips.tile,
        "pitch": strips.pitch,
        **SINGLE.fields(strips.spread(site), more=1),
        "constants": int_table("constants", _constants(site), "int32", "bias and requantisation"),
        "in_zero_point": x.quant.zero_point[0],
        "low": bounds["low"],
        "high": bounds["high"],
    })  # fmt: skip


def _scratch(site: Site) -> int:
    return sparse_strips_of(site).scratch_bytes


def _work(site: Site) -> Mapping[str, int]:
    strips: SparseStrips = sparse_strips_of(site)
    return strips.work(entries_of(site, strips))


def _access(site: Site) -> Access:
    return sparse_strips_of(site).access(site)


_FITS = (
    SHORT_ENOUGH,
    Predicate(
        "requantisation shifts must lie between 33 and 54",
        lambda site: in_range(site, clamp_of(site), len(weight_rows(site))),
    ),
    Predicate(
        "sums must stay below 2^23",
        lambda site: bool((largest_sums(site, len(weight_rows(site))) < _SUM_LIMIT).all()),
    ),
)

register(*(
    Kernel(
        name=_NAME, op=op, source=f"conv/{_NAME}.c", needs=Isa.DSP,
        reads={"x": "s8", "w": f"s8:{SINGLE.encoding}", "y": "s8"}, fits=(*fits, *_FITS), params=_params,
        scratch=_scratch, overlap={"x": _access}, work=_work, cost=SPARSE_COST,
    )
    for op, fits in (("conv2d", STRIP_FITS), ("dense", DENSE_FITS))
))  # fmt: skip
