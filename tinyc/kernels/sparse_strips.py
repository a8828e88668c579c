"""Strips of inputs for the kernel of single weights, as runtime_c/include/tinyc/sparse_dsp.h describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.access import rows, together, window_axes, windows
from tinyc.kernels.conv2d import filters
from tinyc.kernels.conv2d_dsp import Axis, axis_of
from tinyc.kernels.lists import SINGLE
from tinyc.kernels.overlap import Access
from tinyc.kernels.pixels import pixel_count, pixel_shape, weight_rows
from tinyc.kernels.record import Site
from tinyc.ops.conv2d import Conv2d

_AT_ONCE = 8
_STRIP_BYTES = 4096
"""Of a strip; eight outputs in any case."""
SPARSE_COST = {"entries": 13.4, "channels": 128.0, "words": 6.5, "positions": 40.0, "passes": 110.0, "strips": 150.0,
               "moved": 2.0}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SparseStrips:
    """Windows slide along one axis, `tile` outputs at a time; each position along has a word of every input."""

    across: Axis
    along: Axis
    along_width: bool
    batch: int
    channels: int
    out_channels: int
    tile: int

    @property
    def pitch(self) -> int:
        """Words of one input."""
        return self.along.stride * (self.tile // 2 + (self.along.taps - 1) * self.along.dilation // self.along.stride)

    @property
    def positions(self) -> int:
        """Along, of one strip, each with the one half a strip behind."""
        return (self.tile // 2 - 1) * self.along.stride + (self.along.taps - 1) * self.along.dilation + 1

    @property
    def kept(self) -> int:
        """Taps across that the strip of the next row takes over."""
        if self.across.dilation != 1 or self.along.out_length > self.tile:
            return 0
        return max(0, self.across.taps - self.across.stride)

    @property
    def words(self) -> int:
        return self.across.taps * self.channels * self.pitch

    @property
    def scratch_bytes(self) -> int:
        return 4 * self.words + 8 * self.out_channels + self.channels

    def spread(self, site: Site) -> Array:
        """Weights [out_channels][words of a strip], each where its input lies for the first output."""
        taps = np.arange(self.along.taps) * self.along.dilation
        stride = self.along.stride
        found = np.zeros((self.out_channels, self.across.taps, self.channels, self.pitch), np.int8)
        found[..., taps % stride * (self.pitch // stride) + taps // stride] = self._weights(site)
        return found.reshape(self.out_channels, -1)

    def _weights(self, site: Site) -> Array:
        """[out_channels][across taps][in_channels][along taps]"""
        if self.along.taps == self.across.taps == 1:
            return weight_rows(site).reshape(self.out_channels, 1, self.channels, 1)
        weights = filters(site)
        weights = weights if weights.ndim == 4 else weights[:, np.newaxis]
        return np.moveaxis(weights if self.along_width else weights.transpose(0, 2, 1, 3), 2, 3)

    def work(self, entries: int) -> Mapping[str, int]:
        """Of all channels together so many entries."""
        lines = self.batch * self.across.out_length
        whole, left = divmod(self.along.out_length, self.tile)
        passes = lines * (whole * self.tile // _AT_ONCE + -(-min(left, self.tile // 2) // 4))
        strips = lines * (whole + bool(left))
        kept = self.kept * (lines - self.batch)
        positions = (strips * self.across.taps - kept) * self.positions
        return {
            "entries": passes * entries, "channels": passes * self.out_channels, "passes": passes,
            "words": positions * self.channels, "positions": positions, "strips": strips,
            "moved": kept * self.channels * self.pitch,
        }  # fmt: skip

    def access(self, site: Site) -> Access:
        """What the windows of a strip read is gathered before its outputs are written."""
        if _is_pointwise(site):
            return rows(site, self.out_channels, self.tile)
        axes = window_axes({name: value for name, value in pixel_shape(site).items() if isinstance(value, int)})
        down, right = np.arange(axes[0].out_length)[:, np.newaxis], np.arange(axes[1].out_length)[np.newaxis]
        along, across = (right, down) if self.along_width else (down, right)
        steps = across * (int(along.max()) // self.tile + 1) + along // self.tile
        return windows(site, axes, together(self.channels, self.out_channels), steps)


def sparse_strips_of(site: Site) -> SparseStrips:
    """Strips of the axis and length that take least time; of those that take little more, the shortest."""
    choices = _choices(site)
    entries = int(np.count_nonzero(weight_rows(site)))
    cycles = [sum(count * SPARSE_COST[name] for name, count in one.work(entries).items()) for one in choices]
    most = (1 + site.spare) * min(cycles)
    fast = [one for one, taken in zip(choices, cycles, strict=True) if taken <= most]
    return min(fast, key=lambda one: (one.scratch_bytes, not one.along_width))


def entries_of(site: Site, strips: SparseStrips) -> int:
    """Of all channels' lists."""
    return SINGLE.count(strips.spread(site))


def _choices(site: Site) -> list[SparseStrips]:
    shape = {name: value for name, value in pixel_shape(site).items() if isinstance(value, int)}
    depth, out = shape["in_channels"], shape["out_channels"]
    if _is_pointwise(site):
        count = pixel_count(site)
        return [SparseStrips(_single(), _line(count, depth, out), True, 1, depth, out, _AT_ONCE)]
    height, width = axis_of(shape, "height", shape["in_width"], shape["out_width"]), axis_of(shape, "width", 1, 1)
    return [
        SparseStrips(across, along, along is width, shape["batch"], depth, out, tile)
        for along, across in ((width, height), (height, width))
        for tile in range(_AT_ONCE, along.out_length + _AT_ONCE, _AT_ONCE)
        if tile == _AT_ONCE or SparseStrips(across, along, True, 1, depth, out, tile).words * 4 <= _STRIP_BYTES
    ]


def _is_pointwise(site: Site) -> bool:
    """Whether pixels lie one behind another in x as in y."""
    operator = site.op.operator
    if not isinstance(operator, Conv2d):
        return True
    window = operator.window
    return {*window.kernel, *window.strides} == {1} and not any((*window.begin, *window.end))


def _single() -> Axis:
    return Axis(in_length=1, out_length=1, taps=1, stride=1, dilation=1, pad=0, in_step=0, out_step=0)


def _line(count: int, depth: int, out: int) -> Axis:
    return Axis(in_length=count, out_length=count, taps=1, stride=1, dilation=1, pad=0, in_step=depth, out_step=out)
