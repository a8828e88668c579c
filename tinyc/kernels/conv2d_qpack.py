"""Kernels of convolution with weights of 4 and 2 bits for cores with DSP, on strips as those of 8 bits."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tinyc.kernels.conv2d_dsp import STRIP_COST, STRIP_FITS, strip_access, strip_params, strip_rows, strips_of
from tinyc.kernels.qpack import QPACK2, QPACK4, Qpack, pairs_fields, qpack_fits
from tinyc.kernels.record import Kernel, Params, Site, register
from tinyc.targets.isa import Isa


def _params(pack: Qpack) -> Callable[[Site], Params]:
    def params(site: Site) -> Params:
        packed = pairs_fields(pack, site, strip_rows(site, strips_of(site)))
        strips = strip_params(site, {**packed, "weights": packed["stream"], "constants": None, "shared_shift": 0})
        return Params("tc_conv2d_s8_qpack", {"strips": strips, "offset": packed["offset"]})

    return params


def _scratch(site: Site) -> int:
    """Sums of windows and of records, then as on strips of weights of 8 bits."""
    strips = strips_of(site)
    step = strips.along.stride if strips.along.dilation == 1 else strips.along.taps
    return 4 * (strips.tile * (1 + step) + strips.along.taps) + strips.scratch_bytes


def _work(site: Site) -> Mapping[str, int]:
    """`summed`: inputs whose activations are summed."""
    strips, batch = strips_of(site), site.type("x").shape[0]
    work = strips.work
    summed = work["words"] if strips.by_words else 4 * strips.quads * strips.along.out_length * strips.across.out_length
    return {name: batch * count for name, count in {**work, "summed": summed}.items()}


def _kernel(pack: Qpack) -> Kernel:
    name = f"tc_conv2d_s8w{pack.bits}_dsp"
    return Kernel(
        name=name, op="conv2d", source=f"conv/{name}.c", needs=Isa.DSP,
        reads={"x": "s8", "w": f"s8:{pack.encoding}", "y": "s8"}, fits=(*STRIP_FITS, *qpack_fits(pack)),
        params=_params(pack), scratch=_scratch, overlap={"x": strip_access}, work=_work,
        cost={**STRIP_COST, "summed": 1.2},
    )  # fmt: skip


register(_kernel(QPACK4), _kernel(QPACK2))
