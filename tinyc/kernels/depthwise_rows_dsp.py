"""The kernel of depthwise 3x3 convolution for cores with DSP that takes no scratch memory."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.access import WindowAxis, window_axes
from tinyc.kernels.conv2d import shape_fields
from tinyc.kernels.depthwise_dsp import REQUANTISES, fields_3x3, is_one_to_one
from tinyc.kernels.overlap import STEP_BYTES, Access
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register
from tinyc.ops.conv2d import Conv2d
from tinyc.targets.isa import Isa


def _axes(site: Site) -> tuple[WindowAxis, WindowAxis]:
    rows, columns = window_axes(shape_fields(site))
    return rows, columns


def _params(site: Site) -> Params:
    return fields_3x3(site, 1)


def _last_column(columns: WindowAxis) -> int:
    """Of the last window."""
    return (columns.out_length - 1) * columns.stride + 2 - columns.pad


def _access(site: Site) -> Access:
    """In each row and channel column after column of x; an output is written with the column that ends its window."""
    x, (rows, columns) = site.type("x"), _axes(site)
    moments = max(columns.in_length, _last_column(columns) + 1)
    turns = _turns(rows, x.shape[1])[:, np.newaxis] * moments
    ends = np.arange(columns.out_length) * columns.stride + 2 - columns.pad
    last = rows.last_readers()
    reads = turns[last] + np.arange(columns.in_length)[:, np.newaxis]
    reads[last < 0] = -1
    images = np.arange(x.shape[0]).reshape(-1, 1, 1, 1) * (turns.size * moments)
    channels = x.shape[1]
    tried = range(0, -4 * columns.out_length * channels, -math.lcm(channels, STEP_BYTES))
    at, to = np.where(reads < 0, -1, reads + images), turns + ends[:, np.newaxis] + images
    return Access(at.reshape(-1), to.reshape(-1), tuple(tried))


def _turns(rows: WindowAxis, channels: int) -> Array:
    """[rows of outputs][channels]: when each is made. Rows that have windows inside are made channel by channel, others
    before and behind them row by row.
    """
    (inside,) = np.nonzero(rows.inside == rows.taps)
    found = np.arange(rows.out_length)[:, np.newaxis] * channels + np.arange(channels)
    if len(inside):
        found[inside] = found[inside].reshape(channels, -1).T
    return np.asarray(found)


def _work(site: Site) -> Mapping[str, int]:
    """`rows` of channels whose windows have all rows inside, `edges` the others."""
    y, (rows, columns) = site.type("y"), _axes(site)
    channels, inside = y.shape[0] * y.shape[1], int((rows.inside == rows.taps).sum())
    return {
        "outputs": y.elements if columns.stride == 1 else 0,
        "halves": y.elements if columns.stride == 2 else 0,
        "channels": channels if inside else 0,
        "rows": channels * inside,
        "edges": channels * (rows.out_length - inside),
    }


def _is_3x3(site: Site) -> bool:
    assert isinstance(site.op.operator, Conv2d)
    window = site.op.operator.window
    return window.kernel == (3, 3) and window.strides in ((1, 1), (2, 2)) and set(window.dilations) == {1}


def _little_padding(site: Site) -> bool:
    columns = _axes(site)[1]
    return columns.pad <= 1 and _last_column(columns) <= columns.in_length


def _three_rows(site: Site) -> bool:
    rows = _axes(site)[0]
    return rows.in_length >= 3 and bool((rows.inside > 0).all())


register(
    Kernel(
        name="tc_conv2d_dw3x3_rows_s8_dsp", op="conv2d", source="conv/tc_conv2d_dw3x3_rows_s8_dsp.c",
        needs=Isa.DSP | Isa.FPU_SP, reads={"x": "s8", "w": "s8:dense", "y": "s8"},
        fits=(
            constant("w", "b"), channels_last("x", "y"),
            Predicate("3x3 of stride 1 or 2, without dilation", _is_3x3),
            Predicate("depthwise, one output channel of each", is_one_to_one),
            Predicate("at most one column of padding on each side", _little_padding),
            Predicate("three rows of inputs or more, of which every window has one", _three_rows),
            REQUANTISES,
        ),
        params=_params, overlap={"x": _access}, work=_work,
        cost={"outputs": 19.3, "halves": 28.7, "channels": 62.0, "rows": 45.0, "edges": 229.0, "calls": 293.0},
    )
)  # fmt: skip
