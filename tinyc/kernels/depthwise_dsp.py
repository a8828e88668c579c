"""Kernels of depthwise convolution for cores with DSP, on int16 planes of one channel each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, int_table, register
from tinyc.kernels.requant_dsp import in_range, largest_sums, two_step
from tinyc.kernels.weighted import requant_fields
from tinyc.ops.conv2d import Conv2d
from tinyc.targets.isa import Isa

_AT_ONCE = 4
_PITCH = 18
_SHIFT = 8
"""Shift of the fast form of 3x3; sums are scaled up to it."""


def band_rows(stride: int) -> int:
    """Rows of outputs that a plane has room for, an even number."""
    return ((_PITCH - 3) // stride + 1) & ~1


def pack_taps(taps: Array) -> Array:
    """int32 [channels][3] of int8 [channels][3][3]: bytes w0 w1 w1 w2."""
    return np.asarray(np.ascontiguousarray(taps[:, :, [0, 1, 1, 2]]).view("<i4")[..., 0])


def scaling(site: Site) -> Array:
    """int64 [out_channels]: e, such that sums scaled by 2^e take a shift of 8; -1 where there is none."""
    e = _SHIFT - two_step(site, _operator(site).clamp, _channels(site)).k
    reach = largest_sums(site, _channels(site)) << np.maximum(e, 0)
    return np.where((e >= 0) & (reach < 1 << 31), e, -1)


def _constants(site: Site, e: Array) -> Array:
    """int32 [out_channels][5]; no scaling where e is negative."""
    step, more = two_step(site, _operator(site).clamp, _channels(site)), np.maximum(e, 0)
    k = step.k + more
    offset = (step.zero_point << k) + (np.int64(1) << (k - 1))
    return np.stack([step.bias << more, step.value, offset, k, more], axis=1)


def _fields(site: Site, weights: Array, e: Array, rows: int) -> Params:
    x, bounds = site.type("x"), requant_fields(site, _operator(site).clamp, _channels(site))
    assert x.quant is not None
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
        "weights": Table("weights", weights, f"weights {list(weights.shape)}: out, taps"),
        "constants": int_table("constants", _constants(site, e), "int32", "bias and requantisation"),
        "in_zero_point": x.quant.zero_point[0],
        "low": bounds["low"],
        "high": bounds["high"],
        "band_rows": rows,
    }
    return Params("tc_conv2d_s8_depthwise", fields)


def _params_3x3(site: Site) -> Params:
    return _fields(site, pack_taps(filters(site)[..., 0]), scaling(site), _band_rows(site))


def _scratch_3x3(site: Site) -> int:
    stride, width = _operator(site).window.strides[1], site.type("y").shape[3]
    return 4 * _AT_ONCE * _PITCH * (stride * ((width + 1) // 2) + 1)


def _band_rows(site: Site) -> int:
    return min(band_rows(_operator(site).window.strides[0]), site.type("y").shape[2])


def _operator(site: Site) -> Conv2d:
    assert isinstance(site.op.operator, Conv2d)
    return site.op.operator


def _channels(site: Site) -> int:
    return site.type("y").shape[1]


def _is_depthwise(site: Site) -> bool:
    conv = _operator(site)
    return conv.groups == site.type("x").shape[1] and set(conv.window.dilations) == {1}


def _is_3x3(site: Site) -> bool:
    window = _operator(site).window
    return window.kernel == (3, 3) and window.strides in ((1, 1), (2, 2)) and site.type("y").shape[2] > 1


def _in_range(site: Site) -> bool:
    return in_range(site, _operator(site).clamp, _channels(site))


def _work(site: Site) -> Mapping[str, int]:
    x, y = site.type("x"), site.type("y")
    bands = -(-y.shape[2] // _band_rows(site)) * y.shape[0]
    return {"outputs": y.elements, "inputs": x.elements, "channels": bands * _channels(site)}


_FITS = (
    constant("w", "b"),
    channels_last("x", "y"),
    Predicate("depthwise, without dilation", _is_depthwise),
    Predicate("requantisation shifts must lie between 33 and 54", _in_range),
)

register(
    Kernel(
        name="tc_conv2d_dw3x3_s8_dsp", op="conv2d", source="conv/tc_conv2d_dw3x3_s8_dsp.c",
        needs=Isa.DSP | Isa.FPU_SP, reads={"x": "s8", "w": "s8:dense", "y": "s8"},
        fits=(*_FITS, Predicate("3x3 of stride 1 or 2, two rows of outputs or more", _is_3x3)), params=_params_3x3,
        scratch=_scratch_3x3, work=_work, cost={"outputs": 17.0, "inputs": 3.0, "channels": 150.0},
    )
)  # fmt: skip
