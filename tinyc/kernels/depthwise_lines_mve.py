"""Kernel of depthwise convolution for cores with MVE, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.access import lines, spatial_axes
from tinyc.kernels.conv2d import conv_of, filters, shape_fields
from tinyc.kernels.mve_rows import REQUANT_FITS, clamp_of
from tinyc.kernels.overlap import Access
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, int_table, register
from tinyc.kernels.requant_dsp import two_step
from tinyc.kernels.weighted import requant_fields
from tinyc.targets.isa import Isa

_TURN = 8


@dataclass(frozen=True, slots=True)
class _Lines:
    """`length` outputs each, `stride` apart; y_step bytes from one to the next."""

    is_down: bool
    length: int
    count: int
    stride: int
    across: int
    pad: int
    y_step: int

    @property
    def turns(self) -> int:
        return -(-self.length // _TURN)

    @property
    def pitch(self) -> int:
        return 3 * ((self.length - 1) * self.stride + 3)

    @property
    def beyond(self) -> int:
        """Bytes the last turn reads behind its strip."""
        return 3 * self.stride * (self.turns * _TURN - 1) + 16 - self.pitch

    @property
    def filled(self) -> int:
        """Lines of inputs that are spread."""
        return min(3 * self.count, (self.count - 1) * self.across + 3)

    @property
    def fits(self) -> bool:
        return 7 * max(self.pitch, self.y_step) < 1 << 16 and self.stride <= 2 and 3 * self.pad <= self.pitch


def _lines(site: Site, axis: int) -> _Lines:
    shape, window = site.type("y").shape, conv_of(site).window
    y_step = shape[1] * (1 if axis else shape[3])
    return _Lines(axis == 0, shape[2 + axis], shape[3 - axis], window.strides[axis], window.strides[1 - axis],
                  window.begin[axis], y_step)  # fmt: skip


def _best(site: Site) -> _Lines:
    """Rows or columns, whichever take fewer turns; only those that fit if there are any."""
    both = [_lines(site, axis) for axis in (1, 0)]
    return min(both, key=lambda lines: (not lines.fits, lines.count * (lines.turns + 1)))


def pack_constants(site: Site, channels: int) -> Array:
    """int32 [channels][4]: start, multiplier, zero point, minus shift."""
    step = two_step(site, clamp_of(site), channels)
    packed = np.stack([step.bias, step.value, step.zero_point, -step.k], axis=1)
    return np.ascontiguousarray(packed).astype(np.int32)


def _params(site: Site) -> Params:
    x, taps, lines = site.type("x"), filters(site)[..., 0], _best(site)
    assert x.quant is not None
    bounds = requant_fields(site, clamp_of(site), len(taps))
    table = np.ascontiguousarray(taps if lines.is_down else taps.transpose(0, 2, 1))
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
        "is_down": int(lines.is_down),
        "weights": Table("weights", table, f"weights {list(table.shape)}: out, tap along, tap across"),
        "constants": int_table("constants", pack_constants(site, len(taps)), "int32", "start and requantisation"),
        "in_zero_point": x.quant.zero_point[0],
        "low": bounds["low"],
        "high": bounds["high"],
    }
    return Params("tc_depthwise_lines_s8_mve_params", fields)


def _work(site: Site) -> Mapping[str, int]:
    batch, channels = site.type("y").shape[:2]
    lines, groups = _best(site), -(-channels // 8)
    return {
        "lines": batch * lines.count, "strips": batch * lines.count * channels,
        "turns": batch * lines.count * channels * lines.turns,
        "spread": batch * lines.filled * groups * lines.pitch // 3, "groups": batch * lines.filled * groups,
    }  # fmt: skip


def _line_by_line(site: Site) -> Access:
    return lines(site, spatial_axes(site, conv_of(site).window), int(_best(site).is_down))


def _is_3x3(site: Site) -> bool:
    conv, channels = conv_of(site), site.type("x").shape[1]
    window = conv.window
    return conv.groups == channels == site.type("y").shape[1] and window.kernel == (3, 3) and window.dilations == (1, 1)


register(
    Kernel(
        name="tc_conv2d_dw3x3_lines_s8_mve", op="conv2d", source="conv/tc_conv2d_dw3x3_lines_s8_mve.c", needs=Isa.MVE,
        reads={"x": "s8", "w": "s8:dense", "y": "s8"}, params=_params, work=_work,
        scratch=lambda site: site.type("x").shape[1] * _best(site).pitch + _best(site).beyond,
        overlap={"x": _line_by_line},
        fits=(
            constant("w", "b"),
            channels_last("x", "y"),
            Predicate("depthwise 3x3 without dilation", _is_3x3),
            Predicate("strides of 1 or 2, lines below 9362 bytes, padding within them", lambda s: _best(s).fits),
            REQUANT_FITS,
        ),
        cost={"lines": 300.0, "strips": 29.0, "turns": 41.0, "spread": 6.0, "groups": 20.0},
    )
)  # fmt: skip
