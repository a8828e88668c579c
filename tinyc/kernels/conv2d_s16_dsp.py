"""Kernels of convolution on int16 activations for cores with DSP."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.pixels import window_runs
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.kernels.s16pack import S16_FITS, in_fours, out_channels, pack_pairs, s16_fields
from tinyc.ops.conv2d import Conv2d
from tinyc.targets.isa import Isa


def _rows(site: Site) -> Array:
    """Weights as [out_channels][taps * in_channels]."""
    weights = filters(site)
    return weights.reshape(len(weights), -1)


def _shape(site: Site) -> dict[str, Field]:
    return {"shape": Params("tc_conv2d_shape", shape_fields(site))}


def _params(site: Site) -> Params:
    fields = s16_fields(site, pack_pairs(_rows(site)), in_fours(out_channels(site)))
    return Params("tc_conv2d_s16_pack", _shape(site) | fields)


def quad_channels(channels: int) -> Array:
    """Channels by groups of four; the last group ends at the last channel and may repeat some of the one before."""
    starts = np.minimum(np.arange(0, channels, 4), channels - 4)
    return np.asarray((starts[:, None] + np.arange(4)).reshape(-1))


def pack_taps(taps: Array) -> Array:
    """int32 [channels / 4][taps] of int8 [channels][taps]: bytes c0 c2 c1 c3."""
    fours = taps.reshape(-1, 4, taps.shape[1])[:, [0, 2, 1, 3]]
    return np.ascontiguousarray(fours.transpose(0, 2, 1)).reshape(-1).view("<i4")


def _params_depthwise(site: Site) -> Params:
    quads = quad_channels(out_channels(site))
    return Params("tc_conv2d_s16_dw", _shape(site) | s16_fields(site, pack_taps(_rows(site)[quads]), quads))


def _pairs(site: Site) -> int:
    return -(-int(_rows(site).shape[1]) // 2)


def _work(site: Site) -> Mapping[str, int]:
    """Of whole tiles: four channels, two pixels, two inputs."""
    y, channels, pairs = site.type("y"), out_channels(site), _pairs(site)
    passes = -(-y.elements // channels // 2)
    outputs = passes * 2 * -(-channels // 4) * 4
    odd = site.type("x").shape[1] % 2
    return {"macs": outputs * 2 * pairs, "outputs": outputs, "passes": passes, "pairs": passes * pairs,
            "halves": odd * passes * pairs, "runs": window_runs(site, 1)}  # fmt: skip


def _work_depthwise(site: Site) -> Mapping[str, int]:
    y, channels = site.type("y"), out_channels(site)
    pixels, quads = y.elements // channels, -(-channels // 4)
    return {"taps": pixels * quads * _rows(site).shape[1], "quads": pixels * quads, "pixels": pixels}


def _is_depthwise(site: Site) -> bool:
    assert isinstance(site.op.operator, Conv2d)
    return site.op.operator.groups == site.type("x").shape[1] == out_channels(site) >= 4


def _one_group(site: Site) -> bool:
    assert isinstance(site.op.operator, Conv2d)
    return site.op.operator.groups == 1


_READS = {"x": "s16", "w": "s8:dense", "y": "s16"}
_FITS = (
    constant("w", "b"),
    channels_last("x", "y"),
    Predicate("one or two spatial axes", lambda site: site.type("x").rank in (3, 4)),
)

register(
    Kernel(
        name="tc_conv2d_s16_dsp", op="conv2d", source="conv/tc_conv2d_s16_dsp.c", needs=Isa.DSP, reads=_READS,
        fits=(*_FITS, Predicate("one group", _one_group), *S16_FITS), params=_params,
        scratch=lambda site: 8 * _pairs(site), work=_work,
        cost={"macs": 1.13, "outputs": 9.0, "passes": 400.0, "pairs": 16.0, "halves": 20.0, "runs": 30.0},
    ),
    Kernel(
        name="tc_conv2d_dw_s16_dsp", op="conv2d", source="conv/tc_conv2d_dw_s16_dsp.c", needs=Isa.DSP, reads=_READS,
        fits=(*_FITS, Predicate("depthwise, four or more channels", _is_depthwise), *S16_FITS),
        params=_params_depthwise, work=_work_depthwise, cost={"taps": 14.0, "quads": 90.0, "pixels": 100.0},
    ),
)  # fmt: skip
