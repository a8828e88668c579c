"""Kernels of the normalisations."""

from __future__ import annotations

import math

from tinyc.kernels.elementwise import same_order
from tinyc.kernels.predicates import constant, linear
from tinyc.kernels.record import Field, Kernel, Params, Site, Table, register
from tinyc.ops.norm import GroupNorm, OverLastAxes


def _parameters(site: Site) -> dict[str, Field]:
    """scale and bias as tables; a missing one is a null pointer."""
    arrays = {name: site.array(name) for name in ("scale", "bias")}
    return {
        name: None if array is None else Table(name, array.reshape(-1), f"{name} of the standardised values")
        for name, array in arrays.items()
    }


def _last_axes(site: Site) -> Params:
    operator, x = site.op.operator, site.type("x")
    assert isinstance(operator, OverLastAxes)
    fields: dict[str, Field] = {
        "rows": math.prod(x.shape[: operator.axis]),
        "count": math.prod(x.shape[operator.axis :]),
        "epsilon": operator.epsilon,
    }
    return Params("tc_layer_norm_f32", fields | _parameters(site))


def _groups(site: Site) -> Params:
    operator, x = site.op.operator, site.type("x")
    assert isinstance(operator, GroupNorm)
    pixels = math.prod(x.shape[2:])
    strides = (pixels, 1) if x.physical_axis(1) == 1 else (1, x.shape[1])
    fields: dict[str, Field] = {
        "batch": x.shape[0],
        "groups": operator.groups,
        "channels": x.shape[1] // operator.groups,
        "pixels": pixels,
        "channel_stride": strides[0],
        "pixel_stride": strides[1],
        "epsilon": operator.epsilon,
    }
    return Params("tc_group_norm_f32", fields | _parameters(site))


def _kernel(kind: str) -> Kernel:
    name = f"tc_{kind}_f32_ref"
    return Kernel(
        name=name, op=kind, source=f"norm/{name}.c", reads={"x": "f32", "y": "f32"},
        fits=(constant("scale", "bias"), same_order("x") if kind == "group_norm" else linear("x", "y")),
        params=_groups if kind == "group_norm" else _last_axes, inplace=("x",), cost={"outputs": 30.0},
    )  # fmt: skip


register(*(_kernel(kind) for kind in ("layer_norm", "rms_norm", "group_norm")))
