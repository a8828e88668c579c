"""Kernels of softmax and log-softmax."""

from __future__ import annotations

import math

from tinyc.ir.types import TensorType
from tinyc.kernels.elementwise import memory_order, per_tensor, same_order
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, Table, register
from tinyc.ops.softmax import RECIPROCAL_BITS, Normalise, exp_table, output_factor


def _axes(site: Site) -> tuple[int, ...]:
    assert isinstance(site.op.operator, Normalise)
    return site.op.operator.axes


def _places(site: Site, kind: TensorType) -> list[int]:
    """Where the axes of the distribution stand among the axes that are longer than 1, in memory order."""
    return [place for place, axis in enumerate(memory_order(kind)) if axis in _axes(site)]


def _adjacent(site: Site) -> bool:
    places = _places(site, site.type("y"))
    return not places or places[-1] - places[0] == len(places) - 1


def runs(site: Site) -> dict[str, Field]:
    """outer, count and inner: a distribution is a run of `count` elements at distances of `inner`."""
    y = site.type("y")
    lengths = [y.shape[axis] for axis in memory_order(y)]
    places = _places(site, y)
    first, last = (places[0], places[-1] + 1) if places else (len(lengths), len(lengths))
    return {
        "outer": math.prod(lengths[:first]),
        "count": math.prod(lengths[first:last]),
        "inner": math.prod(lengths[last:]),
    }


def _params_s8(site: Site) -> Params:
    x, y = site.type("x"), site.type("y")
    assert y.quant is not None
    factor = output_factor(y)
    tail: dict[str, Field] = {
        "exponentials": Table("exponentials", exp_table(x), "round(2^30 e^-(scale d)), d = 0..255", "tables"),
        "multiplier": factor.value,
        "shift": factor.shift,
        "out_zero_point": y.quant.zero_point[0],
    }
    return Params("tc_softmax_s8", runs(site) | tail)


DISTRIBUTION_FITS = (
    same_order("x"),
    Predicate("the axes of a distribution must be neighbours in memory", _adjacent),
)


def _float(kind: str) -> Kernel:
    name = f"tc_{kind}_f32_ref"
    return Kernel(
        name=name, op=kind, source=f"softmax/{name}.c", reads={"x": "f32", "y": "f32"}, fits=DISTRIBUTION_FITS,
        params=lambda site: Params("tc_softmax_f32", runs(site)), inplace=("x",), cost={"outputs": 150.0},
    )  # fmt: skip


_UPPER_WORD = Predicate(
    "shifts of outputs must be at least 33", lambda site: output_factor(site.type("y")).shift + RECIPROCAL_BITS >= 33
)
_TOGETHER = Predicate("the elements of a distribution must lie together", lambda site: runs(site)["inner"] == 1)


def _quantised(name: str, outputs: float, *more: Predicate) -> Kernel:
    return Kernel(
        name=name, op="softmax", source=f"softmax/{name}.c", reads={"x": "s8", "y": "s8"},
        fits=(*DISTRIBUTION_FITS, per_tensor("x", "y"), *more), params=_params_s8, inplace=("x",),
        cost={"outputs": outputs},
    )  # fmt: skip


register(
    _float("softmax"),
    _float("log_softmax"),
    _quantised("tc_softmax_s8_ref", 70.0),
    _quantised("tc_softmax_s8_scalar", 32.0, _UPPER_WORD, _TOGETHER),
)  # fmt: skip
