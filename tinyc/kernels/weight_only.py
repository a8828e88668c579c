"""Kernels of layers whose weights alone are quantised: float data, integers in flash."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tinyc.ir.types import Array, DType, TensorType
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.pack import PACKED_BITS, packed
from tinyc.kernels.predicates import channels_last, constant, linear
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, register
from tinyc.kernels.weighted import float_fields
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.ops.weight_scales import matrix_scales

FORMATS = {"s8:dense": 8, "s16:dense": 16} | {f"s8:{encoding}": bits for encoding, bits in PACKED_BITS.items()}
"""Bits of a weight in each format that these kernels read."""


_FOLDERS = {"conv2d": "conv", "dense": "dense"}
_PLANE = Predicate("one or two spatial axes", lambda site: site.type("x").rank in (3, 4))


def weight_fields(site: Site, weights: Array) -> dict[str, Field]:
    """weights and their scales [out_channels, groups], in the order given."""
    kind = site.type("w")
    comment = f"weights {list(weights.shape)}, {bits_of(kind)} bits"
    return {
        "weights": Table("weights", _content(kind, weights), comment, encoding=kind.encoding.name),
        "scale": Table("scale", matrix_scales(kind), "scales of each output channel", "tables"),
    }


def bits_of(kind: TensorType) -> int:
    """Bits of one weight in flash."""
    return PACKED_BITS.get(kind.encoding.name, 8 * kind.dtype.bytes)


def inputs_of_a_scale(site: Site) -> int:
    """Inputs, or input channels, that share one scale."""
    return int(site.type("w").shape[1]) // int(matrix_scales(site.type("w")).shape[1])


def _content(kind: TensorType, weights: Array) -> Array:
    if kind.encoding.name in PACKED_BITS:
        return packed(weights, PACKED_BITS[kind.encoding.name])
    plain = weights.astype(np.int8).view(np.uint8) if kind.dtype is DType.S8 else weights.astype(np.int16)
    return np.ascontiguousarray(plain.reshape(-1))


def _c_type(site: Site, stem: str) -> str:
    return f"{stem}_f32w16" if bits_of(site.type("w")) == 16 else f"{stem}_f32q"


def _dense(site: Site) -> Params:
    operator, x, y = site.op.operator, site.type("x"), site.type("y")
    weights = site.array("w")
    assert isinstance(operator, Dense) and weights is not None
    shape: dict[str, Field] = {
        "rows": x.elements // x.shape[-1], "in_features": x.shape[-1], "out_features": y.shape[-1],
        "group": inputs_of_a_scale(site),
    }  # fmt: skip
    tail = float_fields(site, operator.clamp, y.shape[-1])
    return Params(_c_type(site, "tc_dense"), shape | weight_fields(site, weights) | tail)


def _conv2d(site: Site) -> Params:
    operator, channels = site.op.operator, site.type("y").shape[1]
    assert isinstance(operator, Conv2d)
    shape: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)), "share": inputs_of_a_scale(site),
    }  # fmt: skip
    tail = float_fields(site, operator.clamp, channels)
    return Params(_c_type(site, "tc_conv2d"), shape | weight_fields(site, filters(site)) | tail)


def _record(op: str, number: str, params: Callable[[Site], Params]) -> Kernel:
    name = f"tc_{op}_f32w{FORMATS[number]}_ref"
    place = (linear("x", "y"),) if op == "dense" else (channels_last("x", "y"), _PLANE)
    return Kernel(
        name=name, op=op, source=f"{_FOLDERS[op]}/{name}.c", fits=(constant("w", "b"), *place), params=params,
        reads={"x": "f32", "w": number, "y": "f32"},
        work=lambda site: {"macs": site.op.operator.macs(site.inputs, site.outputs)}, cost={"macs": 12.0},
    )  # fmt: skip


for _format in FORMATS:
    register(_record("dense", _format, _dense), _record("conv2d", _format, _conv2d))
