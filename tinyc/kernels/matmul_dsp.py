"""Kernel of the product of two run-time matrices for cores with DSP."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.kernels.matmul import QUANTISED_FITS, matmul_shape, prove_no_overflow
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register
from tinyc.kernels.requant_dsp import MAX_STEPS
from tinyc.ops.clamp import clamp_integers
from tinyc.ops.fixedpoint import Multiplier, multiplier
from tinyc.ops.matmul import MatMul, requant_factor
from tinyc.targets.isa import Isa


def _factor(site: Site) -> Multiplier:
    return multiplier(requant_factor(site.inputs, site.type("y")))


def _params(site: Site) -> Params:
    operator, a, b, y, factor = site.op.operator, site.type("a"), site.type("b"), site.type("y"), _factor(site)
    assert isinstance(operator, MatMul) and a.quant is not None and b.quant is not None and y.quant is not None
    prove_no_overflow(site, a.quant.zero_point[0], b.quant.zero_point[0])
    low, high = clamp_integers(y, operator.clamp)
    k = factor.shift - 32
    return Params(
        "tc_matmul_s8_words",
        {
            "shape": matmul_shape(site),
            "multiplier": factor.value,
            "offset": (y.quant.zero_point[0] << k) + (1 << (k - 1)),
            "k": k,
            "a_zero_point": a.quant.zero_point[0],
            "b_zero_point": b.quant.zero_point[0],
            "low": low,
            "high": high,
        },
    )


def _inner(site: Site) -> int:
    """Of a sum, filled up to whole words."""
    return -(-site.type("a").shape[-1] // 4) * 4


def _work(site: Site) -> Mapping[str, int]:
    y = site.type("y")
    fours = -(-y.shape[-1] // 4)
    batches = y.elements // (y.shape[-1] * y.shape[-2])
    rows = batches * fours * y.shape[-2]
    return {"blocks": rows * _inner(site) // 4, "rows": rows, "expanded": batches * fours * _inner(site) // 4}


_UPPER_WORDS = Predicate(
    f"shifts must be between 33 and {32 + MAX_STEPS}", lambda site: 1 <= _factor(site).shift - 32 <= MAX_STEPS
)

register(
    Kernel(
        name="tc_matmul_s8_dsp", op="matmul", source="matmul/tc_matmul_s8_dsp.c", needs=Isa.DSP,
        reads={"a": "s8", "b": "s8", "y": "s8"}, passes=("a", "b"), fits=(*QUANTISED_FITS, _UPPER_WORDS),
        params=_params, scratch=lambda site: 8 * _inner(site), work=_work,
        cost={"blocks": 25.0, "rows": 100.0, "expanded": 70.0},
    )
)  # fmt: skip
