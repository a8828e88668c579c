"""Kernels of layers whose weights alone are quantised: float data, integers in flash."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.pack import PACKED_BITS, packed
from tinyc.kernels.predicates import channels_last, constant, linear
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, register
from tinyc.kernels.weighted import float_fields
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.ops.integer import channel_scales

FORMATS = {"dense": 8, **PACKED_BITS}
"""Bits of a weight under each encoding that these kernels read."""


_FOLDERS = {"conv2d": "conv", "dense": "dense"}
_PLANE = Predicate("one or two spatial axes", lambda site: site.type("x").rank in (3, 4))


def _weight_fields(site: Site, weights: Array, channels: int) -> dict[str, Field]:
    kind = site.type("w")
    bits = FORMATS[kind.encoding.name]
    content = weights.astype(np.int8).view(np.uint8) if bits == 8 else packed(weights, bits)
    scales = np.broadcast_to(channel_scales(kind), (channels,))
    comment = f"weights {list(weights.shape)}, {bits} bits"
    return {
        "weights": Table("weights", content.reshape(-1), comment, encoding=kind.encoding.name),
        "scale": Table("scale", np.ascontiguousarray(scales), "scale of each output channel", "tables"),
    }


def _dense(site: Site) -> Params:
    operator, x, y = site.op.operator, site.type("x"), site.type("y")
    weights = site.array("w")
    assert isinstance(operator, Dense) and weights is not None
    shape: dict[str, Field] = {
        "rows": x.elements // x.shape[-1], "in_features": x.shape[-1], "out_features": y.shape[-1],
    }  # fmt: skip
    channels = y.shape[-1]
    tail = float_fields(site, operator.clamp, channels)
    return Params("tc_dense_f32q", shape | _weight_fields(site, weights, channels) | tail)


def _conv2d(site: Site) -> Params:
    operator, channels = site.op.operator, site.type("y").shape[1]
    assert isinstance(operator, Conv2d)
    shape: dict[str, Field] = {"shape": Params("tc_conv2d_shape", shape_fields(site))}
    tail = float_fields(site, operator.clamp, channels)
    return Params("tc_conv2d_f32q", shape | _weight_fields(site, filters(site), channels) | tail)


def _record(op: str, encoding: str, params: Callable[[Site], Params]) -> Kernel:
    name = f"tc_{op}_f32w{FORMATS[encoding]}_ref"
    place = (linear("x", "y"),) if op == "dense" else (channels_last("x", "y"), _PLANE)
    return Kernel(
        name=name, op=op, source=f"{_FOLDERS[op]}/{name}.c", fits=(constant("w", "b"), *place), params=params,
        reads={"x": "f32", "w": f"s8:{encoding}", "y": "f32"},
        work=lambda site: {"macs": site.op.operator.macs(site.inputs, site.outputs)}, cost={"macs": 12.0},
    )  # fmt: skip


for _encoding in FORMATS:
    register(_record("dense", _encoding, _dense), _record("conv2d", _encoding, _conv2d))
