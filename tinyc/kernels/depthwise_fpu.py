"""Kernels of float depthwise convolution for cores with float32 in hardware."""

from __future__ import annotations

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.conv2d_fpu import FINITE
from tinyc.kernels.depthwise_scalar import DEPTHWISE_3X3, line_elements, line_work, row_by_row
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Site, Table, register
from tinyc.kernels.weighted import float_fields
from tinyc.ops.conv2d import Conv2d
from tinyc.targets.isa import Isa


def _params(site: Site) -> Params:
    assert isinstance(site.op.operator, Conv2d)
    channels = site.type("y").shape[1]
    tail = float_fields(site, site.op.operator.clamp, channels)
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
        "stream": Table("weights", _stream(site, channels), f"bias and weights [{channels}, 3, 3]"),
        "line_floats": line_elements(site),
        "low": tail["low"],
        "high": tail["high"],
    }
    return Params("tc_conv2d_f32_dw3x3", fields)


def _stream(site: Site, channels: int) -> Array:
    """float32 [channels][10]: bias, then weights."""
    bias = site.array("b")
    first = np.zeros(channels, np.float32) if bias is None else bias.astype(np.float32)
    return np.concatenate([first[:, None], filters(site).reshape(channels, 9)], axis=1)


register(
    Kernel(
        name="tc_conv2d_dw3x3_f32_fpu", op="conv2d", source="conv/tc_conv2d_dw3x3_f32_fpu.c", needs=Isa.FPU_SP,
        reads={"x": "f32", "w": "f32:dense", "y": "f32"}, params=_params, work=line_work,
        fits=(constant("w", "b"), channels_last("x", "y"), DEPTHWISE_3X3, FINITE),
        scratch=lambda site: 12 * line_elements(site), overlap={"x": row_by_row},
        cost={"by_four": 40.0, "single": 55.0, "runs": 85.0, "inputs": 4.0, "rows": 130.0},
    )
)  # fmt: skip
