"""Kernel of grid_sample."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from tinyc.kernels.predicates import linear
from tinyc.kernels.record import Field, Kernel, Params, Site, register
from tinyc.ops.grid_sample import MAX_AXES, GridSample, Outside, SampleMode

_TAPS = {SampleMode.NEAREST: 1, SampleMode.LINEAR: 2, SampleMode.CUBIC: 4}
_OUTSIDE = {Outside.ZEROS: 0, Outside.BORDER: 1, Outside.REFLECTION: 2}


def _operator(site: Site) -> GridSample:
    assert isinstance(site.op.operator, GridSample)
    return site.op.operator


def _params(site: Site) -> Params:
    operator, x = _operator(site), site.type("x").shape
    fields: dict[str, Field] = {
        "batch": x[0],
        "channels": x[1],
        "axes": len(x) - 2,
        "length": (1,) * (MAX_AXES + 2 - len(x)) + x[2:],
        "places": prod(site.type("y").shape[2:]),
        "taps": _TAPS[operator.mode],
        "outside": _OUTSIDE[operator.outside],
        "corners": int(operator.corners),
    }
    return Params("tc_grid_sample", fields)


def _work(site: Site) -> Mapping[str, int]:
    y, axes = site.type("y").elements, site.type("x").rank - 2
    return {"taps": y * _TAPS[_operator(site).mode] ** axes, "outputs": y}


register(
    Kernel(
        name="tc_grid_sample_f32_ref", op="grid_sample", source="sample/tc_grid_sample_f32_ref.c",
        reads={"x": "f32", "grid": "f32", "y": "f32"}, passes=("x", "grid"), fits=(linear("x", "grid", "y"),),
        params=_params, work=_work, cost={"taps": 20.0, "outputs": 100.0},
    )
)  # fmt: skip
