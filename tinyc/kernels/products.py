"""Fast kernels of the product of two int8 tensors."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.kernels.binary import ORDER
from tinyc.kernels.elementwise import broadcast_fields, per_tensor
from tinyc.kernels.record import Field, Kernel, Params, Predicate, Site, register
from tinyc.kernels.requant_dsp import MAX_STEPS
from tinyc.ops.binary import Mul
from tinyc.ops.clamp import clamp_integers
from tinyc.ops.fixedpoint import Multiplier, multiplier
from tinyc.targets.isa import Isa


def _factor(site: Site) -> Multiplier:
    assert isinstance(site.op.operator, Mul)
    return multiplier(site.op.operator.factor(site.inputs, site.type("y")))


def _shape(site: Site) -> Mapping[str, Field]:
    """Members of the tc_broadcast."""
    shape = broadcast_fields(site, "a", "b")["shape"]
    assert isinstance(shape, Params)
    return shape.fields


def _params(site: Site) -> Params:
    a, b, y, operator, factor = site.type("a"), site.type("b"), site.type("y"), site.op.operator, _factor(site)
    assert isinstance(operator, Mul) and a.quant is not None and b.quant is not None and y.quant is not None
    low, high = clamp_integers(y, operator.clamp)
    k = factor.shift - 32
    tail: dict[str, Field] = {
        "a_zero_point": a.quant.zero_point[0],
        "b_zero_point": b.quant.zero_point[0],
        "multiplier": factor.value,
        "offset": (y.quant.zero_point[0] << k) + (1 << (k - 1)),
        "k": k,
        "low": low,
        "high": high,
    }
    return Params("tc_mul_s8_words", broadcast_fields(site, "a", "b") | tail)


def _steps(site: Site) -> bool:
    shape = _shape(site)
    return shape["a_step"] in (0, 1) and shape["b_step"] in (0, 1)


def _work(site: Site) -> Mapping[str, int]:
    rows = _shape(site)["rows"]
    assert isinstance(rows, int)
    return {"outputs": site.type("y").elements, "rows": rows}


_FITS = (
    *ORDER,
    per_tensor("a", "b", "y"),
    Predicate("the innermost axis of each operand must lie together, or repeat one element", _steps),
    Predicate(
        f"shifts must be between 33 and {32 + MAX_STEPS}", lambda site: 1 <= _factor(site).shift - 32 <= MAX_STEPS
    ),
)


def _kernel(isa: str, outputs: float, rows: float, needs: Isa = Isa.NONE) -> Kernel:
    return Kernel(
        name=f"tc_mul_s8_{isa}", op="mul", source=f"binary/tc_mul_s8_{isa}.c", needs=needs, passes=("a", "b"),
        reads={"a": "s8", "b": "s8", "y": "s8"}, inplace=("a", "b"), fits=_FITS, params=_params, work=_work,
        cost={"outputs": outputs, "rows": rows},
    )  # fmt: skip


register(
    _kernel("dsp", 9.8, 90.0, Isa.DSP),
    _kernel("mve", 6.3, 70.0, Isa.MVE),
    _kernel("scalar", 17.0, 60.0),
)
