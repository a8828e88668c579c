"""Kernels of the look-up in a table of keys."""

from __future__ import annotations

from tinyc.kernels.predicates import linear
from tinyc.kernels.record import Kernel, Params, Site, register


def _params(site: Site) -> Params:
    y, keys = site.type("y"), site.type("keys").elements
    return Params("tc_label_encode", {"count": y.elements, "keys": keys, "value_bytes": y.dtype.bytes})


def _kernel(number: str) -> Kernel:
    name = f"tc_label_encode_{number}_ref"
    return Kernel(
        name=name, op="label_encode", source=f"label_encoder/{name}.c", passes=("x", "keys", "values"),
        reads={"x": number, "keys": number}, fits=(linear("x", "y"),), params=_params,
        work=lambda site: {"keys": site.type("y").elements * site.type("keys").elements}, cost={"keys": 6.0},
    )  # fmt: skip


register(_kernel("f32"), _kernel("i64"))
