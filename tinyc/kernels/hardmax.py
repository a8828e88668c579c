"""Kernels of hardmax."""

from __future__ import annotations

from tinyc.kernels.elementwise import per_tensor
from tinyc.kernels.record import Kernel, Params, Site, register
from tinyc.kernels.softmax import DISTRIBUTION_FITS, runs
from tinyc.ops.hardmax import Hardmax


def _params(site: Site) -> Params:
    assert isinstance(site.op.operator, Hardmax)
    zero, one = site.op.operator.levels(site.type("y"))
    return Params("tc_hardmax", runs(site) | {"zero": zero, "one": one})


def _kernel(number: str) -> Kernel:
    name = f"tc_hardmax_{number}_ref"
    quantised = (per_tensor("x", "y"),) if number == "s8" else ()
    return Kernel(
        name=name, op="hardmax", source=f"hardmax/{name}.c", inplace=("x",),
        reads={"x": number, "y": number}, fits=(*DISTRIBUTION_FITS, *quantised), params=_params, cost={"outputs": 14.0},
    )  # fmt: skip


register(_kernel("f32"), _kernel("s8"))
