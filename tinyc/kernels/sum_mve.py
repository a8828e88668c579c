"""Kernel of sums and differences for cores with MVE."""

from __future__ import annotations

from tinyc.kernels.binary_dsp import SUM_FITS, sum_fields
from tinyc.kernels.record import Kernel, Params, Site, register
from tinyc.targets.isa import Isa


def _params(site: Site) -> Params:
    return Params("tc_sum_s8_run", sum_fields(site, 1))


for _kind in ("add", "sub"):
    register(
        Kernel(
            name="tc_sum_s8_mve", op=_kind, source="binary/tc_sum_s8_mve.c", needs=Isa.MVE, passes=("a", "b"),
            reads={"a": "s8", "b": "s8", "y": "s8"}, inplace=("a", "b"), fits=SUM_FITS, params=_params,
            cost={"outputs": 2.1},
        )
    )  # fmt: skip
