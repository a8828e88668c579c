"""Convolutions of one group and fully connected layers seen as one thing: rows of weights times windows of pixels."""

from __future__ import annotations

import math

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.access import apart, window_axes
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.overlap import Access, bytes_of
from tinyc.kernels.predicates import channels_last, constant, linear
from tinyc.kernels.record import Field, Predicate, Site
from tinyc.ops.clamp import Clamp
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense

_ROWS = {
    "batch": 1, "in_width": 1, "out_width": 1, "groups": 1, "kernel_height": 1, "kernel_width": 1,
    "stride_height": 1, "stride_width": 1, "dilation_height": 1, "dilation_width": 1, "pad_top": 0, "pad_left": 0,
}  # fmt: skip


def weight_rows(site: Site) -> Array:
    """Weights as [out_channels][taps * in_channels]."""
    if isinstance(site.op.operator, Conv2d):
        return filters(site).reshape(len(filters(site)), -1)
    weights = site.array("w")
    assert weights is not None
    return weights


def pixel_count(site: Site) -> int:
    """Output pixels; rows of a fully connected layer."""
    return site.type("y").elements // len(weight_rows(site))


def tap_count(site: Site) -> int:
    """Taps of the window; 1 for a fully connected layer."""
    return math.prod(site.op.operator.window.kernel) if isinstance(site.op.operator, Conv2d) else 1


def pixel_shape(site: Site) -> dict[str, Field]:
    """Members of tc_conv2d_shape; rows of a fully connected layer lie below each other."""
    if isinstance(site.op.operator, Conv2d):
        return shape_fields(site)
    (channels, inputs), rows = weight_rows(site).shape, pixel_count(site)
    extents: dict[str, Field] = {"in_height": rows, "in_channels": inputs, "out_height": rows, "out_channels": channels}
    return {**_ROWS, **extents}


def window_runs(site: Site, pixels: int) -> int:
    """Runs of inputs that lie side by side in the windows of so many pixels at a time: a row of taps if it is inside
    for all of them, else single taps. Pixels are counted up to a whole number of times.
    """
    shape = {name: value for name, value in pixel_shape(site).items() if isinstance(value, int)}
    height, width = window_axes(shape)
    down = np.arange(height.out_length)[:, np.newaxis] * height.stride - height.pad
    rows = down + np.arange(height.taps) * height.dilation
    columns = np.arange(width.out_length) * width.stride - width.pad
    fits = (columns >= 0) & (columns + width.taps <= width.in_length) & (width.dilation == 1)
    whole = ((rows >= 0) & (rows < height.in_length))[:, np.newaxis] & fits[:, np.newaxis]
    one_by_one = np.tile(whole.reshape(-1, height.taps), (shape["batch"], 1))
    padded = np.pad(one_by_one, ((0, -len(one_by_one) % pixels), (0, 0)), mode="edge")
    together = padded.reshape(-1, pixels, height.taps).all(axis=1)
    return int(np.where(together, 1, width.taps).sum())


def in_tiles(site: Site, pixels: int, quads: bool) -> Access:
    """So many output pixels at a time, in the order of memory. With `quads` four channels of them after the other, each
    from all inputs; else all inputs are read before anything is written. Images that share a tile are not described.
    """
    shape = {name: value for name, value in pixel_shape(site).items() if isinstance(value, int)}
    if shape["batch"] > 1:
        return apart(site)
    height, width = window_axes(shape)
    steps = (np.arange(height.out_length * width.out_length) // pixels).reshape(height.out_length, width.out_length)
    down, right = height.last_readers()[:, np.newaxis], width.last_readers()[np.newaxis]
    reads = np.where((down < 0) | (right < 0), -1, steps[down, right])
    groups = np.arange(shape["out_channels"]) // 4 if quads else np.zeros(shape["out_channels"], np.int64)
    count = int(groups[-1]) + 1
    last = np.repeat(np.where(reads < 0, -1, reads * count + count - 1).reshape(-1), shape["in_channels"])
    writes = steps.reshape(-1, 1) * count + groups
    return Access(bytes_of(last, site.type("x").dtype.bytes), bytes_of(writes, site.type("y").dtype.bytes))


def clamp_of(site: Site) -> Clamp:
    """The fused activation."""
    assert isinstance(site.op.operator, Conv2d | Dense)
    return site.op.operator.clamp


def _one_group(site: Site) -> bool:
    return isinstance(site.op.operator, Conv2d) and site.op.operator.groups == 1


PIXEL_FITS = {
    "conv2d": (
        constant("w", "b"),
        channels_last("x", "y"),
        Predicate("one or two spatial axes", lambda site: site.type("x").rank in (3, 4)),
        Predicate("one group", _one_group),
    ),
    "dense": (constant("w", "b"), linear("x", "y")),
}
"""By operator: what a kernel over pixels needs."""
