"""The kernel of depthwise convolution of any size for cores with DSP, on int16 planes of one channel each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.access import bands, window_axes
from tinyc.kernels.conv2d import conv_of, filters, shape_fields
from tinyc.kernels.depthwise import DEPTHWISE, out_channels
from tinyc.kernels.overlap import Access
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, int_table, register
from tinyc.kernels.requant_dsp import in_range, two_step
from tinyc.kernels.weighted import requant_fields
from tinyc.targets.isa import Isa

_AT_ONCE = 4
_BAND_BYTES = 8192
"""What four planes may take."""


@dataclass(frozen=True, slots=True)
class Planes:
    """Size of a plane: two columns share a word; a band of output rows is made from one filling."""

    pairs: int
    pitch: int
    band_rows: int

    @property
    def scratch_bytes(self) -> int:
        return 4 * _AT_ONCE * self.pairs * self.pitch


def planes(site: Site) -> Planes:
    """As many rows as `_BAND_BYTES` allow, four at least, which the kernel makes together; if memory counts, as few
    fours as cost no more than the spare cycles.
    """
    kernel, stride, out = (_pair(site, axis) for axis in ("kernel_{}", "stride_{}", "out_{}"))
    pairs = ((out[1] - 1) * stride[1] + kernel[1] - 1) // 2 + 1
    room = (_BAND_BYTES // (4 * _AT_ONCE * pairs) - kernel[0]) // stride[0] + 1
    most = min(max(room & ~3, 4), out[0])

    def band(rows: int) -> Planes:
        return Planes(pairs, (rows - 1) * stride[0] + kernel[0], rows)

    if site.spare == 0:
        return band(most)
    cycles = (1 + site.spare) * _cycles(site, band(most))
    return next(plane for rows in (*range(4, most, 4), most) if _cycles(site, plane := band(rows)) <= cycles)


def _pair(site: Site, name: str) -> tuple[int, int]:
    fields = _shape_fields(site)
    height, width = fields[name.format("height")], fields[name.format("width")]
    assert isinstance(height, int) and isinstance(width, int)
    return height, width


def _is_turned(site: Site) -> bool:
    """A single row lies in memory like a single column, down which outputs are made four at a time."""
    fields = shape_fields(site)
    return fields["in_height"] == fields["out_height"] == 1


def _shape_fields(site: Site) -> Mapping[str, Field]:
    fields = shape_fields(site)
    return {_TURNED.get(name, name): value for name, value in fields.items()} if _is_turned(site) else fields


def _taps(site: Site) -> Array:
    """int8 [channels][height][width]."""
    height, width = _pair(site, "kernel_{}")
    taps = filters(site)
    if _is_turned(site):
        taps = taps.reshape(-1, width, height).transpose(0, 2, 1)
    return np.ascontiguousarray(taps.reshape(-1, height, width))


_TURNED = {
    one: other
    for pair in (
        *((f"{part}_height", f"{part}_width") for part in ("in", "out", "kernel", "stride", "dilation")),
        ("pad_top", "pad_left"),
    )
    for one, other in (pair, pair[::-1])
}


def _constants(site: Site) -> Array:
    """int32 [out_channels][4]: sum to start from, multiplier, offset, shift."""
    step = two_step(site, conv_of(site).clamp, out_channels(site))
    return np.stack([step.bias, step.value, step.offset(), step.k], axis=1)


def _params(site: Site) -> Params:
    x, bounds = site.type("x"), requant_fields(site, conv_of(site).clamp, out_channels(site))
    assert x.quant is not None
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", _shape_fields(site)),
        "weights": Table("weights", _taps(site), f"weights {list(_taps(site).shape)}: out, taps"),
        "constants": int_table("constants", _constants(site), "int32", "bias and requantisation"),
        "in_zero_point": x.quant.zero_point[0],
        "low": bounds["low"],
        "high": bounds["high"],
        "band_rows": planes(site).band_rows,
    }
    return Params("tc_conv2d_s8_depthwise_any", fields)


def _scratch(site: Site) -> int:
    height, width = _pair(site, "kernel_{}")
    return planes(site).scratch_bytes + 4 * height * (width + 1)


def _access(site: Site) -> Access:
    axes, most = window_axes(_shape_fields(site)), planes(site).band_rows
    out = axes[0].out_length
    return bands(site, axes, [(row, min(most, out - row)) for row in range(0, out, most)])


def _in_range(site: Site) -> bool:
    return in_range(site, conv_of(site).clamp, out_channels(site))


def _cycles(site: Site, plane: Planes) -> float:
    return sum(count * _COST[name] for name, count in _work_of(site, plane).items())


def _work(site: Site) -> Mapping[str, int]:
    return _work_of(site, planes(site))


def _work_of(site: Site, plane: Planes) -> Mapping[str, int]:
    """`words`: pairs of taps of four outputs; `filled` are written for four planes, `few` for one."""
    (height, width), (out_rows, out_columns) = _pair(site, "kernel_{}"), _pair(site, "out_{}")
    stride = _pair(site, "stride_{}")
    batch, channels = site.type("y").shape[:2]
    rows = [min(plane.band_rows, out_rows - row) for row in range(0, out_rows, plane.band_rows)]
    fours = sum(-(-count // 4) for count in rows if count >= 4)
    single = sum(count for count in rows if count < 4)
    taps = height * sum((width + (column * stride[1]) % 2 + 1) // 2 for column in range(out_columns))
    in_channels = site.type("x").shape[1]
    fills = batch * -(-in_channels // 4)
    filled = fills * plane.pairs * sum((count - 1) * stride[0] + height for count in rows)
    return {
        "words": batch * channels * fours * taps,
        "fours": batch * channels * fours * out_columns,
        "single_words": batch * channels * single * taps,
        "singles": batch * channels * single * out_columns,
        "columns": batch * channels * len(rows) * out_columns,
        "taps": batch * channels * len(rows) * height * (width + 1),
        "channels": batch * channels * len(rows),
        "filled": filled if in_channels >= _AT_ONCE else 0,
        "few": 0 if in_channels >= _AT_ONCE else filled * in_channels,
    }


_FITS = (
    constant("w", "b"),
    channels_last("x", "y"),
    Predicate("one or two spatial axes", lambda site: site.type("x").rank in (3, 4)),
    DEPTHWISE,
    Predicate("requantisation shifts must lie between 33 and 54", _in_range),
)

_COST = {
    "words": 15.0, "fours": 65.0, "single_words": 5.0, "singles": 110.0, "columns": 80.0, "taps": 11.0,
    "channels": 240.0, "filled": 17.0, "few": 12.0,
}  # fmt: skip

register(
    Kernel(
        name="tc_conv2d_dw_s8_dsp", op="conv2d", source="conv/tc_conv2d_dw_s8_dsp.c", needs=Isa.DSP,
        reads={"x": "s8", "w": "s8:dense", "y": "s8"}, fits=_FITS, params=_params, scratch=_scratch,
        overlap={"x": _access}, work=_work,
        cost=_COST,
    )
)  # fmt: skip
