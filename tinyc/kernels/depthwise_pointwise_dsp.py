"""The kernel of depthwise and 1x1 convolution in one for cores with DSP."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.ir.graph import Op
from tinyc.kernels.access import positioned, together, window_axes
from tinyc.kernels.conv2d import shape_fields
from tinyc.kernels.depthwise_dsp import PITCH, fields_3x3, planes_bytes
from tinyc.kernels.matrix import matrix
from tinyc.kernels.overlap import Access
from tinyc.kernels.record import KERNELS, Kernel, Params, Predicate, Site, register
from tinyc.kernels.tpack import clamp_of
from tinyc.kernels.tpack_stream import stream_fields
from tinyc.kernels.weighted import requant_fields
from tinyc.ops.depthwise_pointwise import DepthwisePointwise
from tinyc.targets.isa import Isa

_NEEDS = Isa.DSP | Isa.FPU_SP
_COLUMNS_BYTES = 20 * 1024
"""Of the columns of a band; at least two rows, however long."""


def depthwise_site(site: Site) -> Site:
    """The first convolution as its kernels see it."""
    operator = _operator(site)
    op = Op(site.op.name, operator.depthwise, site.op.inputs[:3], (f"{site.op.name}.between",), site.op.source)
    return Site(op, site.inputs[:3], (operator.between,), site.constants[:3], site.ranges[:3])


def pointwise_site(site: Site) -> Site:
    """The second."""
    operator, between = _operator(site), f"{site.op.name}.between"
    op = Op(site.op.name, operator.pointwise, (between, *site.op.inputs[3:]), site.op.outputs, site.op.source)
    return Site(op, (operator.between, *site.inputs[3:]), site.outputs, (None, *site.constants[3:]))


def _operator(site: Site) -> DepthwisePointwise:
    assert isinstance(site.op.operator, DepthwisePointwise)
    return site.op.operator


def _quads(site: Site) -> int:
    return -(-_operator(site).between.shape[1] // 4)


def _band_rows(site: Site) -> int:
    """As few bands as planes and columns have room for; if memory counts, of the even number of rows that takes least
    of it and costs no more than the spare cycles.
    """
    usual = _usual_rows(site)
    if site.spare == 0:
        return usual
    most = (1 + site.spare) * _cycles(site, usual)
    fitting = [rows for rows in range(2, usual, 2) if _cycles(site, rows) <= most]
    return min((*fitting, usual), key=lambda rows: (_scratch_of(site, rows), -rows))


def _cycles(site: Site, rows: int) -> float:
    return sum(times * _COST[name] for name, times in _work_of(site, rows).items())


def _usual_rows(site: Site) -> int:
    """All; or an even number as large as planes and columns have room for, in bands of about one height."""
    _, _, height, width = _operator(site).between.shape
    most = (PITCH - 3) // _operator(site).depthwise.window.strides[0] + 1
    most = min(most, max(2, _COLUMNS_BYTES // (16 * width * _quads(site)) * 2))
    bands = -(-height // most)
    return height if bands == 1 else -(-height // -(-height // (most // 2 * 2)) // 2) * 2


def _spans(site: Site, most: int) -> list[tuple[int, int]]:
    """First row and number of rows of each band."""
    height = _operator(site).between.shape[2]
    return [(row, min(most, height - row)) for row in range(0, height, most)]


def _params(site: Site) -> Params:
    first, second = depthwise_site(site), pointwise_site(site)
    packed = stream_fields(second, matrix(second), "point_weights")
    return Params(
        "tc_depthwise_pointwise_s8",
        {
            "depthwise": fields_3x3(first, _band_rows(site)),
            "stream": packed["stream"],
            "offset": packed["offset"],
            "out_channels": len(matrix(second)),
            "low": packed["low"],
            "high": packed["high"],
        },
    )


def _scratch(site: Site) -> int:
    return _scratch_of(site, _band_rows(site))


def _scratch_of(site: Site, rows: int) -> int:
    """Planes, columns, two pixels of outputs."""
    columns = 16 * _quads(site) * -(-rows // 2) * _operator(site).between.shape[3]
    return planes_bytes(depthwise_site(site), rows) + columns + 8 * -(-site.type("y").shape[1] // 4)


def _access(site: Site) -> Access:
    """Band by band: what a band reads is in its planes and columns before its outputs are written."""
    x, y, spans = site.type("x"), site.type("y"), _spans(site, _band_rows(site))
    rows, columns = window_axes(shape_fields(depthwise_site(site)))
    reads, writes = np.full(rows.in_length, -1, np.int64), np.empty(rows.out_length, np.int64)
    for band, (first, count) in enumerate(spans):
        top = first * rows.stride - rows.pad
        reads[max(top, 0) : max(top + (count - 1) * rows.stride + rows.taps, 0)] = band
        writes[first : first + count] = band
    at, to = np.repeat(reads, columns.in_length), np.repeat(writes, columns.out_length)
    return positioned(site, at, to, together(x.shape[1], y.shape[1]))


def _work(site: Site) -> Mapping[str, int]:
    return _work_of(site, _band_rows(site))


def _work_of(site: Site, most: int) -> Mapping[str, int]:
    """Of whole blocks: four channels, two pixels, four inputs; `inputs` as often as bands of `most` rows read them."""
    between, y = _operator(site).between, site.type("y")
    spans, stride = _spans(site, most), _operator(site).depthwise.window.strides[0]
    rows, batch = sum(-(-count // 2) * 2 for _, count in spans), y.shape[0]
    filled = sum((count - 1) * stride + 3 for _, count in spans)
    outputs = batch * rows * between.shape[3] * -(-y.shape[1] // 4) * 4
    return {
        "middle": batch * rows * between.shape[3] * between.shape[1],
        "inputs": batch * filled * site.type("x").shape[3] * between.shape[1],
        "channels": batch * len(spans) * between.shape[1],
        "columns": batch * len(spans) * between.shape[1] * -(-between.shape[3] // 2),
        "macs": outputs * 4 * _quads(site),
        "outputs": outputs,
        "pairs": batch * rows // 2,
    }


def _part(name: str, part: str) -> Predicate:
    """What the kernel of one of the two demands."""
    alone = KERNELS["conv2d", name]
    site_of = {"depthwise": depthwise_site, "pointwise": pointwise_site}[part]
    return Predicate(f"the {part} part must fit {name}", lambda site: alone.refusal(site_of(site), _NEEDS) is None)


def _is_one_to_one(site: Site) -> bool:
    return site.type("x").shape[1] == _operator(site).between.shape[1]


def _is_saturated(site: Site) -> bool:
    first = depthwise_site(site)
    bounds = requant_fields(first, clamp_of(first), _operator(site).between.shape[1])
    return (bounds["low"], bounds["high"]) == (-128, 127)


_COST = {
    "middle": 15.0, "inputs": 2.2, "channels": 150.0, "columns": 30.0, "macs": 0.94, "outputs": 7.5, "pairs": 200.0,
}  # fmt: skip

register(
    Kernel(
        name="tc_depthwise_pointwise_s8_dsp", op="depthwise_pointwise", source="conv/tc_depthwise_pointwise_s8_dsp.c",
        needs=_NEEDS, reads={"x": "s8", "w": "s8:dense", "point_w": "s8:dense", "y": "s8"},
        fits=(
            _part("tc_conv2d_dw3x3_s8_dsp", "depthwise"),
            _part("tc_dense_rows_s8_dsp", "pointwise"),
            Predicate("one output channel of the depthwise part from each", _is_one_to_one),
            Predicate("bounds of what lies between must be those of int8", _is_saturated),
        ),
        params=_params, scratch=_scratch, overlap={"x": _access}, work=_work,
        cost=_COST,
    )
)  # fmt: skip
