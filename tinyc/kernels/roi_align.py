"""Kernel of roi_align."""

from __future__ import annotations

from tinyc.kernels.predicates import linear
from tinyc.kernels.record import Field, Kernel, Params, Site, register
from tinyc.ops.roi_align import RoiAlign


def _params(site: Site) -> Params:
    operator, x = site.op.operator, site.type("x").shape
    assert isinstance(operator, RoiAlign)
    fields: dict[str, Field] = {
        "batch": x[0],
        "channels": x[1],
        "height": x[2],
        "width": x[3],
        "count": site.type("images").elements,
        "out_height": operator.height,
        "out_width": operator.width,
        "samples": operator.samples,
        "scale": operator.scale,
        "half_pixel": int(operator.half_pixel),
        "maximum": int(operator.maximum),
    }
    return Params("tc_roi_align", fields)


register(
    Kernel(
        name="tc_roi_align_f32_ref", op="roi_align", source="sample/tc_roi_align_f32_ref.c",
        reads={"x": "f32", "rois": "f32", "images": "i64", "y": "f32"}, passes=("x", "rois", "images"),
        fits=(linear("x", "y"),), params=_params, cost={"outputs": 400.0},
    )
)  # fmt: skip
