"""Kernel of triangles of matrices: rows of bytes, for any format."""

from __future__ import annotations

from tinyc.kernels.predicates import linear, same_quant
from tinyc.kernels.record import Field, Kernel, Params, Site, register
from tinyc.ops.trilu import Trilu


def _params(site: Site) -> Params:
    """Row r keeps the columns from (upper) or below (lower) `r + first`; a quantised zero is one byte, others are 0."""
    operator, x = site.op.operator, site.type("x")
    assert isinstance(operator, Trilu)
    rows, columns = x.shape[-2:]
    fields: dict[str, Field] = {
        "matrices": x.elements // (rows * columns) if x.elements else 0,
        "rows": rows,
        "columns": columns,
        "element_bytes": x.dtype.bytes,
        "upper": int(operator.upper),
        "first": max(-rows - 1, min(operator.k if operator.upper else operator.k + 1, columns + 1)),
        "zero": 0 if x.quant is None else x.quant.zero_point[0],
    }
    return Params("tc_trilu", fields)


register(
    Kernel(
        name="tc_trilu_ref", op="trilu", source="trilu/tc_trilu_ref.c", inplace=("x",),
        reads={"x": "f32|i8|s8|u8|i16|i32|i64|bool"}, fits=(linear("x", "y"), same_quant("x", "y")), params=_params,
        work=lambda site: {"bytes": site.type("y").bytes}, cost={"bytes": 1.0},
    ),
)  # fmt: skip
