"""Kernel of columns."""

from __future__ import annotations

from tinyc.ir.types import Layout, TensorType
from tinyc.kernels.predicates import same_layout, same_quant
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register
from tinyc.ops.columns import Columns

_COLUMNS_FOLLOW = Predicate(
    "columns of one row must lie one after the other",
    lambda site: site.type("x").rank >= 4 and site.type("x").shape[0] == 1 and _is_by_rows(site.type("x")),
)


def _is_by_rows(kind: TensorType) -> bool:
    return kind.same_memory(kind.with_layout(Layout.CHANNELS_LAST))


def _operator(site: Site) -> Columns:
    assert isinstance(site.op.operator, Columns)
    return site.op.operator


def _row_bytes(site: Site, slot: str) -> int:
    return site.type(slot).bytes // site.type(slot).shape[2]


def _copied(site: Site) -> int:
    """Columns that are copied."""
    operator = _operator(site)
    return min(site.type("x").shape[3] - operator.source, site.type("y").shape[3] - operator.target)


def _params(site: Site) -> Params:
    operator, y = _operator(site), site.type("y")
    pixel = _row_bytes(site, "y") // y.shape[3]
    behind = y.shape[3] - operator.target - _copied(site)
    zero = 0 if y.quant is None or y.dtype.bytes > 1 else y.quant.zero_point[0]
    return Params(
        "tc_columns",
        {
            "rows": y.shape[2], "x_row_bytes": _row_bytes(site, "x"), "y_row_bytes": _row_bytes(site, "y"),
            "x_first": operator.source * pixel, "y_first": operator.target * pixel, "bytes": _copied(site) * pixel,
            "fill_bytes": behind * pixel if operator.fills else 0, "fill": zero & 0xFF,
        },
    )  # fmt: skip


def _work(site: Site) -> dict[str, int]:
    y = site.type("y")
    pixel = _row_bytes(site, "y") // y.shape[3]
    return {"bytes": y.shape[2] * _copied(site) * pixel, "rows": y.shape[2]}


register(
    Kernel(
        name="tc_columns_any_ref", op="columns", source="copy/tc_columns_any_ref.c", reads={},
        fits=(same_layout("x", "y"), same_quant("x", "y"), _COLUMNS_FOLLOW), params=_params,
        work=_work, cost={"bytes": 1.0, "rows": 40.0},
    ),
)  # fmt: skip
