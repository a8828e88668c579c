"""Kernels of pooling with places, of its inverse, and of pooling by p-norm."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tinyc.kernels.pool import pool_shape, three
from tinyc.kernels.predicates import channels_last, linear
from tinyc.kernels.record import Field, Kernel, Params, Site, register
from tinyc.ops.lp_pool import LpPool
from tinyc.ops.pool_indexed import MaxPoolIndexed


def _indexed(site: Site) -> Params:
    """Every channel counts as an image of its own with one channel."""
    operator, x, y = site.op.operator, site.type("x"), site.type("y")
    assert isinstance(operator, MaxPoolIndexed)
    flat = math.prod(x.shape[:2]), 1
    fields: dict[str, Field] = {
        "shape": pool_shape(operator.window, (*flat, *x.shape[2:]), (*flat, *y.shape[2:])),
        "place": three(operator.strides(x.shape[2:]), 0),
    }
    return Params("tc_max_pool_indexed", fields)


def _unpool(site: Site) -> Params:
    return Params("tc_max_unpool", {"count": site.type("x").elements, "outputs": site.type("y").elements})


def _lp_pool(site: Site) -> Params:
    operator = site.op.operator
    assert isinstance(operator, LpPool)
    shape = pool_shape(operator.window, site.type("x").shape, site.type("y").shape)
    return Params("tc_lp_pool_f32", {"shape": shape, "p": operator.p})


def _taps(site: Site) -> Mapping[str, int]:
    operator, y = site.op.operator, site.type("y").elements
    assert isinstance(operator, (MaxPoolIndexed, LpPool))
    return {"taps": y * math.prod(operator.window.kernel), "outputs": y}


def _indexed_kernel(number: str, accepted: str) -> Kernel:
    name = f"tc_max_pool_indexed_{number}_ref"
    return Kernel(
        name=name, op="max_pool_indexed", source=f"pool/{name}.c", reads={"x": accepted}, fits=(linear("x", "y"),),
        params=_indexed, work=_taps, cost={"taps": 9.0, "outputs": 60.0},
    )  # fmt: skip


register(
    _indexed_kernel("f32", "f32"),
    _indexed_kernel("s8", "i8|s8"),
    _indexed_kernel("u8", "u8"),
    Kernel(
        name="tc_max_unpool_f32_ref", op="max_unpool", source="pool/tc_max_unpool_f32_ref.c", passes=("x", "indices"),
        reads={"x": "f32", "indices": "i64"}, fits=(linear("x", "indices", "y"),), params=_unpool,
    ),
    Kernel(
        name="tc_lp_pool_f32_ref", op="lp_pool", source="pool/tc_lp_pool_f32_ref.c", reads={"x": "f32", "y": "f32"},
        fits=(channels_last("x", "y"),), params=_lp_pool, work=_taps, cost={"taps": 12.0, "outputs": 80.0},
    ),
)  # fmt: skip
