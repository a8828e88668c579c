"""Orders of access that several kernels share: windows, rows, one element after the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.overlap import STEP_BYTES, Access, bytes_of
from tinyc.kernels.record import Field, Site
from tinyc.ops.windows import Window


@dataclass(frozen=True, slots=True)
class WindowAxis:
    """One axis along which a window moves."""

    in_length: int
    out_length: int
    taps: int
    stride: int
    dilation: int
    pad: int

    def last_readers(self) -> Array:
        """For each position of the input the last output whose window has it; -1 if there is none."""
        found = np.full(self.in_length, -1, np.int64)
        for out in range(self.out_length):
            places = out * self.stride - self.pad + np.arange(self.taps) * self.dilation
            found[places[(places >= 0) & (places < self.in_length)]] = out
        return found

    @property
    def inside(self) -> Array:
        """For each output the taps of its window that lie inside the input."""
        starts = np.arange(self.out_length) * self.stride - self.pad
        places = starts[:, np.newaxis] + np.arange(self.taps) * self.dilation
        return np.asarray(((places >= 0) & (places < self.in_length)).sum(axis=1))


def taps_inside(axes: Sequence[WindowAxis]) -> int:
    """Taps inside the input, of all windows together."""
    return math.prod(int(axis.inside.sum()) for axis in axes)


@dataclass(frozen=True, slots=True)
class Channels:
    """Steps at one position, by channel: how many, which is the last to read and the first to write each channel."""

    steps: int
    reads: Array
    writes: Array


def together(in_channels: int, out_channels: int) -> Channels:
    """All channels are read before any is written."""
    return Channels(1, np.zeros(in_channels, np.int64), np.zeros(out_channels, np.int64))


def in_groups(in_channels: int, out_channels: int, groups: int) -> Channels:
    """One output channel after the other, each from all input channels of its group."""
    last = (np.arange(in_channels) // (in_channels // groups) + 1) * (out_channels // groups) - 1
    return Channels(out_channels, last, np.arange(out_channels))


def by_fours(in_channels: int, out_channels: int) -> Channels:
    """Four input channels at a time, then the output channels made from them: depthwise."""
    multiple = out_channels // in_channels
    reads = np.arange(in_channels) // 4
    return Channels(int(reads[-1]) + 1, reads, np.arange(out_channels) // multiple // 4)


def channel_steps(count: int, steps: Sequence[Sequence[int]]) -> Channels:
    """From the channels of each step, which reads all of them before it writes any."""
    reads, writes = np.zeros(count, np.int64), np.full(count, len(steps), np.int64)
    for step, found in enumerate(steps):
        reads[list(found)] = step
        writes[list(found)] = np.minimum(writes[list(found)], step)
    return Channels(len(steps), reads, writes)


def windows(
    site: Site, axes: Sequence[WindowAxis], channels: Channels, positions: Array | None = None, *, spills: bool = False
) -> Access:
    """Windows over channels-last tensors. `positions`: steps of the output positions, one after the other if None; they
    must grow along every axis. `spills`: the last quad of a position's outputs may spill over into the next position.
    """
    shape = tuple(axis.out_length for axis in axes)
    steps = np.arange(np.prod(shape)).reshape(shape) if positions is None else positions
    return positioned(site, _last_steps(axes, steps), steps, channels, spills=spills)


def filters_in_turn(site: Site, axes: Sequence[WindowAxis], groups: int) -> Access:
    """One output channel after the other, each at all positions of all images, from the channels of its group."""
    x, y = site.type("x"), site.type("y")
    shape = (x.shape[0], *(axis.out_length for axis in axes), 1)
    steps = np.arange(math.prod(shape)).reshape(shape)
    last = np.stack([_last_steps(axes, image[..., 0])[..., np.newaxis] for image in steps])
    channels = in_groups(x.shape[1], y.shape[1], groups)
    reads, writes = last + channels.reads * steps.size, steps + channels.writes * steps.size
    return Access(bytes_of(np.where(last < 0, -1, reads), x.dtype.bytes), bytes_of(writes, y.dtype.bytes))


def _last_steps(axes: Sequence[WindowAxis], steps: Array) -> Array:
    """For each position of the input the step of the last output whose window has it; -1 if there is none."""
    last = np.ix_(*(axis.last_readers() for axis in axes))
    unread = np.any(np.stack(np.broadcast_arrays(*(readers < 0 for readers in last))), axis=0)
    return np.where(unread, -1, steps[last])


def bands(site: Site, axes: Sequence[WindowAxis], spans: Sequence[tuple[int, int]]) -> Access:
    """Depthwise on planes of whole rows, four channels at a time: `spans` are the output rows of each band. A value may
    lie over one of the same channel, or of those that were read earlier, that no later band needs.
    """
    x, y, rows, columns = site.type("x"), site.type("y"), *axes
    reads, writes = np.full(rows.in_length, -1, np.int64), np.full(rows.out_length, len(spans), np.int64)
    for band, (first, count) in enumerate(spans):
        top = first * rows.stride - rows.pad
        reads[max(top, 0) : top + (count - 1) * rows.stride + rows.taps] = band
        writes[first : first + count] = np.minimum(writes[first : first + count], band)
    channels = by_fours(x.shape[1], y.shape[1])
    unit = math.lcm(y.shape[1], STEP_BYTES)
    tried = range(0, -(rows.taps + 1) * columns.out_length * y.shape[1], -unit)
    at, to = np.repeat(reads, columns.in_length), np.repeat(writes, columns.out_length)
    return positioned(site, at, to, channels, tuple(tried))


def lines(site: Site, axes: Sequence[WindowAxis], along: int = 0) -> Access:
    """Output line after line, rows (`along` 0) or columns (1): before each the lines of x that its windows add to those
    before are copied, so that each is read once, by the first line of outputs that needs it.
    """
    axis, (rows, columns) = axes[along], axes
    first = np.full(axis.in_length, -1, np.int64)
    for out in reversed(range(axis.out_length)):
        top = out * axis.stride - axis.pad
        first[max(top, 0) : max(top + axis.taps, 0)] = out
    shape = (-1, 1) if along == 0 else (1, -1)
    reads = np.broadcast_to(first.reshape(shape), (rows.in_length, columns.in_length))
    writes = np.broadcast_to(np.arange(axis.out_length).reshape(shape), (rows.out_length, columns.out_length))
    channels = together(site.type("x").shape[1], site.type("y").shape[1])
    return positioned(site, reads, writes, channels)


def apart(site: Site) -> Access:
    """Nothing is known of the order: x and y may not share a byte."""
    return Access(np.ones(site.type("x").bytes, np.int64), np.zeros(site.type("y").bytes, np.int64))


def positioned(
    site: Site, reads: Array, writes: Array, channels: Channels, tried: tuple[int, ...] = (0,), *, spills: bool = False
) -> Access:
    """From the steps of the positions of one image, -1 where it is not read; images follow each other."""
    x, y = site.type("x"), site.type("y")
    at = np.where(reads.reshape(-1, 1) < 0, -1, reads.reshape(-1, 1) * channels.steps + channels.reads)
    to = writes.reshape(-1, 1) * channels.steps + channels.writes
    images = np.arange(x.shape[0]).reshape(-1, 1, 1) * (int(to.max(initial=0)) + 1)
    written = (to + images).reshape(-1, to.shape[1])
    return Access(
        bytes_of(np.where(at < 0, -1, at + images), x.dtype.bytes),
        bytes_of(spilling(written) if spills else written, y.dtype.bytes),
        tried,
    )


def spatial_axes(site: Site, window: Window) -> list[WindowAxis]:
    """The spatial axes of x and y that a window moves along."""
    x, y = site.type("x").shape, site.type("y").shape
    sizes = zip(x[2:], y[2:], window.kernel, window.strides, window.dilations, window.begin, strict=True)
    return [WindowAxis(*size) for size in sizes]


def window_axes(shape: Mapping[str, Field]) -> list[WindowAxis]:
    """Height and width of the members of a tc_conv2d_shape."""
    number = {name: value for name, value in shape.items() if isinstance(value, int)}
    return [
        WindowAxis(
            number[f"in_{name}"], number[f"out_{name}"], number[f"kernel_{name}"], number[f"stride_{name}"],
            number[f"dilation_{name}"], number[pad],
        )
        for name, pad in (("height", "pad_top"), ("width", "pad_left"))
    ]  # fmt: skip


def elements(site: Site) -> Access:
    """One element after the other, x to y, in the order of memory. Where their C types differ one must be of a byte: C
    lets a compiler assume that other types do not share memory.
    """
    x, y = site.type("x"), site.type("y")
    return Access(bytes_of(np.arange(x.elements), x.dtype.bytes), bytes_of(np.arange(y.elements), y.dtype.bytes))


def rows(site: Site, features: int, tile: int, *, in_turn: bool = False, backwards: bool = False) -> Access:
    """`features` outputs from each row of x, `tile` rows at a time; with `in_turn` one output after the other, each
    from the whole row. With several rows at a time, the last quad of outputs may spill over into the next row, unless
    the last tile comes first.
    """
    x, y = site.type("x"), site.type("y")
    count = y.elements // features
    steps = np.arange(count) // tile
    steps = steps.max(initial=0) - steps if backwards else steps
    channels = in_groups(1, features, 1) if in_turn else together(1, features)
    reads = steps * channels.steps + channels.reads[0]
    writes = steps.reshape(-1, 1) * channels.steps + channels.writes
    if tile > 1 and not backwards:
        writes = spilling(writes)
    return Access(bytes_of(np.repeat(reads, x.elements // count), x.dtype.bytes), bytes_of(writes, y.dtype.bytes))


def spilling(writes: Array) -> Array:
    """[pixels][channels]: a last quad of channels that is not full is written with what follows it."""
    spill = -writes.shape[1] % 4
    writes = writes.copy()
    writes[1:, :spill] = np.minimum(writes[1:, :spill], writes[:-1, -1:])
    return writes


def moved(site: Site, sources: Array) -> Access:
    """One output element after the other, each from the element of x whose index is in `sources`, -1 for none."""
    x, y = site.type("x"), site.type("y")
    reads = np.full(x.elements, -1, np.int64)
    used = np.flatnonzero(sources >= 0)
    np.maximum.at(reads, sources[used], used)
    return Access(bytes_of(reads, x.dtype.bytes), bytes_of(np.arange(y.elements), y.dtype.bytes))
