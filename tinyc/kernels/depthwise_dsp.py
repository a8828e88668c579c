"""Kernels of depthwise convolution for cores with DSP, on int16 planes of one channel each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import count

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.access import bands, window_axes
from tinyc.kernels.conv2d import conv_of, filters, shape_fields
from tinyc.kernels.depthwise import DEPTHWISE, out_channels
from tinyc.kernels.overlap import Access
from tinyc.kernels.pack import PACKED_BITS, packed
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, int_table, register
from tinyc.kernels.requant_dsp import MAX_STEPS, largest_sums, two_step
from tinyc.kernels.weighted import requant_fields
from tinyc.targets.isa import Isa

_AT_ONCE = 4
PITCH = 27
_SHIFT = 8
"""Shift of the fast form of 3x3; sums are scaled up to it."""
MOST_SCALING = 15


def band_rows(out_rows: int, stride: int) -> int:
    """Rows of outputs in bands of about one height that fit the planes; an even number where that costs no band."""
    most = (PITCH - 3) // stride + 1
    rows = -(-out_rows // -(-out_rows // most))
    return rows if rows in (out_rows, most) else rows + rows % 2


@lru_cache(maxsize=1024)
def plane_words(pairs: int, rows: int) -> int:
    """The fewest words from each of four planes to the next with which no two share a word. Word (j, t) of a plane lies
    at 27 j + t: planes of few rows fit between each other's columns.
    """
    return next(words for words in count(rows) if all(_are_apart(many * words, pairs, rows) for many in (1, 2, 3)))


def _are_apart(distance: int, pairs: int, rows: int) -> bool:
    """Whether no 27 dj + dt is the distance, with |dj| < pairs and |dt| < rows."""
    columns, left = divmod(distance, PITCH)
    return (columns >= pairs or left >= rows) and (columns + 1 >= pairs or PITCH - left >= rows)


def planes_bytes(site: Site, out_rows: int) -> int:
    """Of four planes for bands of so many rows of outputs: tc_dw3x3_words."""
    pairs, rows = _pairs(site), in_rows(site, out_rows)
    return 4 * (3 * plane_words(pairs, rows) + (pairs - 1) * PITCH + rows)


def in_rows(site: Site, out_rows: int) -> int:
    """Rows of a plane; bands have two rows at least."""
    return (max(out_rows, 2) - 1) * conv_of(site).window.strides[0] + 3


def plane_words_of(site: Site, out_rows: int) -> int:
    return plane_words(_pairs(site), in_rows(site, out_rows))


def _pairs(site: Site) -> int:
    stride, width = conv_of(site).window.strides[1], site.type("y").shape[3]
    return stride * ((width + 1) // 2) + 1


def pack_taps(taps: Array) -> Array:
    """int32 [channels][3] of int8 [channels][3][3]: bytes w0 w1 w1 w2."""
    return np.asarray(np.ascontiguousarray(taps[:, :, [0, 1, 1, 2]]).view("<i4")[..., 0])


def scaling(site: Site) -> Array:
    """int64 [out_channels]: e, such that sums and weights scaled by 2^e take a shift of 8; -1 where there is none."""
    e = _SHIFT - two_step(site, conv_of(site).clamp, out_channels(site)).k
    more = np.clip(e, 0, MOST_SCALING)
    sums, taps = largest_sums(site, out_channels(site)) << more, _largest_weights(site) << more
    return np.where((e == more) & (sums < 1 << 31) & (taps < 1 << 15), e, -1)


def _largest_weights(site: Site) -> Array:
    weights = site.array("w")
    assert weights is not None
    return np.asarray(np.abs(weights.reshape(len(weights), -1).astype(np.int64)).max(axis=1, initial=0))


def _constants(site: Site, e: Array) -> Array:
    """int32 [out_channels][5]; no scaling where e is negative."""
    step, more = two_step(site, conv_of(site).clamp, out_channels(site)), np.maximum(e, 0)
    k = step.k + more
    offset = (step.zero_point << k) + (np.int64(1) << (k - 1))
    return np.stack([step.bias << more, step.value, offset, k, more], axis=1)


def _fields(site: Site, weights: Array, e: Array, rows: int, encoding: str = "dense") -> Params:
    x, bounds = site.type("x"), requant_fields(site, conv_of(site).clamp, out_channels(site))
    assert x.quant is not None
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
        "weights": Table("weights", weights, f"weights [{out_channels(site)}, 3, 3]: out, taps", encoding=encoding),
        "constants": int_table("constants", _constants(site, e), "int32", "bias and requantisation"),
        "in_zero_point": x.quant.zero_point[0],
        "low": bounds["low"],
        "high": bounds["high"],
        "band_rows": rows,
        "plane_words": plane_words_of(site, rows),
    }
    return Params("tc_conv2d_s8_depthwise", fields)


def fields_3x3(site: Site, rows: int) -> Params:
    """The parameters for bands of so many rows."""
    return _fields(site, pack_taps(filters(site)[..., 0]), scaling(site), rows)


def _params_3x3(site: Site) -> Params:
    return fields_3x3(site, band_rows_of(site))


def pack_few_bits(taps: Array, bits: int) -> Array:
    """int32: w0 w1 w1 w2 of each row of int8 [channels][3][3], of `bits` bits each; filled up with zeros."""
    content = packed(taps[:, :, [0, 1, 1, 2]], bits)
    return np.pad(content, (0, -len(content) % 4)).view("<i4")


def _params_packed(encoding: str) -> Callable[[Site], Params]:
    def params(site: Site) -> Params:
        words = pack_few_bits(filters(site)[..., 0], PACKED_BITS[encoding])
        return _fields(site, words, scaling(site), band_rows_of(site), encoding)

    return params


def scratch_3x3(site: Site) -> int:
    return planes_bytes(site, band_rows_of(site))


def band_rows_of(site: Site) -> int:
    """As few bands as fit the planes; if memory counts, those of an even height that take least of it and cost no more
    than the spare cycles.
    """
    usual = band_rows(site.type("y").shape[2], conv_of(site).window.strides[0])
    if site.spare == 0:
        return usual
    most = (1 + site.spare) * _band_cycles(site, usual)
    fitting = [rows for rows in range(2, usual, 2) if _band_cycles(site, rows) <= most]
    return min((*fitting, usual), key=lambda rows: (planes_bytes(site, rows), -rows))


def _band_cycles(site: Site, rows: int) -> float:
    return sum(times * COST_3X3[name] for name, times in band_work(site, rows).items())


def access_3x3(site: Site) -> Access:
    """A last band of one row is made together with the row above."""
    out, most = site.type("y").shape[2], band_rows_of(site)
    counts = [(row, min(max(out - row, 2), most)) for row in range(0, out, most)]
    return bands(site, window_axes(shape_fields(site)), [(min(row, out - count), count) for row, count in counts])


def is_one_to_one(site: Site) -> bool:
    """One output channel for each input channel, from that alone."""
    return conv_of(site).groups == site.type("x").shape[1] == out_channels(site)


def _is_3x3(site: Site) -> bool:
    window = conv_of(site).window
    return window.kernel == (3, 3) and window.strides in ((1, 1), (2, 2)) and site.type("y").shape[2] > 1


def _in_range(site: Site) -> bool:
    """Each channel by itself or scaled."""
    k = two_step(site, conv_of(site).clamp, out_channels(site)).k
    return bool((((k >= 1) & (k <= MAX_STEPS)) | (scaling(site) >= 0)).all())


def work_3x3(site: Site) -> Mapping[str, int]:
    return band_work(site, band_rows_of(site))


def band_work(site: Site, most: int) -> Mapping[str, int]:
    """In bands of `most` rows: `blocks` of two rows and two columns of outputs if of stride 2, else `outputs`. `words`
    are filled for four planes, `few` for one if there are fewer channels. `columns` of two outputs begin in each band.
    """
    x, y, stride = site.type("x"), site.type("y"), conv_of(site).window.strides[1]
    columns = -(-y.shape[3] // 2)
    rows = [min(max(y.shape[2] - row, 2), most) for row in range(0, y.shape[2], most)]
    fills = -(-x.shape[1] // _AT_ONCE) * y.shape[0]
    words = fills * (stride * columns + 1) * sum((count - 1) * stride + 3 for count in rows)
    channels = y.shape[0] * out_channels(site)
    return {
        "outputs": y.elements if stride == 1 else 0,
        "blocks": 0 if stride == 1 else channels * columns * sum(-(-count // 2) for count in rows),
        "channels": channels * len(rows),
        "columns": channels * len(rows) * columns,
        "words": words if x.shape[1] >= _AT_ONCE else 0,
        "few": 0 if x.shape[1] >= _AT_ONCE else words * x.shape[1],
        "fills": fills * len(rows),
    }


FITS_3X3 = (
    constant("w", "b"),
    channels_last("x", "y"),
    DEPTHWISE,
    Predicate("3x3 of stride 1 or 2, two rows of outputs or more", _is_3x3),
)
REQUANTISES = Predicate(
    "requantisation shifts must lie between 33 and 54, or scaled weights and sums must fit", _in_range
)
_FITS = (*FITS_3X3, REQUANTISES)

COST_3X3 = {
    "outputs": 16.0, "blocks": 75.0, "words": 13.0, "few": 15.0, "fills": 500.0, "channels": 100.0, "columns": 30.0,
}  # fmt: skip


def _kernel(number: str, weights: str, params: Callable[[Site], Params], channel_cycles: float) -> Kernel:
    name = f"tc_conv2d_dw3x3_{number}_dsp"
    return Kernel(
        name=name, op="conv2d", source=f"conv/{name}.c", needs=Isa.DSP | Isa.FPU_SP,
        reads={"x": "s8", "w": weights, "y": "s8"},
        fits=_FITS, params=params,
        scratch=scratch_3x3, overlap={"x": access_3x3}, work=work_3x3,
        cost={**COST_3X3, "channels": channel_cycles},
    )  # fmt: skip


register(
    _kernel("s8", "s8:dense", _params_3x3, 150.0),
    _kernel("s8w4", "s8:packed4", _params_packed("packed4"), 200.0),
    _kernel("s8w2", "s8:packed2", _params_packed("packed2"), 200.0),
)
