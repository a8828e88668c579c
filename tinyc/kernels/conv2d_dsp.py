"""Kernels of convolution for cores with DSP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.access import together, window_axes, windows
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.overlap import Access
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.kernels.tpack import TPACK_FITS, tpack_fields
from tinyc.ops.conv2d import Conv2d
from tinyc.targets.isa import Isa

_STRIP_BYTES = 4096
"""Of one strip; at least two outputs, however large their windows."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a convolution; the members of tc_conv_axis."""

    in_length: int
    out_length: int
    taps: int
    stride: int
    dilation: int
    pad: int
    in_step: int
    out_step: int

    @property
    def params(self) -> Params:
        return Params("tc_conv_axis", {name: getattr(self, name) for name in self.__slots__})


@dataclass(frozen=True, slots=True)
class Strips:
    """Windows slide along one axis; the records of a strip hold across.taps * channels inputs."""

    across: Axis
    along: Axis
    along_width: bool
    channels: int
    out_channels: int
    tile: int

    @property
    def record(self) -> int:
        return self.across.taps * self.channels

    @property
    def contiguous(self) -> bool:
        """Whether a record lies in the input as it is."""
        return self.across.in_step == self.channels and self.across.dilation == 1

    @property
    def row(self) -> int:
        """Inputs of a window that lie side by side, if strips lie along the width and are not filled by words."""
        return self.along.taps * self.channels

    @property
    def by_words(self) -> bool:
        return self.channels % 4 == 0 or (self.contiguous and self.record % 4 == 0)

    @property
    def lag(self) -> int:
        """Inputs between the windows of two neighbouring outputs in a strip."""
        return self.record * (self.along.stride if self.along.dilation == 1 else self.along.taps)

    @property
    def quads(self) -> int:
        return -(-self.along.taps * self.record // 4)

    def records(self, outputs: int) -> int:
        if self.along.dilation != 1:
            return outputs * self.along.taps
        return (outputs - 1) * self.along.stride + self.along.taps

    @property
    def strip_bytes(self) -> int:
        """Expanded, with what second pixels are written before its start and what the last window reads beyond its end;
        or windows, and two of them as bytes.
        """
        pairs, window = self.tile // 2, 4 * self.quads
        if self.by_words:
            return 4 * (self.lag + max(self.records(self.tile) * self.record, (pairs - 1) * 2 * self.lag + window))
        return pairs * 4 * window + 2 * self.along.taps * self.record

    @property
    def scratch_bytes(self) -> int:
        return 8 * -(-self.record // 4) + 8 * -(-self.out_channels // 4) + self.strip_bytes

    @property
    def work(self) -> Mapping[str, int]:
        """Of whole blocks: four channels, two pixels, four inputs."""
        strips, left = divmod(self.along.out_length, self.tile)
        pairs = self.across.out_length * -(-self.along.out_length // 2)
        outputs = pairs * 2 * -(-self.out_channels // 4) * 4
        records = strips * self.records(self.tile) + (self.records(left) if left else 0)
        filled = self.across.out_length * records
        return {
            "macs": outputs * 4 * self.quads,
            "outputs": outputs,
            **(self._filled(filled) if self.by_words else self._windows(pairs)),
            ("strips" if self.by_words else "tiles"): self.across.out_length * (strips + bool(left)),
        }

    def _filled(self, records: int) -> dict[str, int]:
        spans = records if self.contiguous else records * self.across.taps
        return {"spans": spans, "words": records * self.record}

    def _windows(self, pairs: int) -> dict[str, int]:
        """`nines`: pairs of windows of three rows of nine inputs."""
        rows, together = pairs * self.across.taps, self._together * self.along.taps * self.across.taps
        if (self.across.taps, self.row) == (3, 9):
            return {"nines": pairs, "together": together}
        columns, odd = rows * (self.row // 4) * 8, rows * (self.row % 4) * 2
        return {"spans": rows + 2 * pairs, "columns": columns, "bytes": odd, "together": together}

    @property
    def _together(self) -> int:
        """Windows that are not expanded from where they lie."""
        inside = 0 if self.along.dilation != 1 else _inside(self.along) * _inside(self.across)
        return self.along.out_length * self.across.out_length - inside


def _inside(axis: Axis) -> int:
    """Outputs whose windows are all inside."""
    at = np.arange(axis.out_length) * axis.stride - axis.pad
    return int(((at >= 0) & (at + (axis.taps - 1) * axis.dilation < axis.in_length)).sum())


def strips_of(site: Site) -> Strips:
    """Strips of the axis and length that take least time; of those that take little more, along the rows, so that
    outputs come in the order of memory, and in short strips. Strips along the height need whole quads of channels:
    outputs come column by column then, and the spill of a last quad would overwrite what is done.
    """
    shape = {name: value for name, value in shape_fields(site).items() if isinstance(value, int)}
    height, width = axis_of(shape, "height", shape["in_width"], shape["out_width"]), axis_of(shape, "width", 1, 1)
    choices = _of(width, height, True, shape)
    if shape["out_channels"] % 4 == 0:
        choices += [strips for strips in _of(height, width, False, shape) if strips.by_words]
    cycles = [sum(count * STRIP_COST[name] for name, count in strips.work.items()) for strips in choices]
    most = (1 + site.spare) * min(cycles)
    fast = [strips for strips, taken in zip(choices, cycles, strict=True) if taken <= most]
    return min(fast, key=lambda strips: (not strips.along_width, strips.scratch_bytes))


def axis_of(shape: Mapping[str, int], name: str, in_pixels: int, out_pixels: int) -> Axis:
    axis = Axis(
        in_length=shape[f"in_{name}"],
        out_length=shape[f"out_{name}"],
        taps=shape[f"kernel_{name}"],
        stride=shape[f"stride_{name}"],
        dilation=shape[f"dilation_{name}"],
        pad=shape["pad_top" if name == "height" else "pad_left"],
        in_step=in_pixels * shape["in_channels"],
        out_step=out_pixels * shape["out_channels"],
    )
    if axis.taps > 1 or axis.pad or (axis.out_length - 1) * axis.stride >= axis.in_length:
        return axis
    # one tap reads every stride-th position: those are the axis
    return replace(axis, in_length=axis.out_length, stride=1, dilation=1, in_step=axis.in_step * axis.stride)


def _of(along: Axis, across: Axis, along_width: bool, shape: Mapping[str, int]) -> list[Strips]:
    """Strips of every even number of outputs within _STRIP_BYTES; of two outputs in any case."""
    shortest = Strips(across, along, along_width, shape["in_channels"], shape["out_channels"], 2)
    if along.dilation != 1:
        return [shortest]
    tried = [replace(shortest, tile=tile) for tile in range(4, along.out_length + 2, 2)]
    return [shortest, *(strips for strips in tried if strips.strip_bytes <= _STRIP_BYTES)]


def strip_rows(site: Site, strips: Strips) -> Array:
    """Weights as [out_channels][inputs] in the order of a strip; or of windows, whose rows come by words, then the rest
    of each row.
    """
    weights = filters(site)
    weights = weights if weights.ndim == 4 else weights[:, np.newaxis]
    if not strips.by_words:
        rows, whole = weights.reshape(len(weights), strips.across.taps, -1), strips.row // 4 * 4
        return np.concatenate([part.reshape(len(rows), -1) for part in (rows[..., :whole], rows[..., whole:])], axis=1)
    return (weights.transpose(0, 2, 1, 3) if strips.along_width else weights).reshape(len(weights), -1)


def _params(site: Site) -> Params:
    return strip_params(site, tpack_fields(site, strip_rows(site, strips_of(site)), pairs=True))


def strip_params(site: Site, packed: Mapping[str, Field]) -> Params:
    """tc_conv2d_s8_tpack with weights, constants and bounds as packed."""
    x, strips = site.type("x"), strips_of(site)
    assert x.quant is not None
    batch = x.shape[0]
    fields: dict[str, Field] = {
        "across": strips.across.params,
        "along": strips.along.params,
        "batch": batch,
        "in_bytes": x.bytes // batch,
        "out_bytes": site.type("y").bytes // batch,
        "in_channels": strips.channels,
        "out_channels": strips.out_channels,
        "tile": strips.tile,
        "contiguous": int(strips.contiguous),
        "by_words": int(strips.by_words),
        "weights": packed["weights"],
        "constants": packed["constants"],
        "shared_shift": packed["shared_shift"],
        "in_zero_point": x.quant.zero_point[0],
        "low": packed["low"],
        "high": packed["high"],
    }
    return Params("tc_conv2d_s8_tpack", fields)


def _work(site: Site) -> Mapping[str, int]:
    batch = site.type("x").shape[0]
    return {name: batch * count for name, count in strips_of(site).work.items()}


def strip_access(site: Site) -> Access:
    """What the windows of a strip read is gathered before its outputs are written."""
    strips, axes = strips_of(site), window_axes(shape_fields(site))
    rows, columns = np.arange(axes[0].out_length)[:, np.newaxis], np.arange(axes[1].out_length)[np.newaxis]
    along, across = (columns, rows) if strips.along_width else (rows, columns)
    steps = across * (int(along.max()) // strips.tile + 1) + along // strips.tile
    return windows(site, axes, together(strips.channels, strips.out_channels), steps, spills=strips.along_width)


def _one_group(site: Site) -> bool:
    assert isinstance(site.op.operator, Conv2d)
    return site.op.operator.groups == 1


STRIP_FITS = (
    constant("w", "b"),
    channels_last("x", "y"),
    Predicate("one or two spatial axes", lambda site: site.type("x").rank in (3, 4)),
    Predicate("one group", _one_group),
)
STRIP_COST = {
    "macs": 0.95, "outputs": 7.5, "strips": 950.0, "spans": 27.0, "words": 2.3, "columns": 2.7, "bytes": 12.0,
    "together": 28.0, "tiles": 390.0, "nines": 165.0,
}  # fmt: skip

register(
    Kernel(
        name="tc_conv2d_s8_dsp", op="conv2d", source="conv/tc_conv2d_s8_dsp.c", needs=Isa.DSP,
        reads={"x": "s8", "w": "s8:dense", "y": "s8"}, fits=(*STRIP_FITS, *TPACK_FITS), params=_params,
        scratch=lambda site: strips_of(site).scratch_bytes, overlap={"x": strip_access}, work=_work, cost=STRIP_COST,
    )
)  # fmt: skip
