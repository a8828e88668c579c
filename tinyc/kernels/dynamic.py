"""Kernels of layers whose inputs become int8 at run time: fully connected, convolution, product of matrices."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from tinyc.kernels.conv2d import conv_shape, filters
from tinyc.kernels.matmul import MAX_BATCH_AXES, matmul_shape
from tinyc.kernels.pack import PACKED_BITS
from tinyc.kernels.predicates import channels_last, constant, linear
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.kernels.weight_only import inputs_of_a_scale, weight_fields
from tinyc.kernels.weighted import float_fields
from tinyc.ops.dynamic import LARGEST
from tinyc.ops.dynamic_conv2d import DynamicConv2d
from tinyc.ops.dynamic_dense import DynamicDense
from tinyc.ops.dynamic_matmul import DynamicMatMul

INTEGER_FORMATS = {"s8:dense": 8} | {f"s8:{encoding}": bits for encoding, bits in PACKED_BITS.items()}
"""Bits of a weight in each format that these kernels read."""

PLANE = Predicate("one or two spatial axes", lambda site: site.type("x").rank in (3, 4))
INNER = Predicate(
    "sums of products must stay below 2^31", lambda site: site.type("a").shape[-1] < 2**31 // LARGEST**2
)
BATCHES = Predicate(f"at most {MAX_BATCH_AXES} batch axes", lambda site: site.type("y").rank <= MAX_BATCH_AXES + 2)


def _sums_fit(site: Site) -> bool:
    weights = site.array("w")
    assert weights is not None
    rows = np.abs(weights.astype(np.int64)).reshape(len(weights), -1)
    return int(rows.sum(axis=1).max(initial=0)) * LARGEST < 2**31


SUMS = Predicate("sums of products must stay below 2^31", _sums_fit)


def dense_shape(site: Site) -> dict[str, Field]:
    """rows, in_features, out_features."""
    x, y = site.type("x"), site.type("y")
    return {"rows": x.elements // x.shape[-1], "in_features": x.shape[-1], "out_features": y.shape[-1]}


def _dense(site: Site) -> Params:
    operator, weights = site.op.operator, site.array("w")
    assert isinstance(operator, DynamicDense) and weights is not None
    fields = dense_shape(site) | {"group": inputs_of_a_scale(site)} | weight_fields(site, weights)
    return Params("tc_dense_f32q", fields | float_fields(site, operator.clamp, site.type("y").shape[-1]))


def _conv2d(site: Site) -> Params:
    operator = site.op.operator
    assert isinstance(operator, DynamicConv2d)
    shape = Params("tc_conv2d_shape", conv_shape(site, operator.window, operator.groups))
    fields: dict[str, Field] = {"shape": shape, "share": inputs_of_a_scale(site)}
    tail = float_fields(site, operator.clamp, site.type("y").shape[1])
    return Params("tc_conv2d_f32q", fields | weight_fields(site, filters(site)) | tail)


def _matmul(site: Site) -> Params:
    operator = site.op.operator
    assert isinstance(operator, DynamicMatMul)
    low, high = operator.clamp or (-math.inf, math.inf)
    return Params("tc_matmul_f32", {"shape": matmul_shape(site), "low": low, "high": high})


def _matmul_scratch(site: Site) -> int:
    inner, columns = site.type("b").shape[-2:]
    return 4 * columns + (columns + 1) * inner


def _work(slot: str) -> Callable[[Site], Mapping[str, int]]:
    def work(site: Site) -> Mapping[str, int]:
        macs = site.op.operator.macs(site.inputs, site.outputs)
        return {"macs": macs, "outputs": site.type("y").elements, "inputs": site.type(slot).elements}

    return work


COST = {"macs": 9.0, "outputs": 40.0, "inputs": 45.0}
COST_OF_BITS = COST | {"macs": 16.0}


def _weighted(op: str, number: str) -> Kernel:
    name, dense = f"tc_{op}_f32w{INTEGER_FORMATS[number]}_ref", op == "dynamic_dense"
    place = (linear("x", "y"),) if dense else (channels_last("x", "y"), PLANE)
    return Kernel(
        name=name, op=op, source=f"dynamic/{name}.c", reads={"x": "f32", "w": number, "y": "f32"},
        fits=(constant("w", "b"), *place, SUMS), params=_dense if dense else _conv2d, work=_work("x"),
        cost=COST if INTEGER_FORMATS[number] == 8 else COST_OF_BITS,
        scratch=lambda site: site.type("x").shape[-1] if dense else site.type("x").elements // site.type("x").shape[0],
    )  # fmt: skip


for _format in INTEGER_FORMATS:
    register(_weighted("dynamic_dense", _format), _weighted("dynamic_conv2d", _format))

register(
    Kernel(
        name="tc_dynamic_matmul_f32_ref", op="dynamic_matmul", source="dynamic/tc_dynamic_matmul_f32_ref.c",
        reads={"a": "f32", "b": "f32", "y": "f32"}, passes=("a", "b"), params=_matmul, scratch=_matmul_scratch,
        fits=(linear("a", "b", "y"), BATCHES, INNER), work=_work("b"), cost=COST,
    ),
)  # fmt: skip
