"""The kernel of convolution for cores with DSP that needs least scratch memory: two windows at a time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.access import WindowAxis, together, window_axes, windows
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.conv2d_dsp import STRIP_FITS
from tinyc.kernels.matrix import is_matrix
from tinyc.kernels.overlap import Access
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.kernels.tpack import TPACK_FITS, tpack_fields
from tinyc.targets.isa import Isa


def _rows(site: Site) -> Array:
    """Weights [out_channels][inputs of a window]."""
    weights = filters(site)
    return weights.reshape(len(weights), -1)


def _params(site: Site) -> Params:
    x, packed = site.type("x"), tpack_fields(site, _rows(site), pairs=True)
    assert x.quant is not None
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
        "weights": packed["weights"],
        "constants": packed["constants"],
        "shared_shift": packed["shared_shift"],
        "in_zero_point": x.quant.zero_point[0],
        "low": packed["low"],
        "high": packed["high"],
    }
    return Params("tc_conv2d_pairs_s8", fields)


def _scratch(site: Site) -> int:
    channels, inputs = _rows(site).shape
    return int(4 * inputs + site.type("x").shape[1] + 8 * -(-channels // 4))


def _axes(site: Site) -> tuple[WindowAxis, WindowAxis]:
    rows, columns = window_axes(shape_fields(site))
    return rows, columns


def _access(site: Site) -> Access:
    """The windows of two outputs are expanded before these are written."""
    axes = _axes(site)
    shape = tuple(axis.out_length for axis in axes)
    steps = (np.arange(shape[0] * shape[1]) // 2).reshape(shape)
    channels = together(site.type("x").shape[1], site.type("y").shape[1])
    return windows(site, axes, channels, steps, spills=True)


def _work(site: Site) -> Mapping[str, int]:
    """Of whole blocks: four channels, two pixels. `quads` of inputs are expanded for two pixels, in `runs` of taps that
    lie side by side, or of one where padding is near.
    """
    rows, columns = _axes(site)
    channels, inputs = _rows(site).shape
    pairs = site.type("y").shape[0] * -(-rows.out_length * columns.out_length // 2)
    whole = int((columns.inside == columns.taps).sum()) / columns.out_length if columns.dilation == 1 else 0.0
    outputs = pairs * 2 * -(-channels // 4) * 4
    return {
        "macs": outputs * inputs,
        "outputs": outputs,
        "quads": pairs * inputs // 4,
        "runs": int(pairs * rows.taps * (whole + (1 - whole) * columns.taps)),
    }


_SEVERAL_TAPS = Predicate("1x1 of stride 1: tc_dense_rows_s8_dsp", lambda site: not is_matrix(site))
_BY_FOUR = Predicate("channels of inputs must be a multiple of four", lambda site: site.type("x").shape[1] % 4 == 0)

register(
    Kernel(
        name="tc_conv2d_pairs_s8_dsp", op="conv2d", source="conv/tc_conv2d_pairs_s8_dsp.c", needs=Isa.DSP,
        reads={"x": "s8", "w": "s8:dense", "y": "s8"}, fits=(*STRIP_FITS, _BY_FOUR, _SEVERAL_TAPS, *TPACK_FITS),
        params=_params, scratch=_scratch, overlap={"x": _access}, work=_work,
        cost={"macs": 0.97, "outputs": 7.5, "quads": 11.6, "runs": 169.0, "calls": 237.0},
    )
)  # fmt: skip
