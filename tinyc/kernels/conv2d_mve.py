"""Kernel of convolution for cores with MVE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.access import together, window_axes, windows
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.mve_rows import REQUANT_FITS, row_fields
from tinyc.kernels.overlap import Access
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.ops.conv2d import Conv2d
from tinyc.targets.isa import Isa

_STRIP_BYTES = 2048
"""Of the columns that are gathered together; at least those of one window, however large."""


def _rows(site: Site) -> Array:
    """Weights as [out_channels][kernel_width * kernel_height * in_channels]."""
    weights = filters(site)
    weights = weights if weights.ndim == 4 else weights[:, np.newaxis]
    return weights.transpose(0, 2, 1, 3).reshape(len(weights), -1)


@dataclass(frozen=True, slots=True)
class _Strip:
    """Columns of the input, gathered for `tile` windows of a row of outputs, and 15 bytes more that may be read."""

    record: int
    taps: int
    stride: int
    tile: int

    @property
    def columns(self) -> int:
        return (self.tile - 1) * self.stride + self.taps

    @property
    def bytes(self) -> int:
        return self.columns * self.record + 15


def _strip(site: Site) -> _Strip:
    shape = {name: value for name, value in shape_fields(site).items() if isinstance(value, int)}
    record, taps, width = shape["kernel_height"] * shape["in_channels"], shape["kernel_width"], shape["out_width"]
    stride = shape["stride_width"]
    if shape["dilation_width"] != 1:
        return _Strip(record, taps, stride, 1)
    most = max(1, (_STRIP_BYTES // record - taps) // stride + 1)
    parts = -(-width // most)
    return _Strip(record, taps, stride, -(-width // parts))


def _params(site: Site) -> Params:
    x, packed = site.type("x"), row_fields(site, _rows(site))
    assert x.quant is not None
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
        "weights": packed["weights"],
        "constants": packed["constants"],
        "in_zero_point": x.quant.zero_point[0],
        "low": packed["low"],
        "high": packed["high"],
        "tile": _strip(site).tile,
    }
    return Params("tc_conv2d_s8_mve_params", fields)


def _dilated(site: Site) -> bool:
    return shape_fields(site)["dilation_width"] != 1


def _turns_of_a_row(site: Site, strip: _Strip) -> int:
    """Instruction groups that copy one row of the input to a strip: 16 bytes, or as many whole columns."""
    depth = site.type("x").shape[1]
    together = 1 if _dilated(site) else min(16 // depth, 256 // strip.record)
    return -(-strip.columns // together) if together > 1 else strip.columns * -(-depth // 16)


def _work(site: Site) -> Mapping[str, int]:
    channels, inputs = _rows(site).shape
    strip, y = _strip(site), site.type("y")
    pixels, quads = y.elements // channels, -(-channels // 4)
    strips = pixels // y.shape[-1] * -(-y.shape[-1] // strip.tile)
    runs = strips * (strip.record // site.type("x").shape[1])
    return {
        "blocks": pixels * quads * -(-inputs // 16), "rows": pixels * quads, "quads": strips * quads,
        "ragged": pixels if channels % 4 else 0, "strips": strips, "runs": runs,
        "turns": runs * _turns_of_a_row(site, strip),
    }  # fmt: skip


def _by_strips(site: Site) -> Access:
    """The columns of a strip of windows in a row are copied before their outputs are written."""
    axes, tile = window_axes(shape_fields(site)), _strip(site).tile
    height, width = (axis.out_length for axis in axes)
    strips = np.arange(height)[:, np.newaxis] * -(-width // tile) + np.arange(width) // tile
    return windows(site, axes, together(site.type("x").shape[1], site.type("y").shape[1]), strips)


def _one_group(site: Site) -> bool:
    assert isinstance(site.op.operator, Conv2d)
    return site.op.operator.groups == 1


register(
    Kernel(
        name="tc_conv2d_s8_mve", op="conv2d", source="conv/tc_conv2d_s8_mve.c", needs=Isa.MVE,
        reads={"x": "s8", "w": "s8:dense", "y": "s8"}, params=_params, work=_work,
        scratch=lambda site: _strip(site).bytes, overlap={"x": _by_strips},
        fits=(
            constant("w", "b"),
            channels_last("x", "y"),
            Predicate("one or two spatial axes", lambda site: site.type("x").rank in (3, 4)),
            Predicate("one group", _one_group),
            REQUANT_FITS,
        ),
        cost={"blocks": 7.5, "rows": 18.0, "quads": 35.0, "strips": 200.0, "runs": 50.0, "turns": 6.0,
              "ragged": 90.0},
    )
)  # fmt: skip
