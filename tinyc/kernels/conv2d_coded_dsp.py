"""The kernel of convolution with coded weights for cores with DSP."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.kernels.coded import CODED
from tinyc.kernels.coded_weights import DECODING_COST, decoding, words
from tinyc.kernels.conv2d_dsp import STRIP_COST, STRIP_FITS, strip_access, strip_params, strip_rows, strips_of
from tinyc.kernels.overlap import Access
from tinyc.kernels.record import Field, Kernel, Params, Site, Symbol, register
from tinyc.kernels.tpack import TPACK_FITS
from tinyc.kernels.tpack_coded import (
    after_all,
    coded_tpack,
    is_one_tile,
    tile_bytes,
    tile_count,
    tile_quads,
)
from tinyc.ops.conv2d import Conv2d
from tinyc.targets.isa import Isa

_PLAIN = "tc_conv2d_s8_dsp"
_PER_CHANNEL = ("macs", "outputs")
"""Work that does not grow with the number of tiles."""


def _params(site: Site) -> Params:
    conv, strips = site.op.operator, strips_of(site)
    assert isinstance(conv, Conv2d)
    coded = coded_tpack(site, conv.clamp, strip_rows(site, strips), tile_quads(site), words(strips.scratch_bytes))
    of_tile: dict[str, Field] = {"weights": None, "constants": None, "shared_shift": coded.fields["shared_shift"]}
    tile = strip_params(site, {**of_tile, "low": -128, "high": 127})
    fields: dict[str, Field] = {"tile": tile, "run": Symbol(_PLAIN, f"conv/{_PLAIN}.c"), "coded": coded}
    return Params("tc_conv2d_s8_coded_tpack", fields)


def _access(site: Site) -> Access:
    return strip_access(site) if is_one_tile(site) else after_all(site)


def _work(site: Site) -> Mapping[str, int]:
    """That of the plain kernel for every tile; decoding."""
    times = site.type("x").shape[0]
    plain = {name: times * count for name, count in strips_of(site).work.items()}
    tiles = {name: count * (1 if name in _PER_CHANNEL else tile_count(site)) for name, count in plain.items()}
    return {**tiles, **decoding(site)}


register(
    Kernel(
        name="tc_conv2d_s8_coded_dsp", op="conv2d", source="conv/tc_conv2d_s8_coded_dsp.c", needs=Isa.DSP,
        reads={"x": "s8", "w": f"s8:{CODED}", "y": "s8"}, fits=(*STRIP_FITS, *TPACK_FITS), params=_params,
        scratch=lambda site: words(strips_of(site).scratch_bytes) + tile_bytes(site, tile_quads(site)),
        overlap={"x": _access}, work=_work, cost={**STRIP_COST, **DECODING_COST}, like=_PLAIN,
    )
)  # fmt: skip
