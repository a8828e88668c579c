"""Kernel of convolution for cores with MVE."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.ir.types import Array
from tinyc.kernels.conv2d import filters, shape_fields
from tinyc.kernels.mve_rows import REQUANT_FITS, row_fields
from tinyc.kernels.predicates import channels_last, constant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.ops.conv2d import Conv2d
from tinyc.targets.isa import Isa

_TILE_BYTES = 2048
"""Of the windows that are gathered together; at least one, however large."""


def _rows(site: Site) -> Array:
    weights = filters(site)
    return weights.reshape(len(weights), -1)


def _window(site: Site) -> int:
    inputs: int = _rows(site).shape[1]
    return inputs


def _tile(site: Site) -> int:
    width, window = site.type("y").shape[-1], _window(site)
    parts = -(-width // max(1, _TILE_BYTES // window))
    return -(-width // parts)


def _params(site: Site) -> Params:
    x, packed = site.type("x"), row_fields(site, _rows(site))
    assert x.quant is not None
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", shape_fields(site)),
        "weights": packed["weights"],
        "constants": packed["constants"],
        "in_zero_point": x.quant.zero_point[0],
        "low": packed["low"],
        "high": packed["high"],
        "tile": _tile(site),
    }
    return Params("tc_conv2d_s8_mve_params", fields)


def _scratch(site: Site) -> int:
    return _tile(site) * _window(site)


def _work(site: Site) -> Mapping[str, int]:
    channels, inputs = _rows(site).shape
    pixels, quads = site.type("y").elements // channels, -(-channels // 4)
    runs = pixels * shape_rows(site)
    return {
        "blocks": pixels * quads * -(-inputs // 16), "rows": pixels * quads, "quads": -(-pixels // _tile(site)) * quads,
        "runs": runs, "copies": runs * -(-inputs // shape_rows(site) // 16),
    }  # fmt: skip


def shape_rows(site: Site) -> int:
    """Rows of a window."""
    rows = shape_fields(site)["kernel_height"]
    assert isinstance(rows, int)
    return rows


def _one_group(site: Site) -> bool:
    assert isinstance(site.op.operator, Conv2d)
    return site.op.operator.groups == 1


register(
    Kernel(
        name="tc_conv2d_s8_mve", op="conv2d", source="conv/tc_conv2d_s8_mve.c", needs=Isa.MVE,
        reads={"x": "s8", "w": "s8:dense", "y": "s8"}, params=_params, scratch=_scratch, work=_work,
        fits=(
            constant("w", "b"),
            channels_last("x", "y"),
            Predicate("one or two spatial axes", lambda site: site.type("x").rank in (3, 4)),
            Predicate("one group", _one_group),
            REQUANT_FITS,
        ),
        cost={"blocks": 12.0, "rows": 20.0, "quads": 20.0, "runs": 20.0, "copies": 6.0},
    )
)  # fmt: skip
