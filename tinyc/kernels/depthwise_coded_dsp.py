"""The kernel of depthwise 3x3 convolution with coded weights for cores with DSP."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.coded import CODED
from tinyc.kernels.coded_weights import bound_fields, coded_weights, table_bytes
from tinyc.kernels.compact import channels_of
from tinyc.kernels.conv2d import conv_of, filters, shape_fields
from tinyc.kernels.depthwise_dsp import (
    COST_3X3,
    FITS_3X3,
    MOST_SCALING,
    access_3x3,
    band_rows_of,
    plane_words_of,
    scratch_3x3,
    work_3x3,
)
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.kernels.requant_dsp import MAX_STEPS, largest_sums
from tinyc.targets.isa import Isa

_SHIFT = 8
"""What smaller shifts become by scaling."""
_LARGEST_WEIGHT_BITS = 7
_BLOCK = 4
"""Channels that are decoded together."""


def _shifts(site: Site) -> Array:
    """Of each channel, beyond 32."""
    return channels_of(site, conv_of(site).clamp, site.type("y").shape[1]).shift - 32


def _least_scaled(site: Site) -> int:
    """All channels with shifts from here to _SHIFT can be scaled to it."""
    k = _shifts(site)
    more = np.clip(_SHIFT - k, 0, MOST_SCALING)
    sums = largest_sums(site, len(k)) << more
    can = (more == _SHIFT - k) & (sums < 1 << 31) & (more <= 15 - _LARGEST_WEIGHT_BITS)
    return int(k[(k <= _SHIFT) & ~can].max(initial=int(k.min()) - 1)) + 1


def _in_range(site: Site) -> bool:
    k = _shifts(site)
    by_itself, scaled = (k >= 1) & (k <= MAX_STEPS), (k >= _least_scaled(site)) & (k <= _SHIFT)
    return bool((by_itself | scaled).all())


def _params(site: Site) -> Params:
    conv, taps = conv_of(site), filters(site)
    channels = [range(first, min(first + _BLOCK, len(taps))) for first in range(0, len(taps), _BLOCK)]
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
        "weights": coded_weights(site, conv.clamp, [taps[block.start : block.stop] for block in channels], channels),
        **bound_fields(site, conv.clamp),
        "band_rows": band_rows_of(site),
        "plane_words": plane_words_of(site, band_rows_of(site)),
        "least_scaled": _least_scaled(site),
    }
    return Params("tc_conv2d_s8_coded_depthwise", fields)


def _work(site: Site) -> Mapping[str, int]:
    return {**work_3x3(site), "tables": int(table_bytes(site) > 0)}


register(
    Kernel(
        name="tc_conv2d_dw3x3_s8_coded_dsp", op="conv2d", source="conv/tc_conv2d_dw3x3_s8_coded_dsp.c",
        needs=Isa.DSP | Isa.FPU_SP, reads={"x": "s8", "w": f"s8:{CODED}", "y": "s8"},
        fits=(
            *FITS_3X3,
            Predicate("requantisation shifts must lie between 33 and 54, or scaled sums must fit", _in_range),
        ),
        params=_params, scratch=lambda site: scratch_3x3(site) + table_bytes(site), overlap={"x": access_3x3},
        work=_work, cost={**COST_3X3, "channels": 600.0, "tables": 3000.0},
    )
)  # fmt: skip
