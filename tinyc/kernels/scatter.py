"""Kernels of scatter: one that replaces blocks of any format, one for each format that combines."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.kernels.predicates import linear, same_quant
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.ops.scatter import Scatter, ScatterHow

FORMATS = {"f32": "f32", "i8": "i8|s8", "u8": "u8", "i16": "i16", "i32": "i32", "i64": "i64"}
"""Kernel suffix -> formats of x: of quantised integers the extremes compare as the integers do."""

_CODES = {ScatterHow.NONE: 0, ScatterHow.ADD: 1, ScatterHow.MUL: 2, ScatterHow.MIN: 3, ScatterHow.MAX: 4}
_SUMS = (ScatterHow.ADD, ScatterHow.MUL)


def _how(site: Site) -> ScatterHow:
    assert isinstance(site.op.operator, Scatter)
    return site.op.operator.how


def _params(site: Site) -> Params:
    x = site.type("x")
    block = x.elements // x.shape[0]
    fields: dict[str, Field] = {
        "rows": x.shape[0],
        "indices": site.type("indices").elements,
        "block": block * x.dtype.bytes if _how(site) is ScatterHow.NONE else block,
        "how": _CODES[_how(site)],
    }
    return Params("tc_scatter", fields)


def _work(site: Site) -> Mapping[str, int]:
    return {"bytes": site.type("y").bytes, "updates": site.type("updates").elements}


_COST = {"bytes": 1.0, "updates": 16.0}
_REPLACES = Predicate("replaces elements", lambda site: _how(site) is ScatterHow.NONE)
_COMBINES = Predicate(
    "combines elements; sums and products only of plain numbers",
    lambda site: _how(site) is not ScatterHow.NONE and not (_how(site) in _SUMS and site.type("x").quant),
)


def _kernel(name: str, accepted: str, fits: Predicate) -> Kernel:
    return Kernel(
        name=f"tc_scatter_{name}_ref", op="scatter", source=f"scatter/tc_scatter_{name}_ref.c",
        reads={"x": accepted, "y": accepted}, passes=("x", "indices", "updates"), inplace=("x",),
        fits=(fits, linear("x", "indices", "updates", "y"), same_quant("x", "updates", "y")),
        params=_params, work=_work, cost=_COST,
    )  # fmt: skip


register(_kernel("any", "any", _REPLACES), *(_kernel(name, accepted, _COMBINES) for name, accepted in FORMATS.items()))
