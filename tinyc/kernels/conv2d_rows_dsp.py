"""The kernels of first layers, 3x3 on three channels, for cores with DSP."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.access import positioned, together, window_axes
from tinyc.kernels.conv2d import conv_of, filters, shape_fields
from tinyc.kernels.overlap import Access, bytes_of
from tinyc.kernels.predicates import channels_last, constant, linear
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, register
from tinyc.kernels.requant_shared import shared_multipliers
from tinyc.kernels.tpack import TPACK_FITS, clamp_of
from tinyc.kernels.tpack_stream import pack_stream
from tinyc.kernels.weighted import requant_fields
from tinyc.targets.isa import Isa

_ROWS_BYTES = 8192
"""Of expanded rows; those of one row of outputs at least."""
_ROW_INPUTS = 10
"""Of a window, in whole words; the last has no weight."""


def _rows(site: Site) -> Array:
    """Weights [out_channels][32] such that T-pack's words are inputs k and k + 1; the last two are no inputs."""
    taps = filters(site)
    taps = taps.reshape(len(taps), 3, -1)
    wide = np.pad(taps, ((0, 0), (0, 0), (0, _ROW_INPUTS - taps.shape[2]))).reshape(len(taps), -1)
    wide = np.pad(wide, ((0, 0), (0, -wide.shape[1] % 4)))
    return wide.reshape(len(taps), -1, 2, 2).transpose(0, 1, 3, 2).reshape(len(taps), -1)


def _stream(site: Site) -> tuple[Array, int]:
    """Of each four channels: four sums, [3 rows][5 words][2] of weights, four multipliers."""
    words, offset = pack_stream(site, clamp_of(site), _rows(site))
    quads = words.reshape(_channels(site) // 4, -1)
    weights = 3 * _ROW_INPUTS
    return np.concatenate([quads[:, : 4 + weights], quads[:, -4:]], axis=1).reshape(-1), offset


def _pitch(site: Site) -> int:
    """Words of a row."""
    return ((site.type("y").shape[3] - 1) * 3 + _ROW_INPUTS // 2 + 1) // 2 * 2


def _band_rows(site: Site) -> int:
    """As many as _ROWS_BYTES allow, in bands of about one height; if memory counts, as few as cost no more than the
    spare cycles.
    """
    height, stride = site.type("y").shape[2], conv_of(site).window.strides[0]
    most = max(1, (_ROWS_BYTES // (4 * _pitch(site)) - 3) // stride + 1)
    usual = -(-height // -(-height // most))
    if site.spare == 0:
        return usual
    cycles = (1 + site.spare) * _cycles(site, usual)
    return next(rows for rows in range(1, usual + 1) if rows == usual or _cycles(site, rows) <= cycles)


def _cycles(site: Site, band: int) -> float:
    return sum(count * _COST[name] for name, count in _band_work(site, band).items())


def _in_rows(site: Site, band: int) -> int:
    return (band - 1) * conv_of(site).window.strides[0] + 3


def _params(site: Site) -> Params:
    x, bounds = site.type("x"), requant_fields(site, clamp_of(site), _channels(site))
    assert x.quant is not None
    stream, offset = _stream(site)
    comment = f"weights [{_channels(site)}, 3, 3, 3]: out, taps, in; T-pack by rows, with bias and requantisation"
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
        "stream": Table("weights", stream, comment),
        "offset": offset,
        "in_zero_point": x.quant.zero_point[0],
        "low": bounds["low"],
        "high": bounds["high"],
        "band_rows": _band_rows(site),
    }
    return Params("tc_conv2d_s8_rows", fields)


def _bands(site: Site) -> tuple[Array, Array]:
    """Of each row of x the last band that reads it, -1 if none does; of each row of y its band. The rows that a band
    reads are expanded before its outputs are written.
    """
    rows, _ = window_axes(shape_fields(site))
    bands = np.arange(rows.out_length) // _band_rows(site)
    last = rows.last_readers()
    return np.where(last < 0, -1, bands[last]), bands


def _access(site: Site) -> Access:
    reads, writes = _bands(site)
    at, to = np.repeat(reads, site.type("x").shape[3]), np.repeat(writes, site.type("y").shape[3])
    return positioned(site, at, to, together(site.type("x").shape[1], _channels(site)))


def _planar_access(site: Site) -> Access:
    reads, writes = _bands(site)
    (batch, channels, _, in_width), (_, out_channels, _, out_width) = site.type("x").shape, site.type("y").shape
    images = np.arange(batch).reshape(-1, 1, 1, 1) * (int(writes.max(initial=0)) + 1)
    planes = np.broadcast_to(reads.reshape(1, 1, -1, 1), (batch, channels, len(reads), in_width))
    rows = np.broadcast_to(writes.reshape(1, -1, 1, 1), (batch, len(writes), out_width, out_channels))
    return Access(bytes_of(np.where(planes < 0, -1, planes + images), 1), bytes_of(rows + images, 1))


def _work(site: Site) -> Mapping[str, int]:
    return _band_work(site, _band_rows(site))


def _band_work(site: Site, band: int) -> Mapping[str, int]:
    y = site.type("y")
    bands = y.shape[0] * -(-y.shape[2] // band)
    return {
        "macs": y.elements * 3 * _ROW_INPUTS, "outputs": y.elements, "rows": y.shape[0] * y.shape[2],
        "words": bands * _in_rows(site, band) * _pitch(site),
    }  # fmt: skip


def _channels(site: Site) -> int:
    return site.type("y").shape[1]


def _is_first_layer(site: Site) -> bool:
    window, x = conv_of(site).window, site.type("x")
    shape = (window.kernel, window.strides[1:], set(window.dilations), x.shape[1], conv_of(site).groups)
    return shape == ((3, 3), (2,), {1}, 3, 1)


def _is_even(site: Site) -> bool:
    return _channels(site) % 4 == 0 and site.type("y").shape[3] % 2 == 0


_COST = {"macs": 0.95, "outputs": 8.0, "rows": 150.0, "words": 5.0}


def _kernel(name: str, lies: tuple[Predicate, ...], access: Callable[[Site], Access]) -> Kernel:
    return Kernel(
        name=name, op="conv2d", source=f"conv/{name}.c", needs=Isa.DSP,
        reads={"x": "s8", "w": "s8:dense", "y": "s8"},
        fits=(
            constant("w", "b"),
            *lies,
            Predicate("3x3 on three channels, two columns apart, one group", _is_first_layer),
            Predicate("outputs must be of even width, their channels a multiple of four", _is_even),
            *TPACK_FITS,
            Predicate(
                "all channels must share a shift",
                lambda site: shared_multipliers(site, clamp_of(site), _channels(site)) is not None,
            ),
        ),
        params=_params, scratch=lambda site: 4 * _in_rows(site, _band_rows(site)) * _pitch(site), overlap={"x": access},
        work=_work, cost=_COST, like="tc_conv2d_rows_s8_dsp",
    )  # fmt: skip


register(
    _kernel("tc_conv2d_rows_s8_dsp", (channels_last("x", "y"),), _access),
    _kernel("tc_conv2d_rows_planar_s8_dsp", (linear("x"), channels_last("y")), _planar_access),
)
