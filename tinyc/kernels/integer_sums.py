"""Kernels of plain integer products with int32 results."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from math import prod

from tinyc.kernels.conv2d import conv_shape
from tinyc.kernels.matmul import MAX_BATCH_AXES, matmul_shape
from tinyc.kernels.predicates import linear
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register
from tinyc.ops.integer_sums import ConvInteger

LARGEST_PRODUCT = 255 * 255
"""Of two centred bytes."""
_COST = {"macs": 9.0, "outputs": 40.0}


def _matmul_params(site: Site) -> Params:
    steps = {f"{slot}_step": int(site.type(slot).elements > 1) for slot in ("a_zero", "b_zero")}
    return Params("tc_matmul_integer", {"shape": matmul_shape(site), **steps})


def _conv_params(site: Site) -> Params:
    conv = site.op.operator
    assert isinstance(conv, ConvInteger)
    shape = Params("tc_conv2d_shape", conv_shape(site, conv.window, conv.groups))
    return Params("tc_conv_integer", {"shape": shape, "w_zero_step": int(site.type("w_zero").elements > 1)})


def _work(site: Site) -> Mapping[str, int]:
    return {"macs": site.op.operator.macs(site.inputs, site.outputs), "outputs": site.type("y").elements}


def _terms(site: Site) -> int:
    """Products behind each output."""
    return site.type("a").shape[-1] if site.op.kind == "matmul_integer" else prod(site.type("w").shape[1:])


_NO_OVERFLOW = Predicate(
    f"at most {(2**31 - 1) // LARGEST_PRODUCT} products to sum in int32",
    lambda site: _terms(site) * LARGEST_PRODUCT < 2**31,
)
_BATCHES = Predicate(f"at most {MAX_BATCH_AXES} batch axes", lambda site: site.type("y").rank <= MAX_BATCH_AXES + 2)


def _matmul(a: str, b: str) -> Kernel:
    name = f"tc_matmul_integer_{a}{b}_ref"
    return Kernel(
        name=name, op="matmul_integer", source=f"integer_sums/{name}.c", passes=("a", "b", "a_zero", "b_zero"),
        reads={"a": a, "b": b, "a_zero": a, "b_zero": b, "y": "i32"},
        fits=(linear("a", "b", "y"), _BATCHES, _NO_OVERFLOW), params=_matmul_params, work=_work, cost=_COST,
    )  # fmt: skip


def _conv(x: str, w: str) -> Kernel:
    name = f"tc_conv_integer_{x}{w}_ref"
    return Kernel(
        name=name, op="conv_integer", source=f"integer_sums/{name}.c", passes=("x", "w", "x_zero", "w_zero"),
        reads={"x": x, "w": w, "x_zero": x, "w_zero": w, "y": "i32"}, fits=(linear("x", "w", "y"), _NO_OVERFLOW),
        params=_conv_params, work=_work, cost=_COST,
    )  # fmt: skip


for _a, _b in product(("u8", "i8"), repeat=2):
    register(_matmul(_a, _b), _conv(_a, _b))
