"""Kernels of sums of two int16 tensors for cores with DSP."""

from __future__ import annotations

from tinyc.kernels.binary import ORDER, params_wide_sum
from tinyc.kernels.elementwise import per_tensor
from tinyc.kernels.record import Kernel, Predicate, Site, register
from tinyc.ops.binary import Sum
from tinyc.targets.isa import Isa


def _symmetric(site: Site) -> bool:
    quants = [site.type(slot).quant for slot in ("a", "b", "y")]
    return all(quant is not None and not any(quant.zero_point) for quant in quants)


def _shift_fits(site: Site) -> bool:
    assert isinstance(site.op.operator, Sum)
    return 18 <= site.op.operator.scale(site.inputs, site.type("y")).shift <= 31


def _kernel(kind: str) -> Kernel:
    return Kernel(
        name="tc_sum_s16_dsp", op=kind, source="binary/tc_sum_s16_dsp.c", needs=Isa.DSP,
        reads={"a": "s16", "b": "s16", "y": "s16"}, passes=("a", "b"), inplace=("a", "b"),
        fits=(
            *ORDER, per_tensor("a", "b", "y"), Predicate("zero points must be 0", _symmetric),
            Predicate("the shift must lie between 18 and 31", _shift_fits),
        ),
        params=params_wide_sum, cost={"outputs": 24.0},
    )  # fmt: skip


register(_kernel("add"), _kernel("sub"))
